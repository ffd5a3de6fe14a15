"""Which reports belong to one disaster, and what it is called while it grows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.cluster import DBSCAN

from dispatch.analytics import clusters
from dispatch.analytics.clusters import Reports, Spacing
from dispatch.catalogue import load_catalogue
from dispatch.errors import BadDataFile
from dispatch.incident import IncidentStatus, Severity
from dispatch.store import clusters as stored
from dispatch.store import incidents
from dispatch.store.incidents import NewIncident
from geo.crs import to_utm, to_wgs84
from geo.people import People

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # in Ambon
FLOOD = Spacing("flood", "BANJIR", metres=500, hours=6, least=3, reason="")
EAST, NORTH = to_utm(128.19, -3.69)


def reports(*places, withdrawn=()):
    """Reports at (metres east, metres north, hours after noon), in the order they came."""
    placed = sorted(enumerate(places), key=lambda one: (one[1][2], one[0]))
    east, north, hours = np.array([place for _, place in placed], float).reshape(-1, 3).T
    lon, lat = to_wgs84(EAST + east, NORTH + north)
    number = np.array([n + 1 for n, _ in placed], np.int64)
    noon_us = (NOON - clusters.EPOCH) // timedelta(microseconds=1)
    return Reports(
        id=number,
        lon=np.asarray(lon),
        lat=np.asarray(lat),
        at_us=noon_us + np.round(hours * clusters.HOUR_US).astype(np.int64),
        kelurahan=np.full(len(number), "81.71.02.2004"),
        standing=~np.isin(number, list(withdrawn)),
    )


def gathered(found, among):
    return [sorted(among.id[one.members].tolist()) for one in found]


def names(found):
    return [one.name for one in found]


# Worked by hand: 1-2-3 within 500 m and 6 h of each other; 4 near 3 in space, 9 h later; 5 alone.
HAND = [(0, 0, 0), (300, 0, 1), (300, 300, 3), (400, 300, 12), (5000, 0, 1)]


def test_near_in_space_and_in_time_belong_together():
    one = reports(*HAND)

    (found,) = clusters.find(one, FLOOD)

    assert gathered([found], one) == [[1, 2, 3]]
    assert (found.name, found.cores) == ("BANJIR-2026-11-24-01", 3)
    assert (found.first_at, found.last_at) == (NOON, NOON + timedelta(hours=3))
    assert [count for _, count in found.grown(one)] == [1, 2, 3]


def test_both_bounds_are_part_of_the_reach():
    at_the_bound = reports((0, 0, 0), (0, 0, 6), (0, 0, 3))
    beyond = reports((0, 0, 0), (0, 0, 6.001), (0, 0, 12.002))

    assert len(clusters.find(at_the_bound, FLOOD)) == 1
    assert clusters.find(beyond, FLOOD) == []


def test_a_report_at_the_edge_goes_to_its_nearest_core():
    left = [(0, 0, 0), (-300, 0, 0), (-300, 50, 0), (-300, -50, 0)]
    right = [(900, 0, 0), (1200, 0, 0), (1200, 50, 0), (1200, -50, 0)]
    between = (430, 0, 1)  # 430 m from one core, 470 m from the other
    everything = reports(*left, *right, between)

    found = clusters.find(everything, replace(FLOOD, least=4))

    assert gathered(found, everything) == [[1, 2, 3, 4, 9], [5, 6, 7, 8]]


def test_a_name_is_that_of_the_day_in_ambon_of_the_earliest_report():
    late = reports((0, 0, 20), (100, 0, 21), (0, 100, 22))  # 08:00 WIT of the day after

    assert names(clusters.find(late, FLOOD)) == ["BANJIR-2026-11-25-01"]


def test_two_that_grow_together_keep_the_older_name_and_show_the_other():
    older = [(0, 0, 0), (100, 0, 0.1), (0, 100, 0.2)]
    younger = [(900, 0, 1), (1000, 0, 1.1), (900, 100, 1.2)]
    bridge = (480, 0, 2)
    apart = reports(*older, *younger)
    together = reports(*older, *younger, bridge)

    assert names(clusters.find(apart, FLOOD)) == ["BANJIR-2026-11-24-01", "BANJIR-2026-11-24-02"]
    (one,) = clusters.find(together, FLOOD)
    assert one.name == "BANJIR-2026-11-24-01"
    assert [(other.name, other.at) for other in one.absorbed] == [
        ("BANJIR-2026-11-24-02", NOON + timedelta(hours=2))
    ]


def test_one_that_is_parted_by_a_report_taken_back_says_so():
    places = [(0, 0, 0), (100, 0, 0.1), (0, 100, 0.2)]
    places += [(900, 0, 1), (1000, 0, 1.1), (900, 100, 1.2), (480, 0, 2)]

    first, second = clusters.find(reports(*places, withdrawn=[7]), FLOOD)

    assert (first.name, first.split_from) == ("BANJIR-2026-11-24-01", None)
    assert (second.name, second.split_from) == ("BANJIR-2026-11-24-01.2", "BANJIR-2026-11-24-01")


PLACES = st.tuples(
    st.sampled_from([0, 250, 500, 499.5, 1000, 1500]),
    st.sampled_from([0, 300, 400, 900]),
    st.sampled_from([0, 1, 3, 6, 6.5, 12, 13]),
)
SCENES = st.lists(PLACES, min_size=1, max_size=24)


@settings(max_examples=150, deadline=None)
@given(SCENES, st.integers(1, 4))
def test_the_same_clusters_as_by_looking_at_every_pair(places, least):
    everything = reports(*places)
    spacing = replace(FLOOD, least=least)

    found = clusters.find(everything, spacing)

    near = near_by_hand(everything, spacing)
    core = near.sum(axis=1) >= least
    mine = np.full(len(core), -1)
    for number, one in enumerate(found):
        mine[one.members] = number
    assert [one.cores for one in found] == [int(core[one.members].sum()) for one in found]
    assert ((mine >= 0) == (near & core).any(axis=1)).all()
    for a in np.flatnonzero(core):
        for b in np.flatnonzero(core & near[a]):
            assert mine[a] == mine[b]
    assert len(found) == len(parts_of(near, core))
    judge = DBSCAN(eps=0.5, min_samples=least, metric="precomputed").fit((~near).astype(float))
    assert sorted(judge.core_sample_indices_) == np.flatnonzero(core).tolist()
    pairs = set(zip(judge.labels_[core].tolist(), mine[core].tolist(), strict=True))
    assert len(pairs) == len(found) == len({label for label, _ in pairs})


def near_by_hand(some, spacing):
    x, y = to_utm(some.lon, some.lat)
    metres = np.hypot(x[:, None] - x, y[:, None] - y)
    hours = np.abs(some.at_us[:, None] - some.at_us) / clusters.HOUR_US
    return (metres <= spacing.metres) & (hours <= spacing.hours)


def parts_of(near, core):
    left, parts = set(np.flatnonzero(core).tolist()), []
    while left:
        part, ahead = set(), [left.pop()]
        while ahead:
            one = ahead.pop()
            part.add(one)
            fresh = set(np.flatnonzero(near[one] & core).tolist()) - part
            ahead += fresh
        left -= part
        parts.append(part)
    return parts


@settings(max_examples=150, deadline=None)
@given(SCENES, st.integers(1, 3))
def test_names_stay_while_reports_come_in(places, least):
    spacing = replace(FLOOD, least=least)
    everything = reports(*places)
    before = {}  # core -> name
    for n in range(1, len(places) + 1):
        so_far = Reports(*(getattr(everything, name)[:n] for name in Reports.__slots__))
        found = clusters.find(so_far, spacing)
        assert len(set(names(found))) == len(found)
        near = near_by_hand(so_far, spacing)
        core = near.sum(axis=1) >= least
        now = {int(row): one for one in found for row in one.members if core[row]}
        for row, name in before.items():
            gone = {merge.name for merge in now[row].absorbed}
            assert now[row].name == name or name in gone
        before = {row: one.name for row, one in now.items()}


def test_nothing_to_gather_is_no_cluster():
    assert clusters.find(reports(), FLOOD) == []


def test_the_outline_of_one_spot_still_holds_the_people_there():
    one = reports((0, 0, 0), (0, 0, 0), (0, 0, 1))
    (found,) = clusters.find(one, FLOOD)
    lon, lat = to_wgs84(EAST + np.array([0, 90, 150]), NORTH + np.zeros(3))
    people = People(lon, lat, np.array([10.0, 5.0, 99.0]), np.array(["a", "b", "b"]))

    assert clusters.affected(found, people) == {"a": 10, "b": 5}


def test_every_type_with_spacing_is_in_the_catalogue_and_gives_its_reason():
    read = clusters.load_spacing()

    assert set(read) <= set(load_catalogue().types)
    assert all(one.reason and one.label.isupper() for one in read.values())


@pytest.mark.parametrize("said", ["metres = 0", "metres = 'far'", "", "metres = nan"])
def test_a_spacing_that_cannot_be_is_refused(tmp_path, said):
    text = f'[flood]\nlabel = "B"\n{said}\nhours = 1\nleast = 2\nreason = ""\n'
    (tmp_path / "clusters.toml").write_text(text)

    with pytest.raises(BadDataFile):
        clusters.load_spacing(tmp_path)


def opened(tx, some):
    """Write reports to the database, each at its place and time."""
    for lon, lat, at_us in zip(some.lon, some.lat, some.at_us, strict=True):
        new = NewIncident(
            type_code="flood",
            severity=Severity.MEDIUM,
            status=IncidentStatus.AWAITING_UNIT,
            lon=float(lon),
            lat=float(lat),
            level="point",
            radius_m=0.0,
            kelurahan_code=None,
            place_text="",
        )
        incidents.open_new(
            tx, new, by="test", at=clusters.EPOCH + timedelta(microseconds=int(at_us))
        )


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(places=SCENES, least=st.integers(1, 3))
def test_the_database_finds_the_same_clusters(server, store, places, least):
    spacing = replace(FLOOD, least=least)
    span = (NOON - timedelta(days=1), NOON + timedelta(days=2))
    with store.database.reading() as tx, tx.transaction(force_rollback=True):
        opened(tx, reports(*places))
        read = stored.reports(tx, spacing, *span)
        near = stored.pairs(tx, spacing, read, *span)

        assert (near is not None) == (server.name == "postgis")
        assert len(read.id) == len(places)
        one, other = clusters.find(read, spacing, near), clusters.find(read, spacing)
    assert [(a.name, a.members.tolist()) for a in one] == [
        (b.name, b.members.tolist()) for b in other
    ]
