"""The things a person can do in the room, as rules."""

from datetime import UTC, datetime, timedelta

import pytest

from dispatch import desk, errors
from dispatch.assignment import AssignmentStatus, unanswered
from dispatch.call import CallKind, CallStatus
from dispatch.desk import PlaceNameRow
from dispatch.incident import Disposition, IncidentStatus, Severity
from dispatch.record import replay
from dispatch.store import events
from dispatch.unit import PositionBasis, UnitStatus

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ENGINE, OTHER = "DAMKAR-MAKO-1", "DAMKAR-MAKO-2"
MERDEKA = {"lon": 128.1812, "lat": -3.6953}


def minutes(n):
    return NOON + timedelta(minutes=n)


def call(room, by="ani", **other):
    said = {
        "text": "RT 004/RW 003 Batu Merah Dalam",
        "type_code": "fire_building",
        "level": "kampung",
        "radius_m": 250.0,
        **MERDEKA,
        **other,
    }
    return desk.take_call(room, **said, by=by, at=NOON)


def go(room, assignment, *statuses, by="ani"):
    for n, status in enumerate(statuses, 1):
        assignment = desk.move_assignment(room, assignment.id, status, by=by, at=minutes(n))
    return assignment


def test_a_call_opens_an_incident_and_points_to_it(room):
    incident = call(room, phone="0800-uji", note="asap tebal", candidate_label="Batu Merah Dalam")

    case = desk.incident(room, incident.id)
    (taken,) = case.calls
    assert (taken.status, taken.text) == (CallStatus.LINKED, "RT 004/RW 003 Batu Merah Dalam")
    assert case.incident.status is IncidentStatus.AWAITING_UNIT
    assert case.incident.place_text == "Batu Merah Dalam"
    assert case.incident.kelurahan_code == room.ground.boundaries.at(**MERDEKA).kelurahan.code
    assert [row.incident.id for row in desk.open_incidents(room)] == [incident.id]


def test_a_call_came_in_when_the_phone_was_answered(room):
    incident = call(room, taking_s=75)

    (taken,) = desk.incident(room, incident.id).calls
    assert taken.received_at == NOON - timedelta(seconds=75)
    assert desk.incident(room, incident.id).incident.opened_at == NOON
    prank = desk.discard_call(room, "halo", "prank", by="ani", at=NOON, taking_s=5)
    assert prank.received_at == NOON - timedelta(seconds=5)
    again = desk.call_again(room, incident.id, text="api", by="ani", at=NOON, taking_s=9)
    assert again.received_at == NOON - timedelta(seconds=9)


@pytest.mark.parametrize("taking_s", [-1, 86_401, float("nan"), float("inf")])
def test_a_call_cannot_have_been_answered_later_or_days_ago(room, taking_s):
    with pytest.raises(errors.BadValue):
        call(room, taking_s=taking_s)
    assert desk.open_incidents(room) == []


def test_the_whole_way_from_the_call_to_the_closed_case(room):
    incident = call(room)
    sent = desk.assign(room, incident.id, ENGINE, predicted_travel_s=240.0, by="ani", at=NOON)
    assert desk.incident(room, incident.id).incident.status is IncidentStatus.IN_PROGRESS
    assert desk.unit(room, ENGINE).status is UnitStatus.ASSIGNED

    done = go(room, sent, "accepted", "en_route", "on_scene", "cleared")
    desk.move_incident(room, incident.id, "controlled", by="ani", at=minutes(20))
    desk.move_incident(room, incident.id, "closed", by="ani", at=minutes(30))

    closed = desk.recent_closed(room)[0].incident
    assert (closed.status, closed.disposition) == (IncidentStatus.CLOSED, Disposition.HANDLED)
    assert done.actual_travel_s == 60
    assert desk.unit(room, ENGINE).status is UnitStatus.AVAILABLE
    assert desk.open_incidents(room) == []
    told = [event.action for event in desk.incident(room, incident.id).events]
    assert told == ["take_call", "assign", "incident_controlled", "incident_closed"]


