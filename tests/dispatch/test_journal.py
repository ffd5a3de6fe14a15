"""The journal's file: what was appended is there after any crash, and what is torn is set aside."""

import os
import stat
import string
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch import journal
from dispatch.errors import JournalFailed
from dispatch.journal import Entry, Journal, read

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[2]

words = st.text(st.characters(), max_size=40)
said = st.dictionaries(
    st.text(string.ascii_lowercase, min_size=1, max_size=8),
    st.none() | words | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.dictionaries(words, words, max_size=3),
    max_size=5,
)  # fmt: skip
entries = st.lists(
    st.builds(
        Entry,
        id=st.uuids(),
        action=words,
        at=st.datetimes(timezones=st.just(UTC)),
        login=words,
        session=words,
        said=said,
    ),
    max_size=5,
)


def entry(number: int = 1, **words: object) -> Entry:
    return Entry(UUID(int=number), "take_call", NOON, "ani", "", words)


def lent(folder):
    with journal.left_behind(folder) as found:
        return found


@given(entries)
def test_what_was_written_is_read_word_for_word(written):
    content = b"".join(one.line() for one in written)

    assert read(content).entries == tuple(written)
    assert read(content).damaged == ()


@given(entries, st.data())
def test_cut_at_any_byte_only_the_cut_entry_is_missing_and_its_piece_is_kept(written, data):
    lines = [one.line() for one in written]
    content = b"".join(lines)
    cut = data.draw(st.integers(0, len(content)))

    found = read(content[:cut])

    whole = sum(1 for n in range(len(lines)) if sum(map(len, lines[: n + 1])) <= cut)
    assert found.entries == tuple(written[:whole])
    assert b"".join(found.damaged) == content[sum(map(len, lines[:whole])) : cut]


@given(entries.filter(bool), st.data())
def test_a_byte_that_changed_costs_no_entry_but_its_own(written, data):
    lines = [one.line() for one in written]
    content = bytearray(b"".join(lines))
    place = data.draw(st.integers(0, len(content) - 1))
    changed = data.draw(st.integers(0, 255).filter(lambda one: one != content[place]))
    content[place] = changed

    found = read(bytes(content))

    hit = next(n for n in range(len(lines)) if place < sum(map(len, lines[: n + 1])))
    # The end of a line that changed glues the next one to it.
    others = {one.id for n, one in enumerate(written) if n not in {hit, hit + 1}}
    assert others <= {one.id for one in found.entries}
    assert {one.id for one in found.entries} <= {one.id for one in written}
    assert all(one in written for one in found.entries)


@given(st.binary(max_size=300))
def test_anything_can_be_read(content):
    found = read(content)

    assert found.entries == ()


def test_nobody_but_its_owner_may_read_it(tmp_path):
    own = Journal(tmp_path / "journal")

    own.append(entry())

    assert own.path is not None
    assert stat.S_IMODE(own.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(own.path.parent.stat().st_mode) == 0o700


def test_there_is_no_file_before_the_first_entry_and_none_after_it_was_erased(tmp_path):
    own = Journal(tmp_path / "journal")
    assert not own.folder.exists()

    own.append(entry())
    own.erase()
    assert list(own.folder.iterdir()) == []

    own.append(entry(2))
    assert own.path is not None
    assert read(own.path.read_bytes()).entries == (entry(2),)


def test_an_entry_lies_on_the_disk_before_append_returns(tmp_path, monkeypatch):
    done = []
    sync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda file: (sync(file), done.append(os.fstat(file))))
    own = Journal(tmp_path / "journal")

    own.append(entry())

    folders = [one for one in done if stat.S_ISDIR(one.st_mode)]
    (file,) = [one for one in done if stat.S_ISREG(one.st_mode)]
    assert file.st_size == len(entry().line())
    assert {one.st_ino for one in folders} == {tmp_path.stat().st_ino, own.folder.stat().st_ino}


def test_a_full_disk_is_said_and_leaves_no_half_entry(tmp_path, monkeypatch):
    own = Journal(tmp_path / "journal")
    own.append(entry(1))
    write = os.write

    def half(file, content):
        if len(content) < 100:
            raise OSError(28, "No space left on device")
        return write(file, content[: len(content) // 2])

    monkeypatch.setattr(os, "write", half)
    with pytest.raises(JournalFailed, match="No space left"):
        own.append(entry(2))
    monkeypatch.undo()
    own.append(entry(3))

    assert own.path is not None
    assert read(own.path.read_bytes()) == journal.Read((entry(1), entry(3)), ())


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(JournalFailed):
        Journal(tmp_path / "file" / "journal").append(entry())


def test_nobody_is_lent_a_journal_whose_process_lives(tmp_path):
    own = Journal(tmp_path)
    own.append(entry())

    assert lent(tmp_path) == []


def test_what_a_process_left_behind_is_lent_once_with_what_is_torn_set_aside(tmp_path):
    torn = entry(3).line()[:-20]
    left = tmp_path / "left.jsonl"
    left.write_bytes(entry(1).line() + entry(2).line() + torn)

    with journal.left_behind(tmp_path) as found:
        ((path, known),) = found
        assert known.entries == (entry(1), entry(2))
        aside = path.with_suffix(journal.SET_ASIDE)
        assert aside.read_bytes() == torn
        assert stat.S_IMODE(aside.stat().st_mode) == 0o600
        assert lent(tmp_path) == []  # somebody else, at the same time
        journal.erase(path)

    assert lent(tmp_path) == []
    assert aside.exists()


def test_what_was_set_aside_goes_when_it_is_old(tmp_path):
    journal.set_aside(tmp_path / "left.jsonl", (b"torn",))
    (aside,) = tmp_path.iterdir()
    os.utime(aside, (NOON.timestamp(), NOON.timestamp()))

    assert journal.erase_set_aside(tmp_path, before=NOON) == 0
    later = NOON + timedelta(seconds=1)
    assert journal.erase_set_aside(tmp_path, before=later, dry_run=True) == 1
    assert aside.exists()
    assert journal.erase_set_aside(tmp_path, before=later) == 1
    assert list(tmp_path.iterdir()) == []


WRITER = """
import sys
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from pathlib import Path
from uuid import UUID
from dispatch.journal import Entry, Journal

own = Journal(Path(sys.argv[1]))
for n in count(1):
    own.append(Entry(UUID(int=n), "x", datetime.now(UTC), "ani", "", {"text": "y" * (n % 500)}))
    print(n, flush=True)
"""


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.05, 0.2])
def test_killed_at_any_moment_what_was_acknowledged_is_in_what_is_left_behind(tmp_path, seconds):
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    program = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    first = program.stdout.readline()
    assert lent(tmp_path) == []
    time.sleep(seconds)
    program.kill()
    rest, _ = program.communicate()
    told = [int(line) for line in (first + rest).split("\n")[:-1]]

    ((_, known),) = lent(tmp_path)

    assert [one.id.int for one in known.entries[: len(told)]] == told
    assert len(known.entries) <= len(told) + 1
