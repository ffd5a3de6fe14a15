"""Throwaway clusters of an installed PostgreSQL: started, stopped, killed, followed, promoted."""

import os
import signal
import subprocess
import time
from pathlib import Path
from subprocess import DEVNULL, PIPE

import psycopg
import pytest

from dispatch.store import keeper
from dispatch.store.owner import owner_of

INSTALLED = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
USER = "room"


class Cluster:
    """One cluster in a folder whose path is short enough for a socket."""

    def __init__(self, folder: Path, programs: Path | None = None) -> None:
        if programs is None and not INSTALLED:
            pytest.skip("PostgreSQL is not installed (apt install postgresql-15-postgis-3)")
        self.programs = programs or INSTALLED[-1]
        self.data, self.socket = folder / "data", folder / "socket"
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
        self._owner = owner_of(self.data)
        for one in (self.data, self.socket):
            self._owner.own_folder(one)
        self._folder = folder

    @property
    def dsn(self) -> str:
        """The DSN of its maintenance database."""
        return f"host={self.socket} user={USER} dbname=postgres"

    def make(self) -> "Cluster":
        """Make the cluster."""
        self.run("initdb", "-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
        return self

    def start(self, **settings: str) -> None:
        """Start the server and wait until it answers."""
        said = {"listen_addresses": "", "unix_socket_directories": str(self.socket), **settings}
        options = " ".join(f"-c {name}='{value}'" for name, value in said.items())
        self.run("pg_ctl", "-w", "-l", str(self.data / "log"), "-o", options, "start")

    def stop(self) -> None:
        """Stop the server at once, if it runs."""
        if keeper.postmaster(self.data) is not None:
            self.run("pg_ctl", "-w", "-m", "immediate", "stop")

    def kill(self) -> None:
        """Kill the server and whatever it started, as when its machine loses power."""
        postmaster = keeper.postmaster(self.data)
        assert postmaster is not None
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            rows = connection.execute("SELECT pid FROM pg_stat_activity").fetchall()
        for pid in (postmaster, *(pid for (pid,) in rows)):
            os.kill(pid, signal.SIGKILL)
        while keeper.postmaster(self.data) is not None:
            time.sleep(0.01)

    def follow(self, primary: "Cluster") -> None:
        """Become a streaming standby of another cluster, and start."""
        self.run("pg_basebackup", "-h", str(primary.socket), "-U", USER, "-R", "-c", "fast")
        self.start()

    def promote(self) -> None:
        """Become the primary."""
        self.run("pg_ctl", "-w", "promote")

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs on the cluster, as who owns it."""
        self.as_owner(self.programs / program, "-D", self.data, *arguments, said=DEVNULL)

    def as_owner(
        self, *command: object, said: int = PIPE, reaching: Path | None = None, **environment: str
    ) -> "subprocess.CompletedProcess[str]":
        """Run any command as who owns the cluster; its failure is an error that holds its words."""
        return subprocess.run(
            self._owner.command(list(map(str, command)), (self._folder, reaching or self._folder)),
            check=True,
            cwd="/",
            stdout=said,
            stderr=said,
            text=True,
            env={**os.environ, **environment},
        )
