"""Reports of one event are told from those of another: by place, time, type and words."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from dispatch import desk, errors
from dispatch.call import CallKind, CallStatus
from dispatch.cli import app
from dispatch.cli.same_event import measure, read_reports
from dispatch.duplicates import SHOWN_FROM, Comparison, Reason, Report
from dispatch.ground import load_ground
from dispatch.incident import Disposition, IncidentStatus
from geo.files import DATA

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
GROUND = load_ground()
COMPARISON = Comparison(GROUND.geocoder.vocabulary, GROUND.boundaries)
BANJO = "Gang Banjo, Negeri Batu Merah"


def report(text=BANJO, *, type_code="fire_building", after=0, phone=None):
    best = GROUND.geocoder.locate(text).candidates[0]
    return Report(
        NOON + timedelta(minutes=after),
        type_code,
        best.lon,
        best.lat,
        best.radius_m,
        best.kelurahan_code,
        (text,),
        frozenset({phone} if phone else ()),
    )


def suspects(new, *known):
    return COMPARISON.suspects(new, dict(enumerate(known)))


def test_another_neighbour_who_names_the_same_gang_is_about_the_same_fire():
    (found,) = suspects(report("gg banjo batumerah api besar", after=4), report())

    assert found.reasons[0] is Reason.NAMES
    assert "banjo" in found.shared


def test_the_same_rt_and_rw_say_more_than_names():
    here = "RT 003/RW 003 Negeri Batu Merah"

    (found,) = suspects(report("kompleks Gang Banjo RT 03 RW 3, Batu Merah"), report(here))

    assert found.reasons[0] is Reason.RT_RW


def test_another_rt_of_the_same_kelurahan_is_another_landslide():
    new = report("RT/RW 003/004 Kelurahan Batu Gajah", type_code="landslide")
    old = report("RT/RW 004/004 Kelurahan Batu Gajah", type_code="landslide")

    assert suspects(new, old) == []


def test_a_fire_is_no_accident():
    assert suspects(report(type_code="traffic_accident"), report()) == []


def test_a_landslide_may_be_what_the_flood_was_called_in_as():
    assert suspects(report(type_code="landslide"), report(type_code="flood"))


def test_yesterdays_fire_is_over():
    assert suspects(report(after=60 * 30), report()) == []


def test_who_calls_back_calls_about_the_same_whatever_they_say():
    new = report("Negeri Passo", type_code="medical", after=20, phone="0800-uji")

    (found,) = suspects(new, report(phone="0800-uji"))

    assert found.reasons[0] is Reason.PHONE


def test_of_several_the_likeliest_comes_first():
    named, area = report(), report("Negeri Batu Merah")

    assert [one.id for one in suspects(report(after=1), area, named)] == [1, 0]


def test_the_past_reports_of_one_event_are_found_and_few_others():
    told = read_reports(DATA / "incidents" / "incidents.csv", GROUND.geocoder)

    found = measure(told, COMPARISON)

    assert found.right + len(found.missed) > 80
    assert found.recall >= 0.95
    assert found.precision >= 0.80


@given(st.text(), st.text(), st.integers(-100_000, 100_000))
def test_any_words_compare_the_same_both_ways(one, other, minutes):
    def said(text):
        return Report(NOON, "flood", 128.19, -3.69, 100.0, "81.71.02.2003", (text,))

    later = Report(NOON + timedelta(minutes=minutes), *_fields(said(other))[1:])
    there, back = suspects(said(one), later), suspects(later, said(one))

    assert [found.score for found in there] == [found.score for found in back]
    assert all(SHOWN_FROM <= found.score <= 1 for found in there)


def _fields(one):
    return [getattr(one, name) for name in Report.__slots__]


def take(room, text=BANJO, *, by="ani", at=NOON, phone=None, type_code="fire_building"):
    best = room.ground.geocoder.locate(text).candidates[0]
    return desk.take_call(
        room,
        text=text,
        type_code=type_code,
        lon=best.lon,
        lat=best.lat,
        level=best.level.value,
        radius_m=best.radius_m,
        phone=phone,
        by=by,
        at=at,
    )


def ask(room, text=BANJO, **other):
    best = room.ground.geocoder.locate(text).candidates[0]
    said = {"type_code": "fire_building", "at": NOON, **other}
    return desk.duplicates(
        room, text=text, lon=best.lon, lat=best.lat, radius_m=best.radius_m, **said
    )


def calls_of(room, incident):
    return [call.id for call in desk.incident(room, incident.id).calls]


def test_the_second_call_adds_what_it_says_and_leaves_the_units_alone(room):
    incident = take(room)
    sent = desk.assign(room, incident.id, "DAMKAR-MAKO-1", by="ani", at=NOON)
    ((found),) = ask(room, "gang banjo dekat masjid")
    again = desk.call_again(
        room, found.row.incident.id, text="gang banjo", note="dua rumah", by="budi", at=NOON
    )

    case = desk.incident(room, incident.id)
    assert (again.kind, again.status) == (CallKind.DUPLICATE, CallStatus.LINKED)
    assert [call.note for call in case.calls] == ["", "dua rumah"]
    assert case.assignments[0] == sent
    assert case.incident.status is IncidentStatus.IN_PROGRESS


def test_unlinking_is_undone_by_linking_again(room):
    incident = take(room)
    (call,) = calls_of(room, incident)

    loose = desk.unlink_call(room, call, by="ani", at=NOON)
    assert loose.status is CallStatus.RECEIVED
    assert [one.id for one in desk.waiting_calls(room)] == [call]
    assert calls_of(room, incident) == []

    desk.link_call(room, call, incident.id, by="ani", at=NOON)
    assert calls_of(room, incident) == [call]
    assert desk.waiting_calls(room) == []


def test_two_incidents_that_are_one_are_joined_and_parted(room):
    first, second = take(room), take(room, "gg banjo")
    own = calls_of(room, second)

    joined = desk.join(room, second.id, first.id, by="ani", at=NOON)
    assert joined.disposition is Disposition.DUPLICATE
    assert set(own) < set(calls_of(room, first))

    parted = desk.part(room, second.id, by="ani", at=NOON)
    assert parted.status is IncidentStatus.AWAITING_UNIT
    assert parted.duplicate_of is None
    assert calls_of(room, second) == own
    assert len(calls_of(room, first)) == 1


def test_joining_does_not_take_units_off_a_case(room):
    first, second = take(room), take(room, "gg banjo")
    desk.assign(room, second.id, "DAMKAR-MAKO-1", by="ani", at=NOON)

    with pytest.raises(errors.UnitsStillOut):
        desk.join(room, second.id, first.id, by="ani", at=NOON)

    assert len(calls_of(room, second)) == 1


@pytest.mark.parametrize("chain", [False, True])
def test_an_incident_is_not_joined_to_itself_or_to_a_duplicate(room, chain):
    first, second, third = take(room), take(room, "gg banjo"), take(room, "gg banjo")
    if chain:
        desk.join(room, second.id, first.id, by="ani", at=NOON)
    with pytest.raises(errors.BadValue):
        desk.join(room, third.id, second.id if chain else third.id, by="ani", at=NOON)


def test_a_prank_cannot_be_linked(room):
    incident = take(room)
    prank = desk.discard_call(room, "hahaha", "prank", "0800-uji", by="ani", at=NOON)

    with pytest.raises(errors.IllegalMove):
        desk.link_call(room, prank.id, incident.id, by="ani", at=NOON)


def test_a_numbers_pranks_are_told_and_refuse_nothing(room):
    for _ in range(3):
        desk.discard_call(room, "", "prank", "0800-uji", by="ani", at=NOON)

    assert desk.phone_history(room, "0800-uji", NOON) == {CallKind.PRANK: 3}
    assert take(room, phone="0800-uji").open


def test_the_command_prints_recall_and_precision(tmp_path: Path):
    table = DATA / "incidents" / "incidents.csv"
    done = CliRunner().invoke(app, ["evaluate-duplicates", str(table)])
    none = CliRunner().invoke(app, ["evaluate-duplicates", str(tmp_path / "none.csv")])

    assert "recall" in done.stdout
    assert (none.exit_code, none.stdout) == (2, "")
