"""
Stops the embedded database server once no program uses it any more.

Every program holds a shared lock on one file for as long as it lives; the kernel lets go of it
however the program ends, `kill -9` included. The keeper waits for that file alone, so nothing has
to be counted or cleaned up. It runs as its own process, on the standard library only.
"""

import contextlib
import fcntl
import os
import signal
import sys
import time
from pathlib import Path

STOP_WITHIN_S = 60.0


def postmaster(data: Path) -> int | None:
    """Return the process id of the server that runs on `data`, None when none does."""
    pid = written_pid(data)
    return pid if pid is not None and _is_server_on(pid, data) else None


def written_pid(data: Path) -> int | None:
    """Return the process id that `postmaster.pid` claims, alive or not."""
    try:
        return int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def alive(pid: int) -> bool:
    """Return whether any process has this id now."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_server_on(pid: int, data: Path) -> bool:
    """Tell the server from another program that was given its old process id."""
    if not alive(pid):
        return False
    if not Path("/proc/self/cmdline").exists():
        return True
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return os.fsencode(data) in words


def stop(data: Path) -> None:
    """Ask the server on `data` to stop; insist when it does not."""
    for how in (signal.SIGINT, signal.SIGQUIT):
        deadline = time.monotonic() + STOP_WITHIN_S
        while (pid := postmaster(data)) is not None and time.monotonic() < deadline:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, how)
            _wait_gone(data, min(deadline, time.monotonic() + 5.0))


def _wait_gone(data: Path, deadline: float) -> None:
    while postmaster(data) is not None and time.monotonic() < deadline:
        time.sleep(0.01)


def keep(in_use: Path, data: Path) -> None:
    """Wait until nobody holds `in_use`, then stop the server; newcomers wait until it is done."""
    users = os.open(in_use, os.O_RDWR | os.O_CLOEXEC)
    fcntl.flock(users, fcntl.LOCK_EX)
    stop(data)


if __name__ == "__main__":
    if os.fork() == 0:  # the starter does not wait for us
        os.setsid()
        keep(Path(sys.argv[1]), Path(sys.argv[2]))
