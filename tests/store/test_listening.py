"""Pages, endpoint and embedded database listen on this machine and the configured ports alone."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from dispatch.store import keeper
from tests.ui.conftest import free_port

ROOT = Path(__file__).parents[2]
LISTENING = "0A"  # the state in /proc/net/tcp
pytestmark = pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="only Linux tells")


def listening(pids: set[int]) -> set[tuple[str, int]]:
    """Addresses and ports on which these processes listen, IPv4 and IPv6."""
    theirs = set()
    for pid in pids:
        for link in Path(f"/proc/{pid}/fd").iterdir():
            try:
                theirs.add(str(link.readlink()))
            except FileNotFoundError:  # closed meanwhile
                continue
    found = set()
    for table, family in (("tcp", socket.AF_INET), ("tcp6", socket.AF_INET6)):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            local, state, inode = (line.split()[n] for n in (1, 3, 9))
            if state == LISTENING and f"socket:[{inode}]" in theirs:
                where, port = local.split(":")
                words = [bytes.fromhex(where[n : n + 8])[::-1] for n in range(0, len(where), 8)]
                found.add((socket.inet_ntop(family, b"".join(words)), int(port, 16)))
    return found


def family(roots: set[int]) -> set[int]:
    """These processes and all that they started."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except FileNotFoundError:
            continue
    found = set(roots)
    while more := {one for one, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def await_answer(url: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=1):  # noqa: S310
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"{url} does not answer")


def test_nothing_listens_beyond_what_is_configured(tmp_path):
    ports = pages, endpoint = free_port(), free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AMBON112_")},
        "AMBON112_STATE_DIR": str(tmp_path),
        "AMBON112_PORT": str(pages),
        "AMBON112_API_PORT": str(endpoint),
    }
    programs = [
        subprocess.Popen(
            [sys.executable, "-m", "dispatch", *command],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for command in (["serve", "--no-browser"], ["api"])
    ]
    try:
        await_answer(f"http://127.0.0.1:{pages}/_stcore/health")
        await_answer(f"http://127.0.0.1:{endpoint}/health")
        postmaster = keeper.postmaster(tmp_path / "postgres" / "data")
        assert postmaster is not None

        found = listening(family({postmaster, *(one.pid for one in programs)}))

        assert found == {("127.0.0.1", port) for port in ports}
    finally:
        for one in programs:
            one.terminate()
        for one in programs:
            one.wait(20)
