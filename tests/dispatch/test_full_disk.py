"""A full disk: nothing that was acknowledged is lost, it is said, and room is all it takes."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.apart import with_small_disk

pytestmark = pytest.mark.drill

ROOT = Path(__file__).parents[2]
MEGABYTES = 130  # a new room takes 44
CALLS = 30


@pytest.fixture
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="full") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def drill(what: str, state: Path, disk: Path, megabytes: int) -> dict:
    """Have a program work on a disk of so many megabytes; what happened to it."""
    disk.mkdir(parents=True, exist_ok=True)
    program = [sys.executable, "-m", "tests.dispatch.full_disk", what, str(state), str(disk)]
    done = subprocess.run(
        with_small_disk(disk, megabytes, program),
        cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return json.loads(done.stdout)


def test_on_one_full_disk_every_press_is_refused_and_what_was_acknowledged_stays(home):
    told = drill("room", home, home, MEGABYTES)

    assert told["before"] == {"done": CALLS}
    fitted = told["meanwhile"].pop("done", 0)  # in what the database had taken of the disk
    assert told["meanwhile"] == {"JournalFailed": CALLS - fitted}
    assert told["seen"] == CALLS + fitted, "the board is still there"
    assert told["killed"]["JournalFailed"] >= 3, "the server cannot start without room"
    assert (told["afterwards"], told["faults"]) == ("done", [])
    assert told["incidents"] == told["told"]


def test_the_journal_carries_the_room_while_the_disk_of_the_database_alone_is_full(home):
    told = drill("room", home, home / "postgres", MEGABYTES)

    assert told["before"] == {"done": CALLS}
    fitted = told["meanwhile"].pop("done", 0)
    assert told["meanwhile"] == {"noted": CALLS - fitted}
    assert told["seen"] == 2 * CALLS
    assert told["waits"] == [True, CALLS - fitted + 3]
    assert set(told["killed"]) == {"noted"}
    assert (told["afterwards"], told["faults"]) == ("done", [])
    assert told["incidents"] == told["told"]


def test_a_file_that_finds_no_room_is_said_and_the_one_before_it_stays(home):
    told = drill("exports", home / "room", home / "files", 12)

    assert told["new"][1] == ["ballast"], "nothing half-written is left"
    for code, said in (*told["new"][0], *told["again"]):
        assert code == 1
        assert said.startswith("Tidak dapat menulis")
        assert len(said.splitlines()) == 1
    assert told["unharmed"]
    assert {code for code, _ in told["with_room"]} == {0}
