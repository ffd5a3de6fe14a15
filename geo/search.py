"""
Least travel time over the network, exact in whole milliseconds; compiled with numba.

One search runs from a place over all arcs to every node. Against the arcs it gives the time from
every node to the place (units -> scene), along them the time from the place to every node.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

FAR = np.int64((1 << 31) - 1)  # no way there: 24 days
NONE = np.int32(-1)
VIA_TAIL, VIA_HEAD, STRAIGHT = 0, 1, 2
BUCKETS = 512

Longs = NDArray[np.int64]
Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@njit(cache=True)
def arcs_from(n_nodes, start, end, edge):  # type: ignore[no-untyped-def]
    """Sort arcs by the node they start at: first (n + 1,), then end and edge of each."""
    first = np.zeros(n_nodes + 1, np.int32)
    for node in start:
        first[node + 1] += 1
    first = np.cumsum(first).astype(np.int32)
    free = first[:-1].copy()
    ends = np.empty(len(end), np.int32)
    edges = np.empty(len(end), np.int32)
    for n in range(len(start)):
        at = free[start[n]]
        free[start[n]] += 1
        ends[at], edges[at] = end[n], edge[n]
    return first, ends, edges


@njit(cache=True)
def search(first, arcs, longest_ms, seed_nodes, seed_ms):  # type: ignore[no-untyped-def]
    """
    Dijkstra over rounds of buckets.

    Nodes wait in buckets of equal width by their cost; in the current bucket a node may be taken
    up again, at a lower cost, until it is empty. Costs are final once the search ends.

    Parameters
    ----------
    first, arcs
        Where each node's arcs begin, and each arc's end and whole milliseconds, at least 1, `FAR`
        where closed: int32, side by side.
    longest_ms
        No arc that is open, and no seed, costs more.
    seed_nodes, seed_ms
        Where it begins, and at what cost.

    Returns
    -------
    ms
        (n,) int32 cost of each node, `FAR` where no way leads.
    """
    shift = 0
    while longest_ms >> shift > BUCKETS - 2:
        shift += 1
    ms = np.empty(len(first) - 1, np.int32)
    if not _spread(first, arcs, shift, BUCKETS, seed_nodes, seed_ms, ms):
        _spread(first, arcs, 0, longest_ms + 2, seed_nodes, seed_ms, ms)
    return ms


@njit(cache=True)
def _spread(first, arcs, shift, n_buckets, seed_nodes, seed_ms, ms):  # type: ignore[no-untyped-def]
    """
    Fill in the cost of each node; return False if more waited than there was room for.

    One place for each arc is always enough for buckets of one millisecond: no arc is quicker, so
    each is followed once.
    """
    ms[:] = FAR
    latest = np.full(n_buckets, NONE, np.int32)
    waiting = np.empty((len(arcs) + len(seed_nodes), 3), np.int32)  # node, its cost, the one before
    used, free, left = 0, NONE, 0
    for n in range(len(seed_nodes)):
        node = seed_nodes[n]
        if seed_ms[n] < ms[node]:
            ms[node] = seed_ms[n]
            bucket = (seed_ms[n] >> shift) % n_buckets
            waiting[used, 0], waiting[used, 1], waiting[used, 2] = node, seed_ms[n], latest[bucket]
            latest[bucket] = used
            used += 1
            left += 1
    now = 0
    while left:
        slot = latest[now]
        if slot < 0:
            now = now + 1 if now + 1 < n_buckets else 0
            continue
        node, reached = waiting[slot, 0], np.int64(waiting[slot, 1])
        latest[now] = waiting[slot, 2]
        waiting[slot, 2] = free
        free = slot
        left -= 1
        if reached > ms[node]:
            continue
        for k in range(first[node], first[node + 1]):
            end = arcs[k, 0]
            there = reached + arcs[k, 1]
            if there >= ms[end]:
                continue
            ms[end] = there
            begin = first[end]
            if first[end + 1] == begin or (first[end + 1] == begin + 1 and arcs[begin, 0] == node):
                continue  # a dead end: nothing is reached through it
            slot = free
            if slot >= 0:
                free = waiting[slot, 2]
            elif used < len(waiting):
                slot = used
                used += 1
            else:
                return False
            bucket = (there >> shift) % n_buckets
            waiting[slot, 0], waiting[slot, 1], waiting[slot, 2] = end, there, latest[bucket]
            latest[bucket] = slot
            left += 1
    return True


@njit(cache=True)
def passable(edge, low, high, shut_edge, shut_from, shut_until):  # type: ignore[no-untyped-def]
    """Whether no closure touches a street between two parts of it."""
    for k in range(np.searchsorted(shut_edge, edge), len(shut_edge)):
        if shut_edge[k] != edge:
            break
        if shut_from[k] <= high and low <= shut_until[k]:
            return False
    return True


@njit(cache=True)
def exits(edge, part, cost_ms, forward, backward, shut_edge, shut_from, shut_until):  # type: ignore[no-untyped-def]
    """
    Milliseconds between a place on a street and its two ends, `FAR` where traffic cannot.

    Returns
    -------
    from_tail, to_head, from_head, to_tail
        In the directions of travel: tail -> place, place -> head, head -> place, place -> tail.
        At an end itself the node is there at no cost, whatever the direction or closure.
    """
    cost = cost_ms[edge]
    to_part = np.int64(np.rint(cost * part))
    rest = cost - to_part
    before = passable(edge, 0.0, part, shut_edge, shut_from, shut_until)
    after = passable(edge, part, 1.0, shut_edge, shut_from, shut_until)
    from_tail = to_part if part == 0.0 or (before and forward[edge]) else FAR
    to_tail = to_part if part == 0.0 or (before and backward[edge]) else FAR
    to_head = rest if part == 1.0 or (after and forward[edge]) else FAR
    from_head = rest if part == 1.0 or (after and backward[edge]) else FAR
    return from_tail, to_head, from_head, to_tail


@njit(cache=True)
def meet(  # type: ignore[no-untyped-def]
    ms, edges, parts, place_edge, place_part, outward, tail, head, cost_ms,
    forward, backward, shut_edge, shut_from, shut_until,
):  # fmt: skip
    """
    Milliseconds between the place a search began at and each of many others.

    `outward` False: others -> place (the search ran against the arcs); True: place -> others.

    Returns
    -------
    total, via
        (m,) milliseconds, `FAR` without a road; the end of the other's street it passes, or
        `STRAIGHT` when both lie on one street and no node is passed.
    """
    total = np.full(len(edges), FAR, np.int64)
    via = np.full(len(edges), STRAIGHT, np.int8)
    for n in range(len(edges)):
        edge, part = edges[n], parts[n]
        if edge < 0:
            continue
        from_tail, to_head, from_head, to_tail = exits(
            edge, part, cost_ms, forward, backward, shut_edge, shut_from, shut_until
        )
        by_tail = ms[tail[edge]] + (from_tail if outward else to_tail)
        by_head = ms[head[edge]] + (from_head if outward else to_head)
        best, how = FAR, STRAIGHT
        if edge == place_edge:
            start, stop = (place_part, part) if outward else (part, place_part)
            allowed = forward[edge] if start < stop else backward[edge]
            low, high = min(start, stop), max(start, stop)
            if start == stop or (
                allowed and passable(edge, low, high, shut_edge, shut_from, shut_until)
            ):
                cost = cost_ms[edge]
                best = np.int64(np.rint(cost * high)) - np.int64(np.rint(cost * low))
        if by_tail < best:
            best, how = by_tail, VIA_TAIL
        if by_head < best:
            best, how = by_head, VIA_HEAD
        if best < FAR:
            total[n], via[n] = best, how
    return total, via


@njit(cache=True)
def _onward(ms, first, arcs, node):  # type: ignore[no-untyped-def]
    """Return the arc by which the quickest way goes on from a node; of equals the first."""
    for k in range(first[node], first[node + 1]):
        if ms[arcs[k, 0]] + np.int64(arcs[k, 1]) == ms[node]:
            return k
    return NONE


@njit(cache=True)
def metres_by_road(  # type: ignore[no-untyped-def]
    edges, parts, via, place_edge, place_part, ends, ms, first, arcs, arc_edge, tail, head, length_m
):
    """
    Metres by road from each of many places to the one a search began at, as `meet` found them.

    `ends` of the place's street, tail then head: milliseconds and metres from there to the place;
    `first`, `arcs`, `arc_edge` the arcs in the direction of travel.
    """
    metres = np.zeros(len(edges))
    known = np.full(len(ms), np.nan)  # of nodes passed before: ways run together
    way = np.empty(len(ms), np.int32)
    passed = np.empty(len(ms), np.int32)
    for n in range(len(edges)):
        edge, part = edges[n], parts[n]
        if edge < 0:
            continue
        if via[n] == STRAIGHT:
            metres[n] = abs(part - place_part) * length_m[edge]
            continue
        at = tail[edge] if via[n] == VIA_TAIL else head[edge]
        count = 0
        while np.isnan(known[at]):
            if at == tail[place_edge] and ms[at] == ends[0, 0]:
                known[at] = ends[0, 1]
            elif at == head[place_edge] and ms[at] == ends[1, 0]:
                known[at] = ends[1, 1]
            else:
                k = _onward(ms, first, arcs, at)
                way[count], passed[count] = at, arc_edge[k]
                count += 1
                at = arcs[k, 0]
        total = known[at]
        for k in range(count - 1, -1, -1):
            total += length_m[passed[k]]
            known[way[k]] = total
        metres[n] = total + (part if via[n] == VIA_TAIL else 1.0 - part) * length_m[edge]
    return metres


@njit(cache=True)
def way_from(ms, first, arcs, arc_edge, place_edge, ends, tail, head, node):  # type: ignore[no-untyped-def]
    """
    Follow the quickest way from a node to the place the search began at.

    Returns
    -------
    edges, onward, last
        The streets in that order, whether each is passed tail -> head, and the last node.
    """
    edges = np.empty(len(ms), np.int32)
    onward = np.empty(len(ms), np.bool_)
    count, at = 0, node
    while not (
        (at == tail[place_edge] and ms[at] == ends[0, 0])
        or (at == head[place_edge] and ms[at] == ends[1, 0])
    ):
        k = _onward(ms, first, arcs, at)
        edges[count], onward[count] = arc_edge[k], tail[arc_edge[k]] == at
        count += 1
        at = arcs[k, 0]
    return edges[:count].copy(), onward[:count].copy(), at


@njit(cache=True)
def line_of(first, edges, onward, last, first_point, along, lon, lat):  # type: ignore[no-untyped-def]
    """
    The points (n, 2) lon, lat of a way.

    `first`, `last` street, and the parts of it between which it is passed; `edges`, `onward` the
    whole streets between, as `way_from` gives them.
    """
    count = 4
    for edge in edges:
        count += first_point[edge + 1] - first_point[edge]
    for edge in (first[0], last[0]):
        count += first_point[edge + 1] - first_point[edge]
    line = np.empty((count, 2))
    at = _draw(line, 0, first, first_point, along, lon, lat)
    for n in range(len(edges)):
        start, stop = first_point[edges[n]], first_point[edges[n] + 1]
        for k in range(1, stop - start):
            point = start + k if onward[n] else stop - 1 - k
            line[at, 0], line[at, 1] = lon[point], lat[point]
            at += 1
    at = _draw(line, at - 1, last, first_point, along, lon, lat)  # from the junction once
    return line[:at]


@njit(cache=True)
def _draw(line, at, passed, first_point, along, lon, lat):  # type: ignore[no-untyped-def]
    """Write the points of a street from one part of it to another; return where they end."""
    edge, start, stop = passed
    begin, end = first_point[edge], first_point[edge + 1]
    low, high = start * along[end - 1], stop * along[end - 1]
    at = _between(line, at, begin, end, low, along, lon, lat)
    for k in range(end - begin):
        point = begin + k if start <= stop else end - 1 - k
        if min(low, high) < along[point] < max(low, high):
            line[at, 0], line[at, 1] = lon[point], lat[point]
            at += 1
    return _between(line, at, begin, end, high, along, lon, lat)


@njit(cache=True)
def _between(line, at, begin, end, metres, along, lon, lat):  # type: ignore[no-untyped-def]
    """Write the point so many metres along a street, to the 1e-7 degree."""
    point = begin
    while point < end - 2 and along[point + 1] <= metres:
        point += 1
    step = along[point + 1] - along[point]
    share = min((metres - along[point]) / step, 1.0) if step > 0 else 0.0
    line[at, 0] = np.rint((lon[point] + share * (lon[point + 1] - lon[point])) * 1e7) / 1e7
    line[at, 1] = np.rint((lat[point] + share * (lat[point + 1] - lat[point])) * 1e7) / 1e7
    return at + 1
