"""Response times: what the database computes is what pressing the milestones says."""

import random
import threading
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from dispatch import desk
from dispatch.analytics.filters import SYNTHETIC
from dispatch.analytics.response import (
    By,
    Figure,
    Leg,
    incidents_behind,
    read_clocks,
    response_times,
    times,
)
from dispatch.shift import shift_at
from dispatch.store.migrate import FOLDER as MIGRATIONS

START = datetime(2026, 11, 1, 0, 0, tzinfo=UTC)
SPAN = {"from_at": START, "until_at": START + timedelta(days=60)}
STEPS = ("accepted", "en_route", "on_scene", "acting")
ORDER = ("received", "sent", "accepted", "en_route", "on_scene", "acting")
ENDS = {
    Leg.LOCATED: ("received", "located"),
    Leg.SENT: ("received", "sent"),
    Leg.ACCEPTED: ("sent", "accepted"),
    Leg.TURNOUT: ("accepted", "en_route"),
    Leg.DRIVE: ("en_route", "on_scene"),
    Leg.RESPONSE: ("received", "on_scene"),
    Leg.SET_UP: ("on_scene", "acting"),
    Leg.ACTION: ("received", "acting"),
    Leg.CONTROLLED: ("received", "controlled"),
}
PLACES = {(128.19, -3.69): "Batu Merah", (128.25, -3.62): "Passo", (128.18, -3.66): "Rumah Tiga"}
TYPES = {"fire_building": "damkar", "flood": "bpbd", "fire_vehicle": "damkar"}


def take_call(
    room, type_code: str, at: datetime, place=(128.19, -3.69), taking_s: float = 0
) -> int:
    lon, lat = place
    return desk.take_call(
        room, text=PLACES[place], type_code=type_code, lon=lon, lat=lat, level="point", radius_m=0,
        by="uji", at=at, taking_s=taking_s,
    ).id  # fmt: skip


def send(room, incident, call_sign, at: datetime, gaps) -> dict[str, datetime]:
    """Send a unit and press its milestones, some of them perhaps never; returns the stamps."""
    sent = desk.assign(room, incident, call_sign, by="uji", at=at)
    stamps = {"sent": at}
    for step, gap in zip(STEPS, gaps, strict=False):
        at += timedelta(seconds=gap)
        desk.move_assignment(room, sent.id, step, by="uji", at=at)
        stamps[step] = at
    desk.withdraw(room, sent.id, by="uji", at=at + timedelta(seconds=1))
    return stamps


def seconds(stamps: dict[str, datetime], leg: Leg) -> float | None:
    start, stop = (stamps.get(name) for name in ENDS[leg])
    return (stop - start).total_seconds() if start and stop else None


@pytest.fixture
def worked(room):
    """Forty incidents worked through, each with its stamps as they were pressed."""
    draw = random.Random(112)
    fleet = {agency: [u.call_sign for u in desk.units(room, START) if u.agency == agency]
             for agency in ("damkar", "bpbd")}  # fmt: skip
    known = []
    for n in range(40):
        type_code = draw.choice(list(TYPES))
        at = START + timedelta(hours=31 * n, minutes=draw.randrange(60))
        place = draw.choice(list(PLACES))
        one = {"received": at, "located": at, "type": type_code, "n": n}
        one["id"] = take_call(room, type_code, at, place)
        one["kelurahan"] = desk.kelurahan_at(room, *place)
        pressed = draw.choice((4, 4, 3, 3, 2, 1, 0))
        gaps = [draw.randrange(10, 600) for _ in range(pressed)]
        lead = fleet[TYPES[type_code]]
        if draw.random() < 0.9:
            sent = at + timedelta(seconds=draw.randrange(5, 200))
            one |= send(room, one["id"], draw.choice(lead), sent, gaps)
        known.append(one)
    return known


def expected(known, leg: Leg) -> tuple[int, int, float | None, float | None, int]:
    """The same figures by numpy."""
    every = [seconds(one, leg) for one in known]
    some = np.array([s for s in every if s is not None])
    missing = len(every) - len(some)
    if not len(some):
        return 0, missing, None, None, 0
    half, nine = np.quantile(some, [0.5, 0.9])
    return len(some), missing, float(half), float(nine), int((some <= 900).sum())


