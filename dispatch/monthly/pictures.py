"""
The pictures of a month's report: maps by kelurahan, density, days, and hours of the week (pure).

Where incidents lie is shown as density over half a kilometre, never as points, and never of a few:
a point would show somebody's house.
"""

from collections import Counter
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from dispatch.analytics import areas, figures, heat
from dispatch.analytics.density import Kernel
from dispatch.analytics.history import UNKNOWN, History
from dispatch.analytics.rates import LEAST_INCIDENTS
from dispatch.analytics.splits import Split
from dispatch.monthly import words
from dispatch.monthly.figures import By, Divided, Figures
from dispatch.monthly.material import Report

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from dispatch.ground import Ground
    from geo.kelurahan import Boundaries
    from geo.roads import RoadNetwork

SHEET = figures.Sheet(7.1, 4.75, 190)
BANDWIDTH_M = 500
MAIN_ROADS = {"trunk", "primary", "secondary", "tertiary"}
OWN_COLOUR, PUBLIC_COLOUR = "#b3341e", "#2f7fc1"


def pictures(report: Report, ground: "Ground") -> Mapping[str, bytes]:
    """Return the pictures as PNG, by name; those with nothing to show are left out."""
    now = report.material.now
    made: dict[str, bytes] = {}
    if now.own.n or now.public.n:
        made["days"] = days_png(now)
    for name, part in (("own_map", now.own), ("public_map", now.public)):
        if _in_city(part):
            made[name] = _areas_png(part, name, now, ground.boundaries)
    if len(now.points) >= LEAST_INCIDENTS:
        made["density"] = _density_png(now, ground)
    if now.own.n:
        made["week"] = week_png(now.own)
    return made


def days_png(now: Figures) -> bytes:
    """Draw the incidents of each day of the month."""
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415

    figure, axes = _chart(2.3)
    days = np.arange(1, now.period.month.days + 1)
    sides = [("Ruang 112", now.own, OWN_COLOUR), ("Laporan publik", now.public, PUBLIC_COLOUR)]
    shown = [one for one in sides if one[1].n]
    width = 0.8 / len(shown)
    for n, (name, part, colour) in enumerate(shown):
        at = days + (n - (len(shown) - 1) / 2) * width
        counts = [part.by[By.DAY][int(day)] for day in days]
        axes.bar(at, counts, width, color=colour, label=f"{name} ({words.number(part.n)})")
    axes.set_xticks(days)
    axes.set_xlim(0.4, days[-1] + 0.6)
    axes.set_ylabel("kejadian", fontsize=8)
    axes.set_xlabel(f"tanggal ({now.period.month.name}, WIT)", fontsize=8)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.tick_params(labelsize=7)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(fontsize=7, loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False)
    return _png(figure)


def week_png(part: Divided) -> bytes:
    """Draw weekday by hour as a grid with its numbers; without those whose hour is unknown."""
    figure, axes = _chart(2.6)
    counts = np.zeros((7, 24), int)
    for (weekday, hour), n in part.week_hours.items():
        if hour >= 0:
            counts[weekday - 1, hour] = n
    axes.imshow(counts, cmap="YlOrRd", aspect="auto", vmin=0, vmax=max(1, int(counts.max())))
    for (row, column), n in np.ndenumerate(counts):
        if n:
            colour = "white" if n > counts.max() * 0.6 else "black"
            axes.text(column, row, str(n), ha="center", va="center", fontsize=7, color=colour)
    axes.set_yticks(range(7), list(words.WEEKDAYS.values()))
    axes.set_xticks(range(24), [f"{hour:02d}" for hour in range(24)])
    for edge in (6.5, 13.5, 20.5):  # the room's shifts
        axes.axvline(edge, color="#333", linewidth=1)
    axes.set_xlabel("jam mulai (WIT); garis tegak = pergantian giliran jaga", fontsize=8)
    axes.tick_params(labelsize=7, length=0)
    return _png(figure)


def _in_city(part: Divided) -> int:
    return sum(n for (_, code), n in part.places.items() if code)


def _areas_png(part: Divided, name: str, now: Figures, boundaries: "Boundaries") -> bytes:
    counted = Counter({code: n for (_, code), n in part.places.items()})
    made = areas.kelurahan_counts(np.array([counted[one.code] for one in boundaries]), boundaries)
    whose = "Kejadian ruang 112" if name == "own_map" else "Laporan publik"
    lines = [
        f"{whose} per kelurahan, {now.period.month.name}",
        f"{words.number(made.used)} dari {words.number(part.n)} kejadian; "
        f"{words.number(part.n - made.used)} di luar kota atau kelurahannya tidak diketahui",
        "abu-abu: tidak ada kejadian",
    ]
    legend = _classes([int(one) for one in made.ends], max(counted.values()))
    colours = heat.COLOURS[: len(legend)]
    return figures.areas_png(made, made.shapes, colours, legend, lines, sheet=SHEET)


def _classes(ends: list[int], highest: int) -> list[str]:
    """Return the words of classes: "1", "2–4", "5 atau lebih"."""
    last = [*(one - 1 for one in ends[1:]), highest]
    return [str(a) if a == b else f"{a}–{b}" for a, b in zip(ends, last, strict=True)]


def _density_png(now: Figures, ground: "Ground") -> bytes:
    history = _history(now)
    whole = Split(("",), np.zeros(len(history), np.int64))
    made = heat.heat(history, Kernel.GAUSSIAN, BANDWIDTH_M, whole)
    lines = [
        f"Kepadatan kejadian ruang 112, {now.period.month.name}",
        f"{words.number(made.used)} dari {words.number(now.own.n)} kejadian di dalam peta; "
        f"kernel Gauss {BANDWIDTH_M} m; garis: jalan utama",
    ]
    shapes = areas.kelurahan_counts(np.zeros(len(ground.boundaries), np.int64), ground.boundaries)
    return figures.heat_png(
        made, shapes.shapes, "kejadian per km²", lines,
        roads=_roads(ground.travel.network), sheet=SHEET,
    )  # fmt: skip


def _history(now: Figures) -> History:
    """Return the points as columns."""
    lon, lat = (np.array([getattr(one, name) for one in now.points]) for name in ("lon", "lat"))
    opened = np.array([one.opened_at.replace(tzinfo=None) for one in now.points], "datetime64[us]")
    n = len(now.points)
    return History(opened, lon, lat, np.full(n, UNKNOWN, np.int16), np.ones(n, np.bool_), ())


def _roads(network: "RoadNetwork") -> list[Any]:
    """Return the main roads as lines of lon, lat."""
    main = [n for n, one in enumerate(network.road_class) if one in MAIN_ROADS]
    places = np.column_stack([network.point_lon, network.point_lat])
    ends = network.first_point
    return [places[ends[e] : ends[e + 1]] for e in np.flatnonzero(np.isin(network.kind, main))]


def _chart(height: float) -> "tuple[Figure, Axes]":
    from matplotlib.figure import Figure  # noqa: PLC0415 - no other page needs it

    figure = Figure(figsize=(SHEET.width, height), dpi=SHEET.dpi, layout="constrained")
    return figure, figure.subplots()


def _png(figure: "Figure") -> bytes:
    file = BytesIO()
    figure.savefig(file, format="png")
    return file.getvalue()
