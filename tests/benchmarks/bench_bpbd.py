"""
What BPBD's page shows, and the list of past incidents, in a room of a million synthetic ones.

    python -m tests.benchmarks.bench_bpbd [--quick] [--embedded]
"""

import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
from shapely.geometry import mapping

from dispatch import desk, disaster_files, export
from dispatch.analytics import evacuation, map_figure, planning
from dispatch.analytics.filters import SYNTHETIC
from dispatch.room import Room
from tests.benchmarks.million import AFTER, AT, HEADING, Scale, room_of

DAYS = (1, 3, 7, 30, 365)  # as the page offers them
LISTED = 1_000  # as the list shows
POINTS = 20  # evacuation points somebody brings


def ours(scale: Scale) -> None:
    """Weigh the disasters of every period that can be chosen, closures, walks, the list."""
    for name, doing in {
        **_disasters(scale.room), **_closures(scale.room), **_walks(scale.room), **_list(scale.room)
    }.items():  # fmt: skip
        scale.weigh(name, doing)


def _disasters(room: Room) -> dict[str, Callable[[], Any]]:
    def gathered(days: int) -> desk.Disasters:
        since = AFTER - timedelta(days=days)
        return desk.disasters(room, since, AFTER, sources=[SYNTHETIC])

    boundaries = room.ground.boundaries
    paper = map_figure.Ground([mapping(boundaries.polygon(one.code)) for one in boundaries], [])

    def picture() -> None:
        found = gathered(DAYS[-1]).found
        map_figure.map_png({"shapes": disaster_files.on_map(found)}, paper, ["bench"])

    made: dict[str, Callable[[], Any]] = {
        f"disasters of {days} days": lambda days=days: gathered(days) for days in DAYS
    }
    return {**made, "disasters of 365 days as PNG": picture}


def _closures(room: Room) -> dict[str, Callable[[], Any]]:
    def cost() -> None:
        shut = list(planning.ready_made(room).values())
        desk.closure_cost(room, "damkar", "fire_engine", shut)

    return {"what closed roads cost": cost}


def _walks(room: Room) -> dict[str, Callable[[], Any]]:
    def walk() -> None:
        people = room.ground.people
        at = np.linspace(0, len(people.lon) - 1, POINTS).astype(int)
        places = list(zip(people.lon[at].tolist(), people.lat[at].tolist(), strict=True))
        seconds = room.ground.travel.reach(places, "foot")
        evacuation.within_walk(seconds, [str(one) for one in at], people.people)

    return {f"who walks to {POINTS} evacuation points": walk}


def _list(room: Room) -> dict[str, Callable[[], Any]]:
    span = (AFTER - timedelta(days=DAYS[-1]), AFTER)

    def newest() -> None:
        chosen = export.Choice(*span, sources=(SYNTHETIC,))
        export.count(room, chosen)
        export.gather(room, chosen, at=AT, newest=LISTED)

    return {"list of past incidents, a year": newest}


def main(count: int, *, embedded: bool) -> None:
    """Write the history and weigh everything twice."""
    with room_of(count, embedded=embedded) as room:
        scale = Scale(room)
        for words in ("The first time:", "Again:"):
            print(f"{words}\n{HEADING}")
            ours(scale)


if __name__ == "__main__":
    main(20_000 if "--quick" in sys.argv else 1_000_000, embedded="--embedded" in sys.argv)
