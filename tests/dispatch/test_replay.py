"""A recorded day told again: what comes when, without who called, and calls that wait."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import psycopg
import pytest
from typer.testing import CliRunner

from dispatch import desk
from dispatch.call import CallKind, CallStatus
from dispatch.catalogue import load_catalogue
from dispatch.cli import app
from dispatch.errors import BadValue, IllegalMove, UnknownRow
from dispatch.incident import Severity
from dispatch.room import open_room
from dispatch.training import Report, masked, schedule, told

DAY = date(2026, 11, 23)
MORNING = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)  # 08:00 in Ambon on that day
NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
PUBLIC = date(2025, 6, 21)  # sixteen reports in public, three with an hour
PLACE = {"lon": 128.1934, "lat": -3.6891, "level": "kampung", "radius_m": 250.0}
FIRE = {"type_code": "fire_building", **PLACE}


def at(hour: int, minute: int = 0) -> datetime:
    """That day in Ambon."""
    return MORNING + timedelta(hours=hour - 8, minutes=minute)


def report(hour: int | None, text: str = "") -> Report:
    return Report(at(hour) if hour is not None else None, text or f"pukul {hour}")


def test_reports_come_at_their_time_of_day_so_many_times_faster():
    dues = schedule([report(20), report(8), report(12)], DAY, speed=60)

    assert [due.report.text for due in dues] == ["pukul 8", "pukul 12", "pukul 20"]
    assert [due.after_s for due in dues] == [8 * 60, 12 * 60, 20 * 60]


def test_part_of_a_day_begins_at_once():
    dues = schedule(
        [report(7), report(8), report(9), report(10)],
        DAY,
        speed=3600,
        begins=time(8),
        ends=time(10),
    )

    assert [(due.after_s, due.report.text) for due in dues] == [(0, "pukul 8"), (1, "pukul 9")]


def test_reports_without_an_hour_are_spread_evenly_over_the_day():
    dues = schedule([report(None, "a"), report(None, "b"), report(13, "c")], DAY, speed=1)

    assert [(due.report.text, due.at) for due in dues] == [
        ("a", at(6)),
        ("c", at(13)),
        ("b", at(18)),
    ]


def test_the_same_day_is_always_told_alike():
    reports = [report(None, str(n)) for n in range(50)] + [report(9, str(n)) for n in range(5)]

    assert schedule(reports, DAY) == schedule(reports, DAY)
    assert len(schedule(reports, DAY)) == 55
    assert schedule([], DAY) == []


@pytest.mark.parametrize(
    "wrong", [{"speed": 0}, {"speed": -1}, {"speed": float("nan")}, {"speed": 1e9},
              {"begins": time(9), "ends": time(9)}, {"begins": time(9), "ends": time(8)}],
)  # fmt: skip
def test_a_replay_that_cannot_be_is_refused(wrong):
    with pytest.raises(BadValue):
        schedule([report(8)], DAY, **wrong)


def test_what_happened_is_told_beside_the_place():
    types = load_catalogue().types

    own = Report(NOON, "x", "fire_building", Severity.HIGH)
    public = Report(None, "x", "flood", details="48 KK 189 jiwa")

    assert told(own, types) == "Kebakaran bangunan, berat"
    assert told(public, types) == "Banjir, 48 KK 189 jiwa"
    assert told(Report(NOON, "x"), types) == ""


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("rumah saya dekat masjid, 0812 3456 7890", "rumah saya dekat masjid, …"),
        ("hubungi +62 812-3456-789 ya", "hubungi … ya"),
        ("telp 0911-311234", "telp …"),
        ("81234567890", "…"),
        ("saya Uji Contoh di Waihaong", "saya … … di Waihaong"),
        ("nomor 0800-uji", "nomor …"),
        ("RT 004/RW 003 Batu Merah Dalam no 12", "RT 004/RW 003 Batu Merah Dalam no 12"),
        ("RT 012 RW 003, Jl. 112", "RT 012 RW 003, Jl. 112"),
        ("-3.6891, 128.1934", "-3.6891, 128.1934"),
        ("-3.6891234 128.1934567", "-3.6891234 128.1934567"),
        ("6P78+QR Ambon", "6P78+QR Ambon"),
        ("", ""),
    ],
)
def test_a_callers_words_are_told_without_the_caller(words, left):
    assert masked(words, "0800-uji", "uji contoh") == left


@pytest.fixture
def training(settings):
    """Lend the training room of the same database."""
    opened = open_room(replace(settings, training=True))
    yield opened
    opened.close()


def record_a_day(room) -> None:
    """Have the real room take a few calls on that day, and one the day after."""
    known = {"by": "ani", "phone": "081234567890"}
    fire = desk.take_call(
        room, text="saya Uji di Batu Merah Dalam, 0812-3456-7890", caller_name="Uji",
        note="catatan petugas", severity="high", at=at(9), **FIRE, **known,
    )  # fmt: skip
    desk.call_again(room, fire.id, text="api membesar", caller_name="Uji", at=at(9, 5), **known)
    desk.discard_call(room, "iseng", "prank", at=at(23, 59), **known)
    desk.take_call(room, text="hari berikut", at=at(24), **FIRE, **known)


def told_again(room, day: date, **how) -> list:
    dues = schedule(desk.recorded(room, day), day, speed=86_400, **how)
    assert len(list(desk.replay(room, dues))) == len(dues)
    return desk.waiting_calls(room)


def test_a_day_of_the_real_room_waits_in_training_without_who_called(room, training, seeded_dsn):
    record_a_day(room)

    waiting = told_again(training, DAY)

    assert [(call.text, call.note) for call in waiting] == [
        ("saya … di Batu Merah Dalam, …", "Kebakaran bangunan, berat"),
        ("api membesar", "Kebakaran bangunan, berat"),
        ("iseng", ""),
    ]
    assert {call.taken_by for call in waiting} == {"latihan"}
    with psycopg.connect(seeded_dsn) as connection:
        kept = str(connection.execute("SELECT * FROM training.call").fetchall())
        kept += str(connection.execute("SELECT * FROM training.event").fetchall())
    for secret in ("081234567890", "0812-3456", "Uji", "catatan petugas"):
        assert secret not in kept


def test_a_day_only_reported_in_public_is_told_too(training):
    waiting = told_again(training, PUBLIC)

    assert len(waiting) == 16
    assert all(call.text and call.note for call in waiting)
    assert desk.open_incidents(training) == []


def test_part_of_a_public_day_is_told(training):
    whole = schedule(desk.recorded(training, PUBLIC), PUBLIC)
    early = told_again(training, PUBLIC, ends=time(12))

    assert 0 < len(early) < len(whole)
    assert len(early) == sum(due.at.hour + 9 < 12 or due.at.hour >= 15 for due in whole)


def test_the_days_to_choose_from_say_whose_record_they_are(room, training):
    record_a_day(room)

    days = {one.day: one for one in desk.recorded_days(training)}

    assert (days[DAY].reports, days[DAY].timed, days[DAY].recorded) == (3, 3, True)
    assert (days[PUBLIC].reports, days[PUBLIC].timed, days[PUBLIC].recorded) == (16, 3, False)
    assert list(days) == sorted(days)


def test_a_day_on_which_nothing_was_told_is_refused(training):
    with pytest.raises(UnknownRow):
        desk.recorded(training, date(1999, 1, 1))


def test_a_waiting_call_is_taken_as_it_came_and_what_was_asked_since_is_added(room):
    waits = desk.receive_call(room, "Batu Merah", note="asap", by="latihan", at=NOON)

    opened = desk.take_call(
        room, text="Batu Merah Dalam", phone="0800-uji", waiting=waits.id, **FIRE,
        by="ani", at=NOON + timedelta(minutes=1),
    )  # fmt: skip

    (taken,) = desk.incident(room, opened.id).calls
    assert (taken.id, taken.text, taken.note) == (waits.id, "Batu Merah", "asap")
    assert (taken.received_at, taken.opened_incident_id) == (NOON, opened.id)
    assert desk.reveal_caller(room, taken.id, by="ani", at=NOON).phone == "0800-uji"
    assert desk.waiting_calls(room) == []


def test_a_waiting_call_that_was_taken_is_not_taken_twice(room):
    waits = desk.receive_call(room, "Batu Merah", by="latihan", at=NOON)
    desk.take_call(room, text="x", waiting=waits.id, **FIRE, by="ani", at=NOON)

    for again in (
        lambda: desk.take_call(room, text="x", waiting=waits.id, **FIRE, by="budi", at=NOON),
        lambda: desk.call_again(room, 1, text="x", waiting=waits.id, by="budi", at=NOON),
        lambda: desk.discard_call(room, "x", "prank", waiting=waits.id, by="budi", at=NOON),
    ):
        with pytest.raises((IllegalMove, UnknownRow)):
            again()
    assert len(desk.open_incidents(room)) == 1


def test_a_waiting_call_adds_to_an_open_incident_or_is_closed(room):
    opened = desk.take_call(room, text="x", **FIRE, by="ani", at=NOON)
    more, prank = (desk.receive_call(room, words, by="latihan", at=NOON) for words in ("a", ""))

    added = desk.call_again(room, opened.id, text="", waiting=more.id, by="ani", at=NOON)
    closed = desk.discard_call(room, "", "prank", waiting=prank.id, by="ani", at=NOON)

    assert (added.id, added.text, added.kind) == (more.id, "a", CallKind.DUPLICATE)
    assert (closed.id, closed.status) == (prank.id, CallStatus.DISCARDED)
    assert desk.waiting_calls(room) == []


@pytest.fixture
def environment(settings, monkeypatch):
    """Let commands find the room."""
    said = {
        "AMBON112_DATABASE_URL": settings.database_url,
        "AMBON112_OWNER_URL": settings.owner_url,
        "AMBON112_STATE_DIR": str(settings.state_dir),
    }
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    return {**os.environ, **said}


def run(*words: str):
    return CliRunner().invoke(app, ["training", *words])


@pytest.mark.usefixtures("environment")
def test_the_command_lists_days_and_tells_one_again(room):
    record_a_day(room)

    listed = run("replay", "--list")
    done = run("replay", DAY.isoformat(), "--speed", "86400")
    public = run("replay", PUBLIC.isoformat(), "--speed", "86400", "--from", "12:00")

    assert f"{DAY}    3 laporan / reports (catatan ruang / own record)" in listed.stdout
    assert f"{PUBLIC}   16 laporan / reports (laporan umum" in listed.stdout
    assert "13 tanpa jam" in listed.stdout
    assert done.exit_code == public.exit_code == 0, done.stderr + public.stderr
    assert "09:00 WIT  saya … di Batu Merah Dalam, …" in done.stdout
    assert "3 dari 3" in done.stdout
    assert "13 tanpa jam: disebar rata" in public.stdout
    assert desk.waiting_calls(room) == []


@pytest.mark.parametrize(
    "words",
    [
        ["replay"],
        ["replay", "kemarin"],
        ["replay", "1999-01-01"],
        ["replay", PUBLIC.isoformat(), "--speed", "0"],
        ["replay", PUBLIC.isoformat(), "--from", "25:00"],
        ["replay", PUBLIC.isoformat(), "--from", "10:00", "--until", "09:00"],
    ],
)
@pytest.mark.usefixtures("environment")
def test_what_cannot_be_replayed_is_refused_in_a_sentence(words):
    refused = run(*words)

    assert refused.exit_code == 2
    assert refused.stdout == ""
    assert len(refused.stderr.splitlines()) == 1


def test_a_replay_that_is_broken_off_stops_cleanly(room, environment):
    record_a_day(room)
    command = [sys.executable, "-m", "dispatch", "training", "replay", DAY.isoformat()]
    program = subprocess.Popen(
        [*command, "--from", "09:00", "--speed", "1"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert "3 dari 3" in program.stdout.readline()
    assert program.stdout.readline().startswith("09:00 WIT")

    program.send_signal(signal.SIGINT)
    said, wrong = program.communicate(timeout=20)

    assert (program.returncode, wrong) == (0, "")
    assert said == "Dihentikan / stopped: 1/3\n"