def test_the_second_to_send_a_unit_is_told_who_was_first_when_and_where_to(room):
    first, second = call(room, by="ani"), call(room, by="budi")
    desk.assign(room, first.id, ENGINE, by="ani", at=minutes(1))

    with pytest.raises(errors.UnitBusy) as refused:
        desk.assign(room, second.id, ENGINE, by="budi", at=minutes(2))

    busy = refused.value
    assert (busy.by, busy.at, busy.incident) == ("ani", minutes(1), first.code)
    assert desk.incident(room, second.id).incident.status is IncidentStatus.AWAITING_UNIT


@pytest.mark.parametrize("ending", [("declined",), ("accepted", "withdrawn")])
def test_an_incident_whose_only_unit_never_came_awaits_a_unit_again(room, ending):
    incident = call(room)
    sent = desk.assign(room, incident.id, ENGINE, by="ani", at=NOON)

    go(room, sent, *ending)

    assert desk.incident(room, incident.id).incident.status is IncidentStatus.AWAITING_UNIT
    assert desk.assign(room, incident.id, ENGINE, by="ani", at=minutes(9)).open


def test_an_incident_with_another_unit_on_it_stays_in_progress(room):
    incident = call(room)
    sent = desk.assign(room, incident.id, ENGINE, by="ani", at=NOON)
    desk.assign(room, incident.id, OTHER, by="ani", at=NOON)

    desk.withdraw(room, sent.id, by="ani", at=minutes(1))

    assert desk.incident(room, incident.id).incident.status is IncidentStatus.IN_PROGRESS


def test_an_incident_does_not_end_while_units_are_on_it(room):
    incident = call(room)
    desk.assign(room, incident.id, ENGINE, by="ani", at=NOON)

    with pytest.raises(errors.UnitsStillOut) as refused:
        desk.move_incident(room, incident.id, "closed", by="ani", at=minutes(1))

    assert refused.value.call_signs == (ENGINE,)


def test_a_closed_incident_can_be_reopened_and_ended_another_way(room):
    incident = call(room)
    desk.move_incident(room, incident.id, "closed", disposition="unfounded", by="a", at=minutes(1))

    desk.move_incident(room, incident.id, "awaiting_unit", by="a", at=minutes(2))
    again = desk.move_incident(
        room, incident.id, "closed", disposition="referred", by="a", at=minutes(3)
    )

    assert again.disposition is Disposition.REFERRED


def test_a_change_on_an_old_view_is_stale(room):
    incident = call(room)
    desk.relocate(room, incident.id, 128.19, -3.70, by="budi", at=minutes(1))

    with pytest.raises(errors.Stale):
        desk.move_incident(
            room, incident.id, "cancelled", version=incident.version, by="ani", at=minutes(2)
        )


def test_a_corrected_place_keeps_the_callers_words_for_the_table_of_names(room):
    incident = call(room)

    moved = desk.relocate(room, incident.id, 128.1934, -3.6891, by="ani", at=minutes(1))

    (suggestion,) = desk.suggestions(room)
    assert (moved.lon, moved.lat, moved.level, moved.radius_m) == (128.1934, -3.6891, "point", 0)
    assert suggestion.text == "RT 004/RW 003 Batu Merah Dalam"
    assert (suggestion.lon, suggestion.lat) == (128.1934, -3.6891)
    desk.settle_suggestion(room, suggestion.id, accepted=True, by="admin", at=minutes(2))
    assert desk.suggestions(room) == []


@pytest.mark.parametrize("kind", ["silent", "prank", "information"])
def test_a_call_that_is_no_incident_opens_none(room, kind):
    taken = desk.discard_call(room, "", kind, by="ani", at=NOON)

    assert taken.kind is CallKind(kind)
    assert desk.open_incidents(room) == []


def test_only_a_call_without_an_incident_is_discarded(room):
    with pytest.raises(errors.BadValue):
        desk.discard_call(room, "", "normal", by="ani", at=NOON)


