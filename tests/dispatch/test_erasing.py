"""Callers' data and words are erased when old; what is counted stays, and so does the record."""

import os
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from typer.testing import CliRunner

from dispatch import desk, export
from dispatch.call import CallKind
from dispatch.cli import app
from dispatch.desk import Erased
from dispatch.desk.outage import folder_of
from dispatch.desk.replaying import take_in_left_behind
from dispatch.errors import BadValue, NotAllowed
from dispatch.person import Role
from dispatch.store import events
from tests.dispatch.away import FIRE, entry, leave_behind
from tests.dispatch.callers import (
    KEPT,
    LATER,
    LONG_AGO,
    NOON,
    PHONE,
    SAID,
    TOWN,
    WORDS,
    a_persons,
    an_old_case,
    end,
    erase,
    everything,
    holding,
    only_call,
    take,
)


def test_what_is_old_loses_every_word_wherever_it_stood(room):
    incident = an_old_case(room)
    desk.discard_call(room, SAID, "prank", PHONE, by="ani", at=LONG_AGO)
    assert holding(room, *WORDS) == {
        "call",
        "handover",
        "incident",
        "incident_note",
        "place_suggestion",
    }

    done = erase(room)

    assert done == Erased(calls=3, incidents=1, notes=1, suggestions=1, handovers=1)
    assert holding(room, *WORDS) == set()
    case = desk.incident(room, incident.id)
    assert [(one.text, one.phone, one.caller_name, one.note) for one in case.calls] == [
        ("", None, None, "")
    ] * 2
    assert {one.erased_at for one in case.calls} == {NOON}
    assert case.incident.place_text == room.ground.boundaries.at(128.19, -3.69).kelurahan.name
    assert case.incident.note == ""
    assert [one.text for one in case.notes] == ["[dihapus]"]
    assert desk.suggestions(room) == []


def test_a_place_outside_the_city_is_called_by_its_coordinates(room):
    incident = take(room, LONG_AGO, lon=128.05, lat=-3.60)
    end(room, incident, LONG_AGO)

    erase(room)

    assert desk.incident(room, incident.id).incident.place_text == "-3.600000, 128.050000"


def test_who_erased_is_in_the_record_of_each_thing_and_the_record_is_whole(room):
    incident = an_old_case(room)
    call = desk.incident(room, incident.id).calls[0]

    erase(room)

    with room.store.reading() as tx:
        for kind, number in (
            ("call", call.id),
            ("incident", incident.id),
            ("incident_note", incident.id),
        ):
            last = events.of_subject(tx, kind, number)[-1]
            assert (last.action, last.actor) == ("erase_callers", "admin")
            assert last.after["erased_at"]
        assert events.breaks(tx) == []


def test_nothing_younger_is_touched(room):
    incident = an_old_case(room, at=NOON - timedelta(days=89))
    before = everything(room)

    assert erase(room) == Erased(0, 0, 0, 0)

    assert everything(room) == before
    assert only_call(room, take(room)).text == SAID
    assert desk.incident(room, incident.id).incident.place_text == SAID


def test_a_later_call_and_a_later_note_on_an_old_case_stay_until_their_time(room):
    incident = take(room, LONG_AGO)
    younger = NOON - timedelta(days=80)
    desk.call_again(room, incident.id, text=LATER, phone=PHONE, by="ani", at=younger)
    desk.add_note(room, incident.id, LATER, by="ani", at=younger)
    end(room, incident, younger)

    assert erase(room) == Erased(calls=1, incidents=1, notes=0, suggestions=0)
    case = desk.incident(room, incident.id)
    assert [one.text for one in case.calls] == ["", LATER]
    assert [one.text for one in case.notes] == [LATER]

    assert erase(room, timedelta(days=70)) == Erased(calls=1, incidents=0, notes=1, suggestions=0)
    assert holding(room, *WORDS) == set()


