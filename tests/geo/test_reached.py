"""Stretches reached in time: every spot on every street is in or out as its drive says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.closures import Closure
from geo.crs import to_utm
from geo.reached import Stretches, lines, stretches
from geo.roads import RoadNetwork
from geo.search import FAR
from geo.snap import Snaps
from geo.travel import Travel, load_travel
from tests.geo.test_travel_exact import NEAR, PROFILES, XY, closures, lonlat, networks

SPOTS = (0.0, 0.07, 0.31, 0.5, 0.72, 0.93, 1.0)


def arrivals(travel: Travel, origins, profile: str) -> np.ndarray:
    """Milliseconds (streets, spots) at which the first origin is there, by the ordinary search."""
    net = travel.network
    edge = np.repeat(np.arange(net.n_edges, dtype=np.int32), len(SPOTS))
    spots = Snaps(edge, np.tile(np.array(SPOTS), net.n_edges), np.zeros(len(edge)))
    soonest = np.full(len(edge), FAR)
    for origin in origins:
        tree = travel._tree(origin, profile, outward=True)
        if tree is not None:
            ms, _ = travel._meet(tree, spots, profile, outward=True)
            yard = travel._yard_ms(tree.off_m, profile)
            soonest = np.minimum(soonest, np.where(ms < FAR, ms + yard, FAR))
    return soonest.reshape(net.n_edges, len(SPOTS))


def covered(network: RoadNetwork, reached: Stretches) -> np.ndarray:
    """Whether each spot of each street lies inside a stretch, 1e-9 of its ends forgiven."""
    found = np.zeros((network.n_edges, len(SPOTS)), bool)
    for edge, start, stop in zip(reached.edge, reached.start, reached.stop, strict=True):
        found[edge] |= (np.array(SPOTS) >= start - 1e-9) & (np.array(SPOTS) <= stop + 1e-9)
    return found


@settings(max_examples=400, deadline=None)
@given(
    networks(),
    closures(),
    st.sampled_from(list(PROFILES)),
    st.lists(NEAR | XY, min_size=1, max_size=4),
    st.tuples(st.floats(1, 300), st.floats(1, 300)),
)
def test_a_spot_is_reached_when_its_drive_says_so(
    network: RoadNetwork, closed: list[Closure], profile: str, xy, waits
) -> None:
    travel = Travel(network, PROFILES, closed)
    origins = [lonlat(one) for one in xy]
    limits = [waits[0], sum(waits)]
    spread = travel.spread(origins, profile)
    usable = spread.forward | spread.backward

    bands = stretches(network, spread, limits)

    ms = arrivals(travel, origins, profile)
    inside = np.zeros_like(ms, bool)
    for limit, band in zip(limits, bands, strict=True):
        inside |= covered(network, band)
        sure = (np.abs(ms - limit * 1000) > 2) & usable[:, None]
        # The ends of a street belong to the junction: a stretch without length is not drawn.
        sure[:, [0, -1]] = False
        # On a closed spot nobody arrives, however near the stretch before it comes.
        shut = spread.shut
        for edge, start, stop in zip(shut.edge, shut.start, shut.stop, strict=True):
            sure[edge] &= ~((np.array(SPOTS) >= start - 1e-6) & (np.array(SPOTS) <= stop + 1e-6))
        # A breath behind a unit on a one-way street is the whole way round; `covered` forgives it.
        for edge, part, _ in spread.starts:
            behind = np.abs(np.array(SPOTS) - part)
            sure[edge] &= ~((behind > 0) & (behind <= 1e-9))
        assert (inside == (ms <= limit * 1000))[sure].all()


@pytest.fixture(scope="module")
def travel() -> Travel:
    return load_travel()


def test_bands_of_the_city_do_not_overlap_and_add_up(travel: Travel) -> None:
    mako = [(128.181902, -3.694651)]
    spread = travel.spread(mako, "fire_engine")
    three = stretches(travel.network, spread, [300, 600, 900])
    (whole,) = stretches(travel.network, spread, [900])

    assert sum(one.length_m(travel.network) for one in three) == pytest.approx(
        whole.length_m(travel.network)
    )
    assert whole.length_m(travel.network) < travel.network.length_m.sum()


def test_the_lines_drawn_are_as_long_as_the_stretches(travel: Travel) -> None:
    (reached,) = stretches(
        travel.network, travel.spread([(128.181902, -3.694651)], "fire_engine"), [400]
    )

    drawn = 0.0
    for line in lines(travel.network, reached):
        x, y = to_utm(line[:, 0], line[:, 1])
        drawn += np.hypot(np.diff(x), np.diff(y)).sum()

    assert drawn == pytest.approx(
        reached.length_m(travel.network), rel=0.005
    )  # ellipsoid beside plane


def test_nothing_is_reached_from_nowhere(travel: Travel) -> None:
    assert len(stretches(travel.network, travel.spread([], "car"), [900])[0].edge) == 0
