"""The embedded server: shared by programs, without a port, gone with the last of them."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from threading import Timer

import psycopg
import pytest

from dispatch.errors import DatabaseDown
from dispatch.store import keeper
from dispatch.store.embedded import EmbeddedServer

PROGRAM = """
import sys
from pathlib import Path
import psycopg
from dispatch.store.embedded import EmbeddedServer
dsn = EmbeddedServer(Path(sys.argv[1])).ensure_running()
with psycopg.connect(dsn, autocommit=True) as connection:
    connection.execute("CREATE TABLE IF NOT EXISTS visit (n integer)")
    connection.execute("INSERT INTO visit VALUES (1)")
print("ready", flush=True)
sys.stdin.read()
"""
NOBODY = 65534


@pytest.fixture
def folder():
    """Lend a private folder, as `mktemp -d` makes it; nothing may run in it afterwards."""
    home = Path(tempfile.mkdtemp(prefix="emb"))
    yield home / "postgres"
    wait_until(lambda: keeper.postmaster(home / "postgres" / "data") is None)
    shutil.rmtree(home)


def start(folder, before=()):
    """Start another program that uses the server, and wait until it does."""
    program = subprocess.Popen(
        [*before, sys.executable, "-c", PROGRAM, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout.readline() == "ready\n"
    return program


def end(program):
    """Let a program end by itself."""
    program.communicate()
    assert program.returncode == 0


def tell(processes, what):
    """Send a signal to each that is still there."""
    for one in processes:
        with suppress(ProcessLookupError):
            os.kill(one, what)


def kill(program):
    """End a program as if the power went."""
    program.kill()
    program.communicate()


def wait_until(holds, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def visits(folder):
    server = EmbeddedServer(folder)
    with psycopg.connect(server.ensure_running()) as connection:
        (count,) = connection.execute("SELECT count(*) FROM visit").fetchone()
    server.release()
    return count


def test_programs_share_one_server_and_the_last_one_stops_it(folder):
    first, second = start(folder), start(folder)
    running = keeper.postmaster(folder / "data")

    end(first)
    time.sleep(0.3)
    assert keeper.postmaster(folder / "data") == running

    end(second)
    wait_until(lambda: keeper.postmaster(folder / "data") is None)
    assert visits(folder) == 2


def test_it_stops_after_programs_that_were_killed_and_loses_nothing(folder):
    programs = [start(folder), start(folder)]

    for program in programs:
        kill(program)

    wait_until(lambda: keeper.postmaster(folder / "data") is None)
    assert visits(folder) == 2


def test_a_server_that_was_killed_is_started_again(folder):
    program = start(folder)

    os.kill(keeper.postmaster(folder / "data"), signal.SIGKILL)

    assert visits(folder) == 1
    kill(program)


def test_a_server_whose_processes_outlive_it_is_waited_for(folder):
    program = start(folder)
    postmaster = keeper.postmaster(folder / "data")
    listed = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text()
    children = [int(one) for one in listed.split()]
    tell(children, signal.SIGSTOP)
    Timer(1.0, tell, (children, signal.SIGCONT)).start()

    os.kill(postmaster, signal.SIGKILL)

    assert visits(folder) == 1
    kill(program)


def test_a_pid_file_left_over_from_another_program_is_no_obstacle(folder):
    end(start(folder))
    wait_until(lambda: keeper.postmaster(folder / "data") is None)
    (folder / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n")

    assert visits(folder) == 1


def test_it_listens_on_no_port(folder):
    program = start(folder)

    server = EmbeddedServer(folder)
    with psycopg.connect(server.ensure_running()) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert (folder / "socket").stat().st_mode & 0o777 == 0o700
    server.release()
    end(program)


def test_its_log_says_what_was_refused_and_not_what_the_row_held(folder):
    server = EmbeddedServer(folder)
    with psycopg.connect(server.ensure_running(), autocommit=True) as connection:
        connection.execute("CREATE TABLE said (words text, n integer CHECK (n > 0))")
        with pytest.raises(psycopg.errors.CheckViolation):
            connection.execute("INSERT INTO said VALUES (%s, %s)", ["0800 555 0142", -1])
    server.release()

    def log():
        return "".join(one.read_text() for one in (folder / "data" / "log").iterdir())

    wait_until(lambda: "said_n_check" in log())
    assert "0142" not in log()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become an ordinary user")
def test_an_ordinary_user_runs_it_in_a_folder_too_long_for_a_socket():
    home = Path(tempfile.mkdtemp(prefix="emb"))
    os.chown(home, NOBODY, NOBODY)
    folder = home / ("very-long-" * 12) / "postgres"
    ids = [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    reading = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]  # our Python, under root

    program = start(folder, before=["setpriv", *ids, *reading])

    assert (folder / "data").stat().st_uid == NOBODY
    end(program)
    wait_until(lambda: keeper.postmaster(folder / "data") is None)
    shutil.rmtree(home)


def test_a_folder_that_cannot_be_used_is_said_so(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(DatabaseDown):
        EmbeddedServer(tmp_path / "file" / "postgres").ensure_running()
