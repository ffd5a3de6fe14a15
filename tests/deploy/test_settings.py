"""The settings in deploy/ are understood by the programs they are for."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg
import pytest

from dispatch.config import load_settings
from tests.clusters import Cluster

DEPLOY = Path(__file__).parents[2] / "deploy"
SAID = "belakang warung Zanubari"


def test_systemd_takes_the_units(tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    for unit in (DEPLOY / "systemd").iterdir():
        text = unit.read_text("utf-8")
        for program in ("/opt/ambon112/.venv/bin/ambon112", "/opt/ambon112/deploy/backup"):
            text = text.replace(program, "/bin/true")
        (tmp_path / unit.name.replace("@", "@8501")).write_text(text)

    units = sorted(map(str, tmp_path.iterdir()))
    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )

    ours = [line for line in said.stderr.splitlines() if str(tmp_path) in line]
    assert (said.returncode, ours) == (0, [])


def test_the_programs_take_their_environment():
    lines = (DEPLOY / "environment").read_text("utf-8").splitlines()
    said = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))

    settings = load_settings({name: value.strip('"') for name, value in said.items()})

    assert settings.log == "json"
    assert "dbname=ambon112" in (settings.database_url or "")


def test_the_database_writes_down_nothing_of_a_row():
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    try:
        cluster = Cluster(folder / "a").make()
        with (cluster.data / "postgresql.conf").open("a") as conf:
            conf.write((DEPLOY / "postgresql/primary.conf").read_text("utf-8"))
        cluster.start(archive_command="/bin/true")
        _refused(cluster)
        cluster.stop()
        told = (cluster.data / "log").read_text("utf-8")
    finally:
        shutil.rmtree(folder, ignore_errors=True)

    assert "ready to accept connections" in told
    assert "Zanubari" not in told


def _refused(cluster: Cluster) -> None:
    """Have the server refuse a row, a value and a statement that hold a caller's words."""
    with psycopg.connect(cluster.dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE said (words text CHECK (length(words) < 5))")
        for statement, values in (
            ("INSERT INTO said VALUES (%s)", [SAID]),
            ("SELECT %s::text::int", [SAID]),
            (f"SELECT '{SAID}' FROM nowhere", None),  # noqa: S608
        ):
            with pytest.raises(psycopg.Error):
                connection.execute(statement, values)
