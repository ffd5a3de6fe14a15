"""
The sheet a picture is drawn on: title, lines, frame in degrees, legend, scale bar, credit (pure).

Words are drawn as they are: "$" is no formula. matplotlib is imported where it draws.
"""

from collections.abc import Mapping, Sequence
from io import BytesIO
from math import floor, log10
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dispatch.analytics.svg_mark import vertices

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

METRES_A_DEGREE = 110_574.0  # of latitude, at the equator
CREDIT = "© OpenStreetMap contributors, ODbL · wilayah_boundaries (MIT) · BPS SP2010"
LINE = 165  # signs
SHAPE = 0.85  # height of a frame to its width, as the map on a screen
MARGIN = 0.04  # of what is looked at, on each side


def box_of(points: NDArray[np.float64], *, least: float) -> Box:
    """Return the frame of a sheet's shape around points (n, 2), at least `least` degrees wide."""
    low, high = points.min(axis=0), points.max(axis=0)
    middle, (wide, tall) = (low + high) / 2, (high - low) * (1 + 2 * MARGIN)
    width = max(float(wide), float(tall) / SHAPE, least)
    (west, south), (east, north) = (
        middle + side * np.array([width, width * SHAPE]) / 2 for side in (-1, 1)
    )
    return float(west), float(south), float(east), float(north)


def paper(words: Sequence[str], box: Box) -> "tuple[Figure, Axes]":
    """Return a sheet that shows a frame, with its title, lines, scale bar and credit."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - only when somebody wants a picture

    west, south, east, north = box
    stretch = 1 / np.cos(np.radians((south + north) / 2))
    high = 9.5 * (north - south) * stretch / (east - west)
    lines = folded(words)
    figure = Figure(figsize=(10.4, high + 1.1 + 0.16 * len(lines)), dpi=130, layout="constrained")
    axes = figure.subplots()
    axes.set(xlim=(west, east), ylim=(south, north))
    axes.set_aspect(stretch, adjustable="box")
    head(figure, lines)
    axes.set_xlabel(CREDIT, fontsize=7)
    axes.tick_params(labelsize=7)
    axes.ticklabel_format(useOffset=False)
    axes.set_facecolor("#eaf1f5")
    _scale_bar(axes, box)
    return figure, axes


def head(figure: "Figure", lines: Sequence[str]) -> None:
    """Write title and lines over the sheet, from its left edge."""
    figure.suptitle("\n".join(lines), x=0.01, ha="left", fontsize=8.5, parse_math=False)


def folded(words: Sequence[str]) -> list[str]:
    """Return the lines, none longer than the sheet is wide."""
    return [part for line in words for part in (wrap(line, LINE) or [""])]


def legend(axes: "Axes", title: str, rows: Sequence[Mapping[str, Any]], note: str = "") -> None:
    """Draw the legend as the map has it: rows of mark, fill, line and words; a note on top."""
    from matplotlib.lines import Line2D  # noqa: PLC0415 - as above
    from matplotlib.path import Path  # noqa: PLC0415 - as above

    marks = [
        Line2D(
            [], [], linestyle="none", marker=Path(vertices(one["path"]), closed=True), markersize=9,
            markerfacecolor=one["fill"], markeredgecolor=one["line"], label=one["says"],
        )
        for one in rows
    ]  # fmt: skip
    if marks:
        made = axes.figure.legend(
            handles=marks, title=title, fontsize=7.5, title_fontsize=8, alignment="left",
            loc="outside lower left", ncols=min(4, len(marks)), frameon=False,
        )  # fmt: skip
        for text in (*made.get_texts(), made.get_title()):
            text.set_parse_math(False)
    if note:
        axes.annotate(
            "\n".join(wrap(note, 60)), (0.99, 0.99), xycoords="axes fraction", ha="right", va="top",
            fontsize=8, zorder=21, parse_math=False,
            bbox={"facecolor": "#fff9e6", "edgecolor": "#d9a400"},
        )  # fmt: skip


def round_metres(most: float) -> float:
    """Return the greatest of 1, 2, 5, 10, 20 ... metres that is not above `most`."""
    ten = 10.0 ** floor(log10(most))
    return max(step * ten for step in (1, 2, 5) if step * ten <= most)


def _scale_bar(axes: "Axes", box: Box) -> None:
    """Draw a bar of so many metres in the lower right corner."""
    west, south, east, north = box
    degree = METRES_A_DEGREE * np.cos(np.radians((south + north) / 2))
    metres = round_metres((east - west) * degree / 4)
    width = metres / degree / (east - west)
    for colour, thick in (("#fff", 6), ("#111", 3)):
        axes.plot(
            [0.97 - width, 0.97], [0.035, 0.035], color=colour, linewidth=thick, zorder=20,
            solid_capstyle="butt", transform=axes.transAxes,
        )  # fmt: skip
    words = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    axes.text(
        0.97 - width / 2, 0.045, words, transform=axes.transAxes, fontsize=8, ha="center",
        zorder=20,
        bbox={"boxstyle": "round,pad=0.1", "facecolor": "#ffffffcc", "edgecolor": "none"},
    )  # fmt: skip


def png(figure: "Figure") -> bytes:
    """Return a sheet as a file."""
    file = BytesIO()
    figure.savefig(file, format="png", bbox_inches="tight", pad_inches=0.12)
    return file.getvalue()
