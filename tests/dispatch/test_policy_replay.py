"""The record again: the same under the same policy and roster, and what another one changes."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from dispatch import desk
from dispatch.analytics import replay as again
from dispatch.analytics.replay import Policy, difference, past, replay, told
from dispatch.analytics.scenario import Scenario, roster
from dispatch.catalogue import load_catalogue
from dispatch.unit import Unit, UnitStatus
from geo.travel import load_travel

START = datetime(2026, 11, 1, 0, 0, tzinfo=UTC)
SPAN = {"from_at": START, "until_at": START + timedelta(days=60)}
SPOTS = [(128.19, -3.69), (128.25, -3.62), (128.18, -3.66), (128.14, -3.74), (128.21, -3.68)]
TYPES = ("fire_building", "medical", "flood", "traffic_accident")


@pytest.fixture
def worked(room):
    """Thirty incidents, an hour apart, each sent the first unit offered, cleared in time."""
    draw = random.Random(7)
    kinds = [one for one in TYPES if one in room.catalogue.types]
    for n in range(30):
        at = START + timedelta(hours=n)
        lon, lat = draw.choice(SPOTS)
        kind = draw.choice(kinds)
        found = desk.options(room, lon=lon, lat=lat, type_code=kind, by="uji", at=at)
        incident = desk.take_call(
            room, text="x", type_code=kind, lon=lon, lat=lat, level="point", radius_m=0,
            by="uji", at=at,
        ).id  # fmt: skip
        best = found.options[0]
        sent = desk.assign(
            room, incident, best.call_sign, recommendation_id=found.id,
            predicted_travel_s=best.travel_s, by="uji", at=at,
        )  # fmt: skip
        for minutes, step in ((1, "accepted"), (2, "en_route"), (9, "on_scene")):
            desk.move_assignment(room, sent.id, step, by="uji", at=at + timedelta(minutes=minutes))
        if n % 5:
            desk.move_assignment(room, sent.id, "cleared", by="uji", at=at + timedelta(minutes=20))
        else:
            desk.withdraw(room, sent.id, by="uji", at=at + timedelta(minutes=20))
    return past(room, **SPAN)


def test_same_policy_same_roster_gives_the_recorded_first_units_and_their_drives(room, worked):
    fleet = desk.units(room, START)

    found = replay(worked, fleet, room.ground.travel, room.catalogue, Policy.NEAREST)

    assert told(worked, found) == (30, 30)
    assert found.drive_s == pytest.approx(worked.predicted_s, abs=1e-6)
    turnout = [
        room.catalogue.turnout_s(next(u.agency for u in fleet if u.call_sign == call))
        for call in worked.call_sign
    ]
    assert found.arrival_s == pytest.approx(worked.predicted_s + turnout, abs=1e-6)
    assert found.n_stay_assumed == 6


def test_a_replay_is_deterministic(room, worked):
    fleet = desk.units(room, START)
    for policy in Policy:
        one = replay(worked, fleet, room.ground.travel, room.catalogue, policy)
        other = replay(worked, fleet[::-1], room.ground.travel, room.catalogue, policy)
        assert one.roster == other.roster
        assert (one.unit == other.unit).all()
        assert np.array_equal(one.arrival_s, other.arrival_s, equal_nan=True)


def test_what_cannot_be_replayed_is_counted(room):
    desk.take_call(
        room, text="x", type_code="flood", lon=128.19, lat=-3.69, level="point", radius_m=0,
        by="uji", at=START,
    )  # fmt: skip
    whole = past(room, from_at=datetime(2010, 1, 1, tzinfo=UTC), until_at=SPAN["until_at"])

    assert (len(whole.id), whole.no_point, whole.nobody_sent) == (0, 305, 1)
    found = replay(whole, desk.units(room, START), room.ground.travel, room.catalogue)
    assert difference(found, found).n == 0


def test_removing_a_post_lets_nobody_come_sooner(room, worked):
    fleet = desk.units(room, START)
    fewer = roster(fleet, Scenario(removed=frozenset({"Damkar Mako Balai Kota"})))

    before = replay(worked, fleet, room.ground.travel, room.catalogue)
    after = replay(worked, fewer, room.ground.travel, room.catalogue)

    change = difference(before, after)
    assert change.later > 0
    assert change.mean_s > 0
    assert change.median_s >= change.median_before_s


@pytest.fixture(scope="module")
def travel():
    return load_travel()


CATALOGUE = load_catalogue()
MAKO, PASSO = (128.181902, -3.694651), (128.254283, -3.620334)
FIRE = ("fire_building", "low")


def engine(call_sign, place=MAKO, agency="damkar", **fields) -> Unit:
    said = {"profile": "fire_engine", "capabilities": frozenset(CATALOGUE.capabilities)} | fields
    return Unit(call_sign, agency, station=None, lon=place[0], lat=place[1], **said)


def record(sent_s, place=MAKO, stayed_s=600.0, units=1, kind=FIRE) -> again.Past:
    n = len(sent_s)
    return again.Past(
        id=np.arange(n),
        kinds=(kind,),
        kind=np.zeros(n, np.int64),
        lon=np.full(n, place[0]),
        lat=np.full(n, place[1]),
        sent_s=np.array(sent_s, float),
        call_sign=np.array(["?"] * n, object),
        predicted_s=np.full(n, np.nan),
        stayed_s=np.full(n, stayed_s),
        units=np.full(n, units),
    )


def test_a_busy_unit_is_not_sent_until_it_has_been_there_and_stayed(travel):
    fleet = [engine("NEAR"), engine("FAR", PASSO)]
    turnout = CATALOGUE.turnout_s("damkar")
    until = turnout + 600.0  # the scene is its own yard

    found = replay(record([0, until - 1, until + 1]), fleet, travel, CATALOGUE)

    assert [found.roster[n] for n in found.unit] == ["NEAR", "FAR", "NEAR"]


def test_as_many_are_busy_as_were_sent_and_then_nobody_is_left(travel):
    fleet = [engine("A"), engine("B"), engine("C", PASSO)]

    found = replay(record([0, 1, 2], units=2), fleet, travel, CATALOGUE)

    assert [found.roster[n] if n >= 0 else None for n in found.unit] == ["A", "C", None]
    assert np.isnan(found.arrival_s[2])


def test_nobody_off_duty_is_sent(travel):
    off = replace(engine("A"), status=UnitStatus.OFF_DUTY)

    found = replay(record([0]), [off], travel, CATALOGUE)

    assert found.unit.tolist() == [-1]


def test_own_agency_first_takes_a_farther_unit_of_its_own(travel):
    kind = CATALOGUE.types["fire_building"]
    (helper, *_) = [one for one in kind.agencies if one != kind.lead] or [None]
    if helper is None:
        kind = next(k for k in CATALOGUE.types.values() if len(k.agencies) > 1)
        helper = kind.agencies[1]
    fleet = [engine("OWN", PASSO, agency=kind.lead), engine("OTHER", agency=helper)]
    asked = record([0], kind=(kind.code, "high"))

    nearest = replay(asked, fleet, travel, CATALOGUE, Policy.NEAREST)
    own = replay(asked, fleet, travel, CATALOGUE, Policy.OWN_FIRST)

    assert nearest.roster[nearest.unit[0]] == "OTHER"
    assert own.roster[own.unit[0]] == "OWN"
    assert own.arrival_s[0] > nearest.arrival_s[0]


def test_the_nearest_on_the_map_may_be_across_the_bay(travel):
    """Hative Kecil shore to Poka: 2 km of water, and the bridge beside it."""
    scene = (128.1836, -3.6583)
    across, along = engine("ACROSS", (128.1810, -3.6800)), engine("ALONG", (128.1600, -3.6640))

    air = replay(record([0], scene), [across, along], travel, CATALOGUE, Policy.AIR)
    road = replay(record([0], scene), [across, along], travel, CATALOGUE, Policy.NEAREST)

    assert air.roster[air.unit[0]] == "ACROSS"
    assert road.roster[road.unit[0]] == "ALONG"
    assert road.arrival_s[0] < air.arrival_s[0]


def test_progress_is_told_and_can_end_it(travel):
    seen = []
    replay(record([0]), [engine("A")], travel, CATALOGUE, progress=seen.append)
    assert seen == [1.0]

    class Stop(Exception):
        pass

    def stop(_):
        raise Stop

    with pytest.raises(Stop):
        replay(record([0]), [engine("A")], travel, CATALOGUE, progress=stop)
