"""The search alone: least cost to every node, whatever the costs, in buckets of any width."""

import heapq

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.search import FAR, _spread, arcs_from, search

# Streets of a few milliseconds beside streets of half an hour, as maps have them.
costs = st.one_of(st.integers(1, 5), st.integers(1, 2_000_000))
arcs = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11), costs), max_size=60)
seeds = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 5_000)), min_size=1, max_size=2)


def plain(arcs, seeds):
    """Return the cost of each of twelve nodes, by the textbook."""
    best = [int(FAR)] * 12
    heap = [(cost, node) for node, cost in seeds]
    while heap:
        cost, node = heapq.heappop(heap)
        if cost < best[node]:
            best[node] = cost
            for start, end, ms in arcs:
                if start == node:
                    heapq.heappush(heap, (cost + ms, end))
    return best


def prepared(arcs, seeds):
    """Return arrays as the search takes them, and the longest cost."""
    start, end, ms = np.array(arcs, np.int64).reshape(-1, 3).T
    first, ends, numbers = arcs_from(12, start, end, np.arange(len(arcs), dtype=np.int32))
    sides = np.column_stack([ends, ms[numbers].astype(np.int32)])
    nodes, from_ms = np.array(seeds, np.int64).T
    return first, sides, int(max(ms.max(initial=0), from_ms.max())), nodes, from_ms


@settings(deadline=None)  # the first call compiles
@given(arcs, seeds)
def test_every_node_costs_what_the_textbook_says(arcs, seeds):
    assert search(*prepared(arcs, seeds)).tolist() == plain(arcs, seeds)


@settings(deadline=None)  # the first call compiles
@given(arcs, seeds, st.integers(0, 20))
def test_wide_and_narrow_buckets_agree(arcs, seeds, shift):
    first, sides, longest, nodes, from_ms = prepared(arcs, seeds)
    ms = np.empty(12, np.int32)
    enough_room = _spread(first, sides, shift, (longest >> shift) + 2, nodes, from_ms, ms)
    assert enough_room or shift > 0
    if enough_room:
        assert ms.tolist() == plain(arcs, seeds)