def test_a_unit_off_duty_is_not_sent_and_one_on_an_incident_stays_on_duty(room):
    incident = call(room)
    desk.set_unit_status(room, OTHER, "off_duty", by="ani", at=NOON)
    desk.assign(room, incident.id, ENGINE, by="ani", at=NOON)

    with pytest.raises(errors.UnitOffDuty):
        desk.assign(room, incident.id, OTHER, by="ani", at=NOON)
    with pytest.raises(errors.IllegalMove):
        desk.set_unit_status(room, ENGINE, "off_duty", by="ani", at=NOON)
    assert desk.unit(room, OTHER).status is UnitStatus.OFF_DUTY


def test_a_unit_is_where_it_last_said_while_that_is_fresh_and_at_its_station_after(room):
    now = datetime.now(UTC)
    at_home = desk.unit(room, ENGINE).position
    desk.record_fix(room, ENGINE, 128.20, -3.68, at=now, by="gps")
    desk.record_fix(room, ENGINE, 128.25, -3.62, at=now - timedelta(minutes=3), by="gps")

    fresh = desk.unit(room, ENGINE, at=now + timedelta(minutes=4))
    stale = desk.unit(room, ENGINE, at=now + timedelta(minutes=6))

    assert (fresh.position, fresh.position_basis) == ((128.20, -3.68), PositionBasis.FIX)
    assert (stale.position, stale.position_basis) == (at_home, PositionBasis.STALE_FIX)
    assert stale.fix_at == now


def test_a_fix_from_the_future_is_refused(room):
    with pytest.raises(errors.BadTime):
        desk.record_fix(
            room, ENGINE, 128.2, -3.7, at=datetime.now(UTC) + timedelta(hours=1), by="gps"
        )


def test_a_name_the_room_adds_is_found_from_then_on(room):
    place = PlaceNameRow(
        "Lorong Uji Bersama", "lorong", ("Gang Uji",), None, MERDEKA["lon"], MERDEKA["lat"], 80.0
    )
    saved = desk.save_place_name(room, place, by="admin", at=NOON)

    found = desk.locate(room, "Lorong Uji Bersama").candidates[0]
    assert (round(found.lon, 4), round(found.lat, 4)) == (MERDEKA["lon"], MERDEKA["lat"])

    desk.delete_place_name(room, saved, by="admin", at=NOON)
    assert desk.place_names(room) == []


SQL_AND_HTML = "'; DROP TABLE call; -- <img src=x onerror=alert(1)> \x00\ud800 🔥"


def test_whatever_a_caller_says_is_kept_as_words(room):
    incident = call(room, text=SQL_AND_HTML, note=SQL_AND_HTML)
    desk.add_note(room, incident.id, SQL_AND_HTML, by="ani", at=NOON)

    case = desk.incident(room, incident.id)
    clean = "'; DROP TABLE call; -- <img src=x onerror=alert(1)>  🔥"
    assert (case.calls[0].text, case.incident.note, case.notes[0].text) == (clean, clean, clean)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"text": "a" * 10_000}, errors.TextTooLong),
        ({"note": "a" * 10_000}, errors.TextTooLong),
        ({"lon": -3.69, "lat": 128.18}, errors.BadCoordinates),
        ({"lon": float("nan")}, errors.BadCoordinates),
        ({"lon": 106.8, "lat": -6.2}, errors.OutsideArea),
        ({"type_code": "pesta"}, errors.UnknownType),
        ({"severity": "banget"}, errors.BadValue),
        ({"radius_m": -1.0}, errors.BadValue),
        ({"radius_m": float("inf")}, errors.BadValue),
    ],
)
def test_a_call_that_cannot_be_used_is_refused_and_leaves_nothing(room, wrong, refusal):
    with pytest.raises(refusal):
        call(room, **wrong)

    assert desk.open_incidents(room) == []


