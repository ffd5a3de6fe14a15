"""A made-up town of any size: a jittered grid of streets, some one-way, some missing."""

import numpy as np

from geo.crs import to_wgs84
from geo.roads import RoadNetwork

SPACING_M = 60.0
CORNER = (380_000.0, 9_560_000.0)  # UTM 52S
KINDS = ({"highway": "residential"}, {"highway": "secondary"}, {"highway": "primary"})


def town(side: int, seed: int = 112) -> RoadNetwork:
    """Return a grid of side x side junctions; every 10th street is quicker, every 50th more so."""
    random = np.random.default_rng(seed)
    n = side * side
    row, column = np.divmod(np.arange(n), side)
    jitter = random.uniform(-20, 20, (2, n))
    x = CORNER[0] + column * SPACING_M + jitter[0]
    y = CORNER[1] + row * SPACING_M + jitter[1]
    right, up = np.flatnonzero(column < side - 1), np.flatnonzero(row < side - 1)
    tail = np.concatenate([right, up])
    head = np.concatenate([right + 1, up + side])
    number = np.concatenate([row[right], column[up]])
    kind = np.where(number % 50 == 0, 2, np.where(number % 10 == 0, 1, 0))
    kept = (kind > 0) | (random.random(len(tail)) > 0.1)
    tail, head, kind = tail[kept], head[kept], kind[kept]
    two_way = (kind > 0) | (random.random(len(tail)) > 0.15)
    turned = random.random(len(tail)) < 0.5
    tail, head = np.where(turned, head, tail), np.where(turned, tail, head)
    lon, lat = to_wgs84(x, y)
    ends = np.column_stack([tail, head]).ravel()
    return RoadNetwork(
        node_lon=lon,
        node_lat=lat,
        tail=tail.astype(np.int32),
        head=head.astype(np.int32),
        two_way=two_way,
        length_m=np.hypot(x[tail] - x[head], y[tail] - y[head]),
        kind=kind.astype(np.int32),
        kinds=KINDS,
        first_point=(2 * np.arange(len(tail) + 1)).astype(np.int32),
        point_lon=lon[ends],
        point_lat=lat[ends],
        digest="",
    )