def told(figure: Figure) -> tuple[int, int, float | None, float | None, int]:
    return (
        figure.n_used, figure.n_missing, figure.median_s, figure.p90_s, figure.n_within
    )  # fmt: skip


def parts(known, by: By) -> dict[str, list]:
    """Divide what was pressed."""
    found = defaultdict(list)
    for one in known:
        local = one["received"] + timedelta(hours=9)
        part = {
            By.ALL: "",
            By.TYPE: one["type"],
            By.AGENCY: TYPES[one["type"]],
            By.HOUR: f"{local:%H}",
            By.SHIFT: shift_at(one["received"]).name.value,
        }.get(by)
        found[part].append(one)
    return found


@pytest.mark.parametrize("by", [one for one in By if one is not By.KELURAHAN])
def test_medians_and_nine_tenths_are_those_of_numpy(room, worked, by):
    times = response_times(room, **SPAN, by=by)

    divided = parts(worked, by)
    assert set(times.parts()) == set(divided)
    for part, known in divided.items():
        for leg in Leg:
            wanted = expected(known, leg)
            assert told(times.of(part, leg)) == pytest.approx(wanted), (part, leg)


def test_kelurahan_are_those_of_the_incidents(room, worked):
    times = response_times(room, **SPAN, by=By.KELURAHAN)
    with room.store.reading() as tx:
        codes = {row["id"]: row["kelurahan_code"] for row in tx.execute(
            "SELECT id, kelurahan_code FROM incident WHERE source = 'desk'")}  # fmt: skip

    for code in times.parts():
        mine = [one for one in worked if codes[one["id"]] == code]
        assert told(times.of(code, Leg.RESPONSE)) == pytest.approx(expected(mine, Leg.RESPONSE))
    assert sum(times.of(c, Leg.SENT).n_missing for c in times.parts()) > 0


def test_each_figure_can_list_its_incidents_those_without_a_stamp_first(room, worked):
    times = response_times(room, **SPAN, by=By.TYPE, only="flood")
    figure = times.of("flood", Leg.RESPONSE)
    mine = {one["id"]: seconds(one, Leg.RESPONSE) for one in worked if one["type"] == "flood"}

    assert times.parts() == ["flood"]
    assert set(figure.ids) == set(mine)
    listed = [mine[number] for number in figure.ids]
    assert listed[: figure.n_missing] == [None] * figure.n_missing
    assert listed[figure.n_missing :] == sorted(listed[figure.n_missing :], reverse=True)
    rows = incidents_behind(room, figure.ids)
    assert [row["id"] for row in rows] == list(figure.ids)
    assert {row["type_code"] for row in rows} == {"flood"}


def test_filters_keep_what_they_name(room, worked):
    fires = response_times(room, **SPAN, types=["fire_building"]).of("", Leg.SENT)
    bpbd = response_times(room, **SPAN, agencies=["bpbd"]).of("", Leg.SENT)
    none = response_times(room, from_at=START - timedelta(days=9), until_at=START)

    sent = response_times(room, **SPAN, leg=Leg.SENT)
    assert sent.figures == (response_times(room, **SPAN).of("", Leg.SENT),)
    assert told(fires) == pytest.approx(
        expected([one for one in worked if one["type"] == "fire_building"], Leg.SENT)
    )
    assert told(bpbd) == pytest.approx(
        expected([one for one in worked if one["type"] == "flood"], Leg.SENT)
    )
    assert none.figures == ()


def test_the_clock_stops_with_the_first_unit_of_the_lead_agency(room):
    fleet = desk.units(room, START)
    first, second, *_ = [one.call_sign for one in fleet if one.agency == "damkar"]
    police = next(one.call_sign for one in fleet if one.agency == "polresta")
    incident = take_call(room, "fire_building", START)
    minute = timedelta(minutes=1)
    send(room, incident, police, START + minute, (1, 1, 60))  # there after 2:02, not its fire
    send(room, incident, first, START + minute, (10, 20, 900))
    send(room, incident, second, START + 2 * minute, (10, 20, 300))  # sent later, there sooner

    times = response_times(room, **SPAN)
    by_agency = response_times(room, **SPAN, by=By.AGENCY)

    assert times.of("", Leg.RESPONSE).median_s == 120 + 330
    assert times.of("", Leg.SENT).median_s == 120
    assert by_agency.of("damkar", Leg.RESPONSE).median_s == 450
    assert by_agency.of("polresta", Leg.RESPONSE).median_s == 122