def test_nobody_changes_anything_without_a_name_or_a_zone(room):
    with pytest.raises(errors.EmptyText):
        call(room, by="  ")
    with pytest.raises(errors.BadTime):
        desk.discard_call(room, "", "silent", by="ani", at=NOON.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("act", "refusal"),
    [
        (lambda room: desk.assign(room, 9999, ENGINE, by="a", at=NOON), errors.UnknownIncident),
        (lambda room: desk.incident(room, 9999), errors.UnknownIncident),
        (
            lambda room: desk.move_assignment(room, 9999, "accepted", by="a", at=NOON),
            errors.UnknownRow,
        ),
        (
            lambda room: desk.set_unit_status(room, "X", "off_duty", by="a", at=NOON),
            errors.UnknownUnit,
        ),
        (lambda room: desk.unit(room, "X"), errors.UnknownUnit),
        (lambda room: desk.open_road(room, 9999, by="a", at=NOON), errors.UnknownRow),
        (lambda room: desk.open_road(room, "x", by="a", at=NOON), errors.UnknownRow),
        (lambda room: desk.delete_place_name(room, 9999, by="a", at=NOON), errors.UnknownRow),
        (lambda room: desk.recommendation(room, 9999), errors.UnknownRow),
        (lambda room: desk.locate(room, " \x00 "), errors.EmptyText),
    ],
)
def test_what_is_not_there_is_said_so(room, act, refusal):
    with pytest.raises(refusal):
        act(room)


def test_an_unknown_unit_or_recommendation_is_not_sent(room):
    incident = call(room)

    with pytest.raises(errors.UnknownUnit):
        desk.assign(room, incident.id, "NOBODY", by="ani", at=NOON)
    with pytest.raises(errors.UnknownRow):
        desk.assign(room, incident.id, ENGINE, recommendation_id=9999, by="ani", at=NOON)


def test_a_closed_road_is_in_force_in_its_time_until_it_is_opened(room):
    line = {"type": "LineString", "coordinates": [[128.2, -3.66], [128.201, -3.661]]}
    closed = desk.close_road(
        room,
        line,
        reason="pohon tumbang",
        profiles=["fire_engine"],
        from_at=minutes(10),
        until_at=minutes(60),
        by="bpbd",
        at=NOON,
    )

    assert desk.closures(room, minutes(5)) == []
    (standing,) = desk.closures(room, minutes(30))
    assert (standing.id, standing.author, standing.profiles) == (closed.id, "bpbd", {"fire_engine"})
    assert desk.closures(room, minutes(61)) == []

    desk.open_road(room, closed.id, by="bpbd", at=minutes(20))
    assert desk.closures(room, minutes(30)) == []


@pytest.mark.parametrize(
    "geometry",
    [
        {},
        {"type": "LineString"},
        {"type": "LineString", "coordinates": [[128.2, -3.66]]},
        {"type": "Circle", "coordinates": [128.2, -3.66]},
        {"type": "Point", "coordinates": ["a", "b"]},
    ],
)
def test_a_closure_without_a_usable_shape_is_refused(room, geometry):
    with pytest.raises(errors.BadClosures):
        desk.close_road(room, geometry, reason="x", by="bpbd", at=NOON)


def test_a_recommendation_is_kept_and_the_unit_sent_by_it_points_to_it(room):
    incident = call(room)

    shown = desk.options(room, type_code="fire_building", by="ani", at=NOON, **MERDEKA)
    best = shown.options[0]
    sent = desk.assign(
        room,
        incident.id,
        best.call_sign,
        recommendation_id=shown.id,
        predicted_travel_s=best.travel_s,
        distance_m=best.distance_m,
        by="ani",
        at=NOON,
    )

    kept = desk.recommendation(room, shown.id)
    assert (kept.by, kept.at, sent.recommendation_id) == ("ani", NOON, shown.id)
    assert [one["call_sign"] for one in kept.outputs["options"]] == [
        one.call_sign for one in shown.options
    ]
    assert sent.predicted_travel_s == best.travel_s


