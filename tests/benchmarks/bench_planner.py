"""
What the planners' pages show of a million synthetic incidents, from the filter to the picture.

Every picture reads its incidents anew, as after a change of the filter; on the page a second
picture of the same filter, and a second interval of the same days, are made from what was read.
The first time everything is imported; then all comes again. The peers are in `plain_ways`, given a
tenth of the incidents where they would take minutes. BPBD's page is weighed in the same process,
so that its memory is that of a program all pages were opened in.

    python -m tests.benchmarks.bench_planner [--quick] [--embedded]
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from dispatch import desk
from dispatch.analytics import areas, heat, response
from dispatch.analytics.clocks import Clocks
from dispatch.analytics.density import Kernel
from dispatch.analytics.filters import SYNTHETIC, Filter, hours_between
from dispatch.analytics.response import By, Leg
from dispatch.analytics.splits import Over, split
from dispatch.analytics.trends import By as Series
from dispatch.analytics.trends import change, forecasts, full_months, monthly
from dispatch.room import Room
from tests.benchmarks import bench_bpbd, plain_ways
from tests.benchmarks.million import AFTER, AT, FIRST, HEADING, Scale, room_of

WHOLE = Filter(date(2016, 1, 1), date(2025, 12, 31), sources=frozenset({SYNTHETIC}))
NIGHT = replace(
    WHOLE, types=frozenset({"flood"}), hours=hours_between(21, 7), weekdays=frozenset({6, 7})
)
Make = Callable[[Any, Any], Any]


def density(past: Any, frames: Any) -> None:
    """Draw the density of each frame."""
    heat.pictures(heat.heat(past, Kernel.GAUSSIAN, 500, frames))


def trends(past: Any, by: Series) -> None:
    """Count the months of each series, compare the years, and foretell."""
    series = monthly(past, by, full_months(np.datetime64(WHOLE.first), np.datetime64(WHOLE.last)))
    forecasts(series)
    change(series)


def pictures(room: Room) -> dict[str, tuple[Make, Over, Filter]]:
    """Return every picture of the page by name: how it is made, over what, of which incidents."""
    people, bounds = room.ground.people, room.ground.boundaries
    made: dict[str, tuple[Make, Over, Filter]] = {}

    def hexagons(resolution: int) -> Make:
        return lambda past, frames: areas.hexagon_counts(past, resolution, people, frames)

    def rates(past: Any, frames: Any) -> Any:
        return areas.kelurahan_rates(past, bounds, people, frames)

    for over in Over:
        film = {
            Over.NOTHING: "",
            Over.MONTH: ", film of 36 months",
            Over.HOUR: ", film of 24 hours",
        }
        made[f"rates by kelurahan{film[over]}"] = rates, over, WHOLE
        for resolution in (7, 8, 9):
            made[f"hexagons {resolution}{film[over]}"] = hexagons(resolution), over, WHOLE
        made[f"density{film[over]}"] = density, over, WHOLE
    made["density, floods on weekend nights"] = density, Over.NOTHING, NIGHT
    made["hot kelurahan"] = (
        (lambda past, _: areas.hot_kelurahan(past, bounds, people)), Over.NOTHING, WHOLE
    )  # fmt: skip
    for resolution in (7, 8, 9):
        made[f"hot hexagons {resolution}"] = (
            (lambda past, _, r=resolution: areas.hot_hexagons(past, r, people)),
            Over.NOTHING,
            WHOLE,
        )
    for by in Series:
        made[f"trends by {by}"] = (lambda past, _, by=by: trends(past, by)), Over.NOTHING, WHOLE
    return made


def ours(scale: Scale) -> None:
    """Weigh every picture, reading the incidents included; then the response times."""
    for name, (make, over, chosen) in pictures(scale.room).items():

        def whole(make: Make = make, over: Over = over, chosen: Filter = chosen) -> None:
            past = desk.history(scale.room, chosen, by="bench", at=AT)
            make(past, split(past, over, chosen))

        scale.weigh(name, whole)
    _response_times(scale)


def _response_times(scale: Scale) -> None:
    room, catalogue = scale.room, scale.room.catalogue

    def read() -> Clocks:
        span = {"from_at": FIRST, "until_at": AFTER}
        return response.read_clocks(room, **span, sources=[SYNTHETIC])

    scale.weigh("response times, all intervals", lambda: response.times(read(), catalogue))
    for by in By:
        for leg in Leg if by is By.KELURAHAN else (Leg.RESPONSE,):
            scale.weigh(
                f"response times by {by}, {leg}",
                lambda by=by, leg=leg: response.times(read(), catalogue, by=by, leg=leg),
            )

    def behind() -> None:
        asked: dict[str, Any] = {"by": By.TYPE, "leg": Leg.RESPONSE, "only": "medical"}
        figure = response.times(read(), catalogue, **asked).of("medical", Leg.RESPONSE)
        response.incidents_behind(room, figure.ids[:500])

    scale.weigh("the incidents behind a figure", behind)


def main(count: int, *, embedded: bool) -> None:
    """Write the history, weigh ours twice and the plain ways, print ratios."""
    with room_of(count, embedded=embedded) as room:
        scale = Scale(room)
        for words in ("The first time:", "Again:"):
            print(f"{words}\n{HEADING}")
            ours(scale)
            bench_bpbd.ours(scale)
        slowest = max(scale.costs, key=lambda name: scale.costs[name].wall_s)
        print(f"The slowest, again: {slowest}, {scale.costs[slowest].wall_s:.2f} s")
        costliest = max(scale.costs, key=lambda name: scale.costs[name].processor_s)
        print(
            f"The costliest: {costliest}, {scale.costs[costliest].processor_s:.2f} s of processors"
        )
        print("Beside the plain way with geopandas, pandas and scikit-learn:")
        for name, (doing, share) in plain_ways.ways(room, count).items():
            scale.beside(name, doing, share)


if __name__ == "__main__":
    main(20_000 if "--quick" in sys.argv else 1_000_000, embedded="--embedded" in sys.argv)