def test_a_case_still_open_keeps_its_words_however_old(room):
    incident = take(room, LONG_AGO)
    desk.add_note(room, incident.id, LATER, by="ani", at=LONG_AGO)
    desk.relocate(room, incident.id, 128.19, -3.69, by="ani", at=LONG_AGO)

    assert erase(room) == Erased(0, 0, 0, 0)

    end(room, incident, NOON)
    assert erase(room) == Erased(calls=1, incidents=1, notes=1, suggestions=1)


def test_an_old_call_that_points_to_nothing_goes_too(room):
    incident = take(room, LONG_AGO)
    desk.unlink_call(room, only_call(room, incident).id, by="ani", at=LONG_AGO)

    assert erase(room).calls == 1

    (waiting,) = desk.waiting_calls(room)
    assert (waiting.text, waiting.phone) == ("", None)


def test_erasing_twice_is_erasing_once(room):
    an_old_case(room)
    erase(room)
    after = everything(room)

    assert erase(room) == Erased(0, 0, 0, 0)

    assert everything(room) == after


def test_a_dry_run_counts_the_same_and_changes_nothing(room):
    an_old_case(room)
    before = everything(room)

    counted = erase(room, dry_run=True)

    assert everything(room) == before
    assert counted == erase(room)


def statistics(room):
    """Return what planners count: calls, incidents with their points and times, milestones."""
    with psycopg.connect(room.settings.database_url) as connection:
        return [
            connection.execute(query).fetchall()
            for query in (
                "SELECT kind, status, received_at, taken_by, incident_id FROM call ORDER BY id",
                "SELECT code, type_code, severity, status, lon, lat, level, kelurahan_code,"
                " opened_at, closed_at, disposition, source FROM incident ORDER BY id",
                "SELECT * FROM assignment ORDER BY id",
                "SELECT incident_id, at, by FROM incident_note ORDER BY id",
            )
        ]


def test_what_is_counted_stays_the_same(room):
    an_old_case(room)
    desk.discard_call(room, SAID, "prank", PHONE, by="ani", at=LONG_AGO)
    take(room)
    before, rows = statistics(room), export.gather(room, export.Choice(), at=NOON).rows

    erase(room)

    assert statistics(room) == before
    words = {"place_text", "note"}
    assert [
        {name: value for name, value in row.items() if name not in words}
        for row in export.gather(room, export.Choice(), at=NOON).rows
    ] == [{name: value for name, value in row.items() if name not in words} for row in rows]


def test_history_from_public_reports_is_left_alone(room):
    def history():
        return {
            row["code"]: (row["place_text"], row["note"])
            for row in export.gather(room, export.Choice(), at=NOON).rows
            if row["source"] != "desk"
        }

    before = history()

    assert erase(room) == Erased(0, 0, 0, 0)
    assert history() == before


def test_a_name_an_admin_made_of_a_suggestion_stays(room):
    an_old_case(room)
    (one,) = desk.suggestions(room)
    name = desk.PlaceNameRow(name=one.text, kind="kampung", lon=one.lon, lat=one.lat)
    desk.save_place_name(room, name, by="ani", at=NOON)
    desk.settle_suggestion(room, one.id, accepted=True, by="ani", at=NOON)

    assert erase(room).suggestions == 1

    assert [one.name for one in desk.place_names(room)] == [SAID]


def test_an_erased_case_is_reopened_worked_and_erased_again(room):
    incident = an_old_case(room)
    erase(room)

    desk.move_incident(room, incident.id, "awaiting_unit", by="ani", at=NOON)
    desk.relocate(room, incident.id, 128.1934, -3.6891, by="ani", at=NOON)
    assert desk.suggestions(room) == [], "there are no words to suggest"
    found = desk.duplicates(
        room, text="", type_code="fire_building", **TOWN, radius_m=0.0, phone=PHONE, at=LONG_AGO
    )
    assert incident.id in {one.suspect.id for one in found}
    assert desk.phone_history(room, PHONE, LONG_AGO) == {}
    desk.call_again(room, incident.id, text=SAID, phone=PHONE, by="ani", at=NOON)
    assert [one.text for one in desk.incident(room, incident.id).calls] == ["", "", SAID]
    end(room, incident, NOON)

    done = desk.erase_callers(room, KEPT, by="admin", at=NOON + timedelta(days=91))
    assert done.calls == 1
    assert holding(room, *WORDS) == set()


