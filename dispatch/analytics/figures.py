"""
Pictures to take along as PNG: a map with its scale, a curve, and what they are made of (pure).

matplotlib is imported where it draws: it takes a second that no other page needs.
"""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dispatch.analytics.areas import Areas
from dispatch.analytics.heat import COLOURS, Heat

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Line = Sequence[tuple[float, float]]


class Sheet(NamedTuple):
    """How large a picture is: inches and dots per inch."""

    width: float
    height: float
    dpi: int


SCREEN = Sheet(10, 9, 130)
NOTHING = "#e4e7ea"
CREDIT = "© OpenStreetMap contributors (ODbL), wilayah_boundaries (MIT), BPS SP2010"


def areas_png(
    made: Areas,
    outlines: Sequence[Mapping[str, Any]],
    colours: Sequence[str],
    legend: Sequence[str],
    words: Sequence[str],
    *,
    sheet: Sheet = SCREEN,
) -> bytes:
    """
    Draw areas in the colours of their classes in the first frame.

    Parameters
    ----------
    outlines
        GeoJSON geometries of the kelurahan, drawn as lines.
    colours, legend
        A colour and its words for each class.
    words
        The title, then lines that say period, filter and count.
    """
    figure, axes = _paper(words, sheet)
    for shape, level in zip(made.shapes, made.levels[0].tolist(), strict=True):
        colour = NOTHING if level < 0 else colours[level]
        for ring in _rings(shape):
            axes.fill(*zip(*ring, strict=True), facecolor=colour, edgecolor="#777", linewidth=0.3)
    _outline(axes, outlines)
    from matplotlib.patches import Patch  # noqa: PLC0415

    known = zip(colours, legend, strict=True)
    axes.legend(handles=[Patch(facecolor=c, edgecolor="#777", label=s) for c, s in known])
    return _png(figure)


def heat_png(
    made: Heat,
    outlines: Sequence[Mapping[str, Any]],
    unit: str,
    words: Sequence[str],
    *,
    roads: Sequence[Line] = (),
    sheet: Sheet = SCREEN,
) -> bytes:
    """
    Draw the density of the first frame over roads (lines of lon, lat).

    `unit` names the scale, the rest as `areas_png`.
    """
    from matplotlib.collections import LineCollection  # noqa: PLC0415
    from matplotlib.colors import LinearSegmentedColormap  # noqa: PLC0415

    figure, axes = _paper(words, sheet)
    lon, lat = made.grid.degrees()
    colours = LinearSegmentedColormap.from_list("heat", ["#ffffff", *COLOURS])
    drawn = axes.pcolormesh(
        lon, lat, made.frames[0], cmap=colours, vmin=0, vmax=made.highest or 1, rasterized=True
    )
    _outline(axes, outlines)
    axes.add_collection(LineCollection(list(roads), colors="#1f5f99", linewidths=0.9))
    figure.colorbar(drawn, ax=axes, label=unit, shrink=0.7)
    return _png(figure)


def months_png(
    seen: Sequence[tuple[str, float]],
    ahead: Sequence[tuple[str, float]],
    unit: str,
    words: Sequence[str],
) -> bytes:
    """
    Draw months (2026-03) with their incidents as a curve, and a forecast dashed behind it.

    `unit` names the upright scale, `words` as in `areas_png`.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(10, 5), dpi=130, layout="constrained")
    axes = figure.subplots()
    for some, style in ((seen, "-o"), (ahead, "--o")):
        months = np.array([month for month, _ in some], "datetime64[M]").astype("datetime64[D]")
        axes.plot(months, [n for _, n in some], style, markersize=3, linewidth=1)
    axes.set_title("\n".join(words), fontsize=8, loc="left", wrap=True)
    axes.set_ylabel(unit)
    axes.set_ylim(bottom=0)
    return _png(figure)


def _paper(words: Sequence[str], sheet: Sheet) -> "tuple[Figure, Axes]":
    """Return an empty sheet in degrees with its title and its lines."""
    from matplotlib.figure import Figure  # noqa: PLC0415

    title, *lines = words
    figure = Figure(figsize=(sheet.width, sheet.height), dpi=sheet.dpi, layout="constrained")
    axes = figure.subplots()
    axes.set_title("\n".join([title, *lines]), fontsize=9, loc="left")
    axes.set_aspect("equal")
    axes.set_xlabel(CREDIT, fontsize=7)
    axes.tick_params(labelsize=7)
    return figure, axes


def _outline(axes: "Axes", shapes: Sequence[Mapping[str, Any]]) -> None:
    for shape in shapes:
        for ring in _rings(shape):
            axes.plot(*zip(*ring, strict=True), color="#555", linewidth=0.4)


def _rings(shape: Mapping[str, Any]) -> list[Sequence[tuple[float, float]]]:
    """Return the outer rings of a polygon or of several."""
    parts = shape["coordinates"]
    return [part[0] for part in parts] if shape["type"] == "MultiPolygon" else [parts[0]]


def _png(figure: "Figure") -> bytes:
    file = BytesIO()
    figure.savefig(file, format="png")
    return file.getvalue()