def test_the_clock_runs_from_the_answered_phone_not_from_the_written_call(room):
    incident = take_call(room, "fire_building", START, taking_s=50)
    own = next(one.call_sign for one in desk.units(room, START) if one.agency == "damkar")
    send(room, incident, own, START + timedelta(seconds=10), (10, 20, 300))

    times = response_times(room, **SPAN)

    assert times.of("", Leg.LOCATED).median_s == 50
    assert times.of("", Leg.SENT).median_s == 60
    assert times.of("", Leg.RESPONSE).median_s == 390


def test_the_steps_of_the_first_unit_add_up_to_its_response(room):
    incident = take_call(room, "fire_building", START)
    own = next(one.call_sign for one in desk.units(room, START) if one.agency == "damkar")
    send(room, incident, own, START + timedelta(seconds=40), (15, 80, 400))

    times = response_times(room, **SPAN)

    legs = (Leg.SENT, Leg.ACCEPTED, Leg.TURNOUT, Leg.DRIVE)
    assert sum(times.of("", leg).median_s for leg in legs) == 535
    assert times.of("", Leg.RESPONSE).share_within == 1.0


def test_under_control_is_the_last_time_it_came_to_be(room):
    incident = take_call(room, "fire_building", START)
    own = next(one.call_sign for one in desk.units(room, START) if one.agency == "damkar")
    sent = desk.assign(room, incident, own, by="uji", at=START)
    for step in STEPS:
        desk.move_assignment(room, sent.id, step, by="uji", at=START)
    for hours, to in ((1, "controlled"), (2, "in_progress"), (3, "controlled")):
        desk.move_incident(room, incident, to, by="uji", at=START + timedelta(hours=hours))

    assert response_times(room, **SPAN).of("", Leg.CONTROLLED).median_s == 3 * 3600


def test_what_was_stamped_before_is_read_back_from_the_record(room, worked):
    step = (MIGRATIONS / "0018_incident_stamp.sql").read_text()
    backfill = step[step.index("INSERT INTO incident_stamp (") :]

    with room.store.owner() as tx:
        kept = tx.execute("SELECT * FROM incident_stamp ORDER BY incident_id").fetchall()
        tx.execute("DELETE FROM incident_stamp")
        tx.execute(backfill)
        again = tx.execute("SELECT * FROM incident_stamp ORDER BY incident_id").fetchall()

    assert len(kept) == len(worked)
    assert again == kept


PLAIN = """
SELECT kelurahan_code AS part, count(*) AS n, count(seconds) AS n_used,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS median_s,
       percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds) AS p90_s
  FROM (SELECT DISTINCT ON (incident_id) coalesce(kelurahan_code, '') AS kelurahan_code,
               CASE WHEN agency = %(lead)s AND on_scene_at >= received_at
                    THEN extract(epoch FROM on_scene_at - received_at) END AS seconds
          FROM incident_clock_now WHERE type_code = %(type)s AND source = 'desk'
         ORDER BY incident_id, agency = %(lead)s DESC) AS timed
 GROUP BY part
"""
BOTH_WAYS = """
SELECT 'not kept' AS why, * FROM (TABLE incident_clock_now EXCEPT TABLE incident_clock) AS one
UNION ALL
SELECT 'no more', * FROM (TABLE incident_clock EXCEPT TABLE incident_clock_now) AS other
"""


def drift(room) -> list:
    """Where the clocks kept are not those of calls, units and stamps."""
    with room.store.reading() as tx:
        return tx.execute(BOTH_WAYS).fetchall()


@pytest.mark.parametrize("type_code", TYPES)
def test_the_database_ranks_the_same_from_what_was_pressed(room, worked, type_code):  # noqa: ARG001
    times = response_times(room, **SPAN, by=By.KELURAHAN, types=[type_code], leg=Leg.RESPONSE)
    with room.store.reading() as tx:
        plain = tx.execute(PLAIN, {"type": type_code, "lead": TYPES[type_code]}).fetchall()

    assert plain
    for row in plain:
        figure = times.of(row["part"], Leg.RESPONSE)
        assert (figure.n_used, figure.n_used + figure.n_missing) == (row["n_used"], row["n"])
        assert (figure.median_s, figure.p90_s) == pytest.approx((row["median_s"], row["p90_s"]))