def test_joined_cases_are_parted_after_erasing(room):
    first, second = take(room, LONG_AGO), take(room, LONG_AGO)
    desk.join(room, second.id, first.id, by="ani", at=LONG_AGO)
    end(room, first, LONG_AGO)
    erase(room)

    desk.part(room, second.id, by="ani", at=NOON)

    assert only_call(room, second).text == ""


@pytest.mark.parametrize("kind", [CallKind.PRANK, CallKind.SILENT])
def test_a_number_is_forgotten_with_its_pranks(room, kind):
    desk.discard_call(room, "", kind, PHONE, by="ani", at=NOON - timedelta(days=2))
    assert desk.phone_history(room, PHONE, NOON) == {kind: 1}

    erase(room, timedelta(days=1))

    assert desk.phone_history(room, PHONE, NOON) == {}


@pytest.mark.parametrize("age", [timedelta(0), timedelta(hours=23), timedelta(days=-3)])
def test_what_is_younger_than_a_day_cannot_be_erased(room, age):
    an_old_case(room)

    with pytest.raises(BadValue):
        erase(room, age)

    assert holding(room, *WORDS)


@pytest.mark.parametrize("role", Role)
def test_only_an_admin_erases(room, role):
    def doing():
        desk.erase_callers(room, KEPT, by=a_persons(role), at=NOON)

    if role is Role.ADMIN:
        doing()
    else:
        with pytest.raises(NotAllowed):
            doing()


@pytest.fixture
def run(settings, monkeypatch):
    """Run a command on the room's database."""
    monkeypatch.setenv("AMBON112_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("AMBON112_STATE_DIR", str(settings.state_dir))
    return lambda *arguments: CliRunner().invoke(app, [str(one) for one in arguments])


def test_the_command_says_what_it_would_erase_and_then_erases(run, room):
    an_old_case(room, at=datetime.now(UTC) - timedelta(days=100))

    would = run("erase-callers", "--older-than", 90, "--dry-run")
    assert would.exit_code == 0, would.stderr
    assert would.stdout.startswith("Akan dihapus")
    assert holding(room, *WORDS)

    done = run("erase-callers", "--older-than", 90)
    assert done.exit_code == 0, done.stderr
    assert would.stdout.split(":")[1] == done.stdout.split(":")[1]
    assert "2 laporan" in done.stdout
    assert holding(room, *WORDS) == set()
    assert run("verify-log").exit_code == 0


@pytest.mark.parametrize("days", ["0", "-3", "-9223372036854775809", "36501"])
def test_the_command_refuses_less_than_a_day_and_what_no_clock_holds_in_a_sentence(run, days):
    done = run("erase-callers", "--older-than", days)

    assert (done.exit_code, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


def test_what_came_from_a_journal_goes_too_when_it_was_seen_to_and_so_do_damaged_pieces(room):
    said = {"text": SAID, "phone": PHONE, "caller_name": "Nona Uji", "candidate_label": SAID}
    took = entry("take_call", at=LONG_AGO, **{**FIRE, "type_code": "retired", **said})
    left = leave_behind(room.settings, took)
    left.write_bytes(left.read_bytes() + b'{"said": {"phone": "')
    take_in_left_behind(room)
    (aside,) = folder_of(room.settings).iterdir()
    os.utime(aside, (LONG_AGO.timestamp(), LONG_AGO.timestamp()))
    assert holding(room, *WORDS) == {"call", "journal_conflict"}
    refused, _torn = desk.standing(room, NOON).conflicts

    assert erase(room, dry_run=True) == Erased(1, 0, 0, 0, journals=1)
    assert aside.exists()
    assert erase(room) == Erased(1, 0, 0, 0, journals=1)
    assert not aside.exists()
    desk.settle_conflict(room, refused.id, by="ani", at=NOON)
    assert erase(room).conflicts == 1

    assert holding(room, *WORDS) == set()
