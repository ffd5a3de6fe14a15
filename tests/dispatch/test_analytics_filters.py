"""Which incidents a filter chooses: the database against a plain look at each incident."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from dispatch import desk
from dispatch.analytics.filters import DESK, PUBLIC, SYNTHETIC, Filter, hours_between
from dispatch.analytics.history import UNKNOWN
from dispatch.errors import BadValue, NotAllowed
from dispatch.person import Person, Role
from dispatch.shift import WIT

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
EVER = Filter(date(2017, 1, 1), date(2026, 12, 31))
PLANNER = Person("rina", frozenset({Role.PLANNER}))
TYPES = ("fire_building", "medical", "flood")


def take_call(room, at, *, type_code="medical", lon=128.19, lat=-3.69) -> int:
    return desk.take_call(
        room, text="Batu Merah", type_code=type_code, lon=lon, lat=lat, level="point",
        radius_m=0, by="test", at=at,
    ).id  # fmt: skip


def chosen(room, filter_):
    return desk.history(room, filter_, by=PLANNER, at=NOON)


# --- the filter itself ---


@given(begin=some.integers(0, 24), end=some.integers(0, 24), hour=some.integers(0, 23))
def test_hours_run_on_across_midnight(begin, end, hour):
    hours = hours_between(begin, end)
    after_begin = (hour - begin) % 24
    whole_day = (end - begin) % 24 == 0

    assert (hour in hours) == (not whole_day and after_begin < (end - begin) % 24)


def test_a_night_is_from_its_evening_to_its_morning():
    assert hours_between(21, 7) == {21, 22, 23, 0, 1, 2, 3, 4, 5, 6}
    assert hours_between(0, 24) == hours_between(7, 7) == frozenset()


@given(day=some.dates(date(2015, 1, 1), date(2035, 1, 1)), days=some.integers(0, 800))
def test_a_period_is_whole_days_in_ambon(day, days):
    filter_ = Filter(day, day + timedelta(days))

    assert filter_.from_at.astimezone(WIT).isoformat() == f"{day}T00:00:00+09:00"
    assert filter_.until_at - filter_.from_at == timedelta(days=filter_.days)
    assert filter_.days == days + 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"last": date(2016, 1, 1)},
        {"hours": frozenset({24})},
        {"weekdays": frozenset({0})},
        {"weekdays": frozenset({8})},
    ],
)
def test_a_filter_that_cannot_be_is_refused(wrong):
    with pytest.raises(BadValue):
        replace(EVER, **wrong)


def test_an_hour_there_is_not_is_refused():
    with pytest.raises(BadValue):
        hours_between(21, 25)


# --- what it chooses ---


@pytest.fixture
def busy_room(room):
    """A room whose own incidents lie on every hour and weekday, at the edges of hours too."""
    begin = datetime(2026, 3, 1, 15, 0, tzinfo=UTC)  # midnight in Ambon, Monday
    edges = (timedelta(), timedelta(minutes=59, seconds=59, microseconds=999_999))
    moments = [begin + timedelta(hours=5 * n) + edges[n % 2] for n in range(40)]
    for n, at in enumerate(moments):
        take_call(room, at, type_code=TYPES[n % 3])
    room.moments = moments
    return room


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    filter_=some.builds(
        lambda first, days, **more: Filter(first, first + timedelta(days), **more),
        some.dates(date(2026, 2, 27), date(2026, 3, 11)),
        some.integers(0, 12),
        hours=some.builds(hours_between, some.integers(0, 24), some.integers(0, 24)),
        weekdays=some.frozensets(some.integers(1, 7), max_size=4),
        types=some.frozensets(some.sampled_from(TYPES), max_size=2),
    )
)
def test_the_database_chooses_what_a_plain_look_chooses(busy_room, filter_):
    def fits(n, at):
        local = at.astimezone(WIT)
        return (
            filter_.first <= local.date() <= filter_.last
            and (not filter_.hours or local.hour in filter_.hours)
            and (not filter_.weekdays or local.isoweekday() in filter_.weekdays)
            and (not filter_.types or TYPES[n % 3] in filter_.types)
        )

    expected = sorted(at for n, at in enumerate(busy_room.moments) if fits(n, at))
    found = chosen(busy_room, replace(filter_, sources=frozenset({DESK})))

    micros = [at.replace(tzinfo=None) for at in expected]
    assert sorted(found.opened_at.tolist()) == micros
    assert sorted(found.hour.tolist()) == sorted(at.astimezone(WIT).hour for at in expected)


def test_the_public_reports_are_all_there_and_say_what_they_do_not_know(room):
    found = chosen(room, EVER)

    assert len(found) == 305
    assert found.unplaced == 305  # nobody stated a point
    assert found.unknown == 52
    assert found.untimed == 305 - 82
    assert len(found.codes) == 50
    assert found.kelurahan.max() < 50


def test_a_noon_that_nobody_saw_is_no_hour(room):
    at_noon = chosen(room, replace(EVER, hours=frozenset({12})))

    assert len(at_noon) < 10
    assert at_noon.timed.all()
    assert (chosen(room, EVER).hour == -1).sum() == 305 - 82


def test_the_sources_are_told_apart(room):
    take_call(room, NOON)

    counts = {
        name: len(chosen(room, replace(EVER, sources=frozenset({name}))))
        for name in (DESK, PUBLIC, SYNTHETIC)
    }

    assert counts == {DESK: 1, PUBLIC: 305, SYNTHETIC: 0}


def test_an_incident_joined_to_another_counts_once(room):
    first, second = take_call(room, NOON), take_call(room, NOON + timedelta(minutes=2))
    ours = replace(EVER, sources=frozenset({DESK}))
    assert len(chosen(room, ours)) == 2

    desk.join(room, second, first, by="test", at=NOON + timedelta(minutes=3))

    assert len(chosen(room, ours)) == 1


def test_agencies_are_those_of_which_a_unit_was_sent(room):
    fire, _ = take_call(room, NOON, type_code="fire_building"), take_call(room, NOON)
    unit = next(
        one for one in desk.units(room, at=NOON) if one.agency == "damkar" and not one.incident_id
    )
    desk.assign(room, fire, unit.call_sign, by="test", at=NOON)

    def of(*agencies):
        return len(chosen(room, replace(EVER, agencies=frozenset(agencies))))

    assert (of("damkar"), of("health"), of("damkar", "health")) == (1, 0, 1)


def test_a_point_and_a_kelurahan_come_as_they_are(room):
    take_call(room, NOON, lon=128.2012345, lat=-3.6954321)

    (found,) = [chosen(room, replace(EVER, sources=frozenset({DESK})))]

    assert (found.lon.tolist(), found.lat.tolist()) == ([128.2012345], [-3.6954321])
    at = room.ground.boundaries.at(128.2012345, -3.6954321)
    assert found.codes[found.kelurahan[0]] == at.kelurahan.code
    assert found.opened_at[0] == np.datetime64("2026-11-24T03:00:00", "us")


def test_a_choice_of_nothing_is_empty_columns(room):
    found = chosen(room, replace(EVER, types=frozenset({"sea_accident"}), weekdays=frozenset({1})))
    none = chosen(room, replace(EVER, sources=frozenset({SYNTHETIC})))

    assert len(found) <= 1
    assert len(none) == 0
    assert none.metres[0].shape == (0,)
    assert UNKNOWN not in none.kelurahan


def test_the_span_of_a_source_is_its_first_and_last_incident(room):
    first, last = desk.span(room, {PUBLIC}, by=PLANNER, at=NOON)

    assert (first.astimezone(WIT).date(), last.astimezone(WIT).date()) == (
        date(2017, 6, 8),
        date(2026, 2, 7),
    )
    assert desk.span(room, {SYNTHETIC}, by=PLANNER, at=NOON) is None


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.PLANNER, True),
        (Role.SUPERVISOR, True),
        (Role.DISPATCHER, False),
        (Role.BPBD, False),
        (Role.ADMIN, False),
        (Role.CREW, False),
    ],
)
def test_only_planners_and_supervisors_plan(room, role, may):
    somebody = Person("ani", frozenset({role}))

    if may:
        assert len(desk.history(room, EVER, by=somebody, at=NOON)) == 305
    else:
        with pytest.raises(NotAllowed):
            desk.history(room, EVER, by=somebody, at=NOON)
