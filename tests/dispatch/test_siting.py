"""Where the next posts should stand: proven against trying every choice, and by hand."""

import signal
import subprocess
import time
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from dispatch import layers
from dispatch.analytics import isochrones, siting
from dispatch.analytics.siting import Goal
from dispatch.analytics.work import Work, WorkFailed
from dispatch.errors import BadLayer
from geo.crs import to_utm
from geo.files import DATA
from geo.kelurahan import load_boundaries
from geo.people import People
from geo.travel import load_travel

FAR = 5_000.0


def some_people(weights) -> People:
    """People so far apart that no two share a square."""
    n = len(weights)
    lon = 128.0 + 0.02 * np.arange(n)
    return People(lon, np.full(n, -3.7), np.array(weights, float), np.array(["a"] * n))


def best(goal: Goal, people: People, now, drives, k: int) -> float:
    """Try every choice: most people within the limit, or the least sum of seconds."""
    values = []
    for chosen in combinations(range(len(drives)), k):
        nearest = np.vstack([now, *(drives[n] for n in chosen)]).min(axis=0)
        within = people.people[nearest <= 900].sum()
        values.append(within if goal is Goal.PEOPLE else -(people.people * nearest).sum())
    return max(values)


@pytest.mark.parametrize("goal", Goal)
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("k", [1, 2, 3])
def test_the_choice_is_as_good_as_the_best_of_all(goal, seed, k):
    draw = np.random.default_rng(seed)
    people = some_people(draw.integers(1, 500, 14))
    now = draw.uniform(300, 3000, 14)
    drives = draw.uniform(100, 3000, (7, 14))

    chosen = siting.solve(siting.task(goal, people, now, drives, k=k))

    assert len(chosen) == k
    nearest = np.vstack([now, *(drives[n] for n in chosen)]).min(axis=0)
    within = people.people[nearest <= 900].sum()
    reached = within if goal is Goal.PEOPLE else -(people.people * nearest).sum()
    assert reached == pytest.approx(best(goal, people, now, drives, k))


def test_by_hand_people_and_minutes_ask_for_different_places():
    """A: 100 people 16 minutes away, just too far; B: 60 people 60 minutes away."""
    people = some_people([100, 60])
    now = np.array([960.0, 3600.0])
    drives = np.array([[880.0, FAR], [FAR, 1000.0]])  # one brings A within, one is near B

    assert siting.solve(siting.task(Goal.PEOPLE, people, now, drives, k=1)) == (0,)
    assert siting.solve(siting.task(Goal.MINUTES, people, now, drives, k=1)) == (1,)


def test_posts_that_stand_stay_and_nobody_covered_counts_twice():
    people = some_people([1000, 10])
    now = np.array([100.0, 2000.0])
    drives = np.array([[50.0, FAR], [FAR, 600.0]])

    assert siting.solve(siting.task(Goal.PEOPLE, people, now, drives, k=1)) == (1,)


def test_where_nobody_can_be_helped_nothing_is_chosen():
    people = some_people([10])

    assert (
        siting.solve(siting.task(Goal.PEOPLE, people, np.array([100.0]), np.array([[50.0]]), k=2))
        == ()
    )


def test_no_road_counts_as_very_far_and_not_as_nothing():
    people = some_people([10, 10])
    now = np.array([np.inf, 1200.0])
    drives = np.array([[np.inf, 1000.0], [3000.0, np.inf]])

    assert siting.solve(siting.task(Goal.MINUTES, people, now, drives, k=1)) == (1,)


@pytest.fixture(scope="module")
def travel():
    return load_travel()


@pytest.fixture(scope="module")
def places(travel):
    return siting.candidates(travel.people, load_boundaries(), travel.network, DATA / "places")


def test_candidates_stand_apart_inside_the_city_in_every_kelurahan(travel, places):
    x, y = to_utm(np.array([one.lon for one in places]), np.array([one.lat for one in places]))
    apart = np.hypot(x[:, None] - x, y[:, None] - y) + np.eye(len(x)) * 1e9

    assert apart.min() >= siting.APART_M
    assert 50 <= len(places) <= 400
    assert {one.kelurahan_code for one in places} >= set(
        np.unique(travel.people.kelurahan_code)[:3].tolist()
    )


@pytest.mark.parametrize("goal", Goal)
def test_more_posts_are_never_worse_for_the_city(travel, places, goal):
    mako = [(128.181902, -3.694651)]
    now = isochrones.seconds_to_people(travel, mako, "fire_engine")
    some = places[:40]
    drives = np.array(list(siting.drives(travel, some, "fire_engine")))

    found = []
    for k in (1, 2):
        chosen = siting.solve(siting.task(goal, travel.people, now, drives, k=k))
        found.append(siting.siting(travel.people, now, drives, some, chosen))

    one, two = found
    assert one.change.gained > 0
    assert (one.change.lost, two.change.lost) == (0, 0)
    if goal is Goal.PEOPLE:
        assert two.change.within_after >= one.change.within_after
    else:
        assert two.change.saved_s >= one.change.saved_s
    again = siting.siting(
        travel.people,
        now,
        drives,
        some,
        siting.solve(siting.task(goal, travel.people, now, drives, k=2)),
    )
    assert again.chosen == two.chosen


def test_long_work_answers_from_its_own_process():
    people = some_people([100, 60])
    task = siting.task(
        Goal.MINUTES,
        people,
        np.array([960.0, 3600.0]),
        np.array([[880.0, FAR], [FAR, 1000.0]]),
        k=1,
    )

    assert Work(siting.solve, task).result() == (1,)


def test_long_work_can_be_stopped():
    work = Work(time.sleep, 600)
    assert work.running

    work.stop()

    assert not work.running
    with pytest.raises(WorkFailed, match="stopped"):
        work.result()
    work.stop()


def test_stopping_ends_what_the_work_started_too(tmp_path):
    """A solver is a program of its own; it must not go on for a page nobody looks at."""
    note = tmp_path / "pid"
    work = Work(subprocess.run, ["sh", "-c", f"echo $$ > {note}; exec sleep 600"])
    while not (note.exists() and note.read_text().strip()):
        time.sleep(0.05)
    solver = Path("/proc", note.read_text().strip(), "cmdline")
    assert b"sleep" in solver.read_bytes()

    work.stop()

    while solver.exists() and b"sleep" in solver.read_bytes():  # gone at once, or this hangs
        time.sleep(0.05)


def test_a_refusal_in_long_work_is_the_refusal_it_would_be_here():
    with pytest.raises(BadLayer) as told:
        Work(layers.read_hazard, "zona.geojson", b"{").result()

    assert told.value.name == "zona.geojson"


def test_what_goes_wrong_in_long_work_is_told():
    with pytest.raises(WorkFailed, match="ValueError"):
        Work(signal.Signals, "nothing of the kind").result()