def test_a_look_that_is_not_kept_leaves_nothing(room):
    with room.store.reading() as tx:
        before = events.latest(tx, 1)

    shown = desk.options(room, type_code="fire_building", keep=False, by="ani", at=NOON, **MERDEKA)

    with room.store.reading() as tx:
        assert events.latest(tx, 1) == before
    assert shown.id is None


def test_a_unit_reaches_the_hospital_and_is_free_again(room):
    ambulance = next(unit for unit in desk.units(room) if "ambulance" in unit.capabilities)
    sent = desk.assign(room, call(room).id, ambulance.call_sign, by="ani", at=NOON)

    steps = ("accepted", "en_route", "on_scene", "acting", "transporting", "at_hospital", "cleared")
    done = go(room, sent, *steps)

    assert list(done.milestones) == [
        status.value
        for status in AssignmentStatus
        if status not in (AssignmentStatus.DECLINED, AssignmentStatus.WITHDRAWN)
    ]
    assert desk.unit(room, ambulance.call_sign).incident_id is None


def test_what_the_caller_answers_makes_it_worse_and_stays_with_the_case(room):
    incident = call(room, answers={"inside": "yes"})

    assert incident.severity is Severity.HIGH
    assert desk.incident(room, incident.id).incident.answers == {"inside": "yes"}


def test_answers_that_come_later_raise_the_severity_and_never_lower_what_a_person_set(room):
    incident = call(room, severity="high")

    desk.answer_questions(room, incident.id, {"inside": "none"}, by="ani", at=minutes(1))

    assert desk.incident(room, incident.id).incident.severity is Severity.HIGH


def test_the_answers_are_part_of_what_is_ranked_and_of_its_record(room):
    extra = desk.assessed(room, "fire_building", {"inside": "yes"}).extra
    asked = {"type_code": "fire_building", "severity": "low", "by": "ani", "at": NOON, **MERDEKA}

    plain, worse = (desk.options(room, **asked, extra=some) for some in ((), extra))

    assert sum(line.count for line in worse.card.lines) > sum(
        line.count for line in plain.card.lines
    )
    kept = desk.recommendation(room, worse.id)
    assert replay(kept.inputs, kept.outputs, room.ground, room.catalogue).same


def test_an_answer_nobody_can_give_is_refused_and_opens_nothing(room):
    with pytest.raises(errors.BadValue):
        call(room, answers={"inside": "perhaps"})

    assert desk.open_incidents(room) == []


def test_a_crew_that_does_not_answer_within_a_minute_is_to_be_replaced(room):
    incident = call(room)
    sent = desk.assign(room, incident.id, ENGINE, by="ani", at=NOON)

    assert unanswered([sent], NOON + timedelta(seconds=59)) == []
    assert unanswered([sent], NOON + timedelta(seconds=60)) == [sent]
    accepted = go(room, sent, "accepted")
    assert unanswered([accepted], minutes(30)) == []


def test_a_crew_that_declined_is_to_be_replaced_until_another_is_sent(room):
    incident = call(room)
    sent = desk.assign(room, incident.id, ENGINE, by="ani", at=NOON)
    declined = go(room, sent, "declined")
    assert unanswered([declined], minutes(1)) == [declined]

    other = desk.assign(room, incident.id, OTHER, by="ani", at=minutes(2))

    assert unanswered([declined, go(room, other, "accepted")], minutes(3)) == []


def test_who_has_an_incident_open_is_seen_until_they_leave_or_are_not_heard_of(room):
    incident = call(room)
    desk.look_at(room, "b1", incident.id, by="ani", at=NOON)
    desk.look_at(room, "b2", incident.id, by="budi", at=NOON)
    assert [one.by for one in desk.present(room, NOON)] == ["ani", "budi"]

    desk.look_at(room, "b1", None, by="ani", at=NOON)

    assert [one.by for one in desk.present(room, NOON)] == ["budi"]
    assert desk.present(room, minutes(4)) == []