def test_the_clocks_kept_follow_whatever_changes(room, worked):
    one, other, *_ = (incident["id"] for incident in worked)
    assert not drift(room)

    desk.join(room, other, one, by="uji", at=START + timedelta(days=59))
    with room.store.owner() as tx:  # hands at the database
        tx.execute("UPDATE unit SET agency = 'polresta' WHERE agency = 'damkar'")
        tx.execute("UPDATE incident SET kelurahan_code = NULL, type_code = 'rescue' WHERE id = %s",
                   [one])  # fmt: skip
        tx.execute("UPDATE call SET received_at = received_at - interval '1 minute'")
        tx.execute("DELETE FROM incident_stamp WHERE incident_id = %s", [one])

    assert not drift(room)
    assert response_times(room, **SPAN).of("", Leg.SENT).n_used > 0
    by_agency = response_times(room, **SPAN, by=By.AGENCY)
    assert by_agency.of("polresta", Leg.DRIVE).n_used > 0
    assert by_agency.of("damkar", Leg.DRIVE).n_used == 0


def test_two_desks_at_once_leave_the_clock_of_both(room):
    incident = take_call(room, "fire_building", START)
    fleet = [one.call_sign for one in desk.units(room, START) if one.agency == "damkar"][:6]
    together = threading.Barrier(len(fleet))

    def work(call_sign: str) -> None:
        together.wait()
        send(room, incident, call_sign, START + timedelta(minutes=1), (10, 20, 300))

    desks = [threading.Thread(target=work, args=(one,)) for one in fleet]
    for one in desks:
        one.start()
    for one in desks:
        one.join()

    assert not drift(room)
    assert response_times(room, **SPAN).of("", Leg.RESPONSE).median_s == 60 + 330


def test_what_was_made_up_to_measure_is_in_no_figure_unless_named(room):
    take_call(room, "fire_building", START)
    with room.store.reading() as tx:
        tx.execute("UPDATE incident SET source = 'synthetic' WHERE source = 'desk'")

    assert response_times(room, **SPAN).figures == ()
    named = times(read_clocks(room, **SPAN, sources=[SYNTHETIC]), room.catalogue)
    assert named.of("", Leg.LOCATED).n_used == 1


def test_public_reports_and_duplicates_are_counted_beside_and_not_in(room):
    one = take_call(room, "fire_building", START)
    other = take_call(room, "fire_building", START + timedelta(minutes=1))
    desk.join(room, other, one, by="uji", at=START + timedelta(minutes=2))
    whole = {"from_at": datetime(2010, 1, 1, tzinfo=UTC), "until_at": SPAN["until_at"]}

    times = response_times(room, **whole)

    assert (times.n_public, times.n_duplicates) == (305, 1)
    assert times.of("", Leg.RESPONSE).n_missing == 1
    assert times.of("", Leg.RESPONSE).share_within is None


def test_an_agencys_action_is_the_first_of_any_of_its_units(room):
    """The first engine there may wait for the second, which has the water."""
    first, second = [u.call_sign for u in desk.units(room, START) if u.agency == "damkar"][:2]
    incident = take_call(room, "fire_building", START)
    send(room, incident, first, START + timedelta(seconds=60), (10, 20, 300))
    send(room, incident, second, START + timedelta(seconds=90), (10, 20, 400, 45))

    times = response_times(room, **SPAN)

    assert times.of("", Leg.RESPONSE).median_s == 60 + 10 + 20 + 300
    assert times.of("", Leg.ACTION).median_s == 90 + 10 + 20 + 400 + 45
    assert times.of("", Leg.ACTION).share_within == 1


def test_a_crew_that_never_said_when_it_began_is_counted_as_missing(room):
    engine = next(u.call_sign for u in desk.units(room, START) if u.agency == "damkar")
    incident = take_call(room, "fire_building", START)
    send(room, incident, engine, START + timedelta(seconds=60), (10, 20, 300))

    times = response_times(room, **SPAN)

    assert (times.of("", Leg.RESPONSE).n_used, times.of("", Leg.RESPONSE).n_missing) == (1, 0)
    assert (times.of("", Leg.ACTION).n_used, times.of("", Leg.ACTION).n_missing) == (0, 1)
