"""
Curves and bars to take along as PNG, each with the lines that say what it rests on (pure).

matplotlib is imported where it draws, as in `dispatch.analytics.sheet`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from dispatch.analytics import sheet

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#51626f", "#0b5cad")


def steps_png(
    at: Sequence[float] | Sequence[datetime],
    curves: Mapping[str, Sequence[float]],
    axes_words: tuple[str, str],
    words: Sequence[str],
) -> bytes:
    """
    Draw curves that stand until their next point.

    Parameters
    ----------
    at, curves
        Where the points are, and by name how high each curve is there.
    axes_words
        What runs to the right, what upward.
    words
        The title, then lines that say period, filter and count.
    """
    figure, axes = _paper(words, axes_words, high=5.0)
    for (name, curve), colour in zip(curves.items(), COLOURS, strict=False):
        axes.step(at, curve, where="post", label=name, color=colour, linewidth=1.6)  # type: ignore[arg-type]
    axes.set_ylim(bottom=0)
    if len(curves) > 1:
        axes.legend(fontsize=8)
    if at and isinstance(at[0], datetime):
        axes.plot(at, next(iter(curves.values())), "o", color=COLOURS[0], markersize=4)  # type: ignore[arg-type]
        figure.autofmt_xdate(rotation=30)
    return sheet.png(figure)


def bars_png(
    names: Sequence[str],
    bars: Mapping[str, Sequence[float | None]],
    limit: float,
    axes_words: tuple[str, str],
    words: Sequence[str],
) -> bytes:
    """
    Draw bars from left to right for each name, from top to bottom, and a line at a limit.

    `bars`: by what they show, a value for each name, None where there is none; else as
    `steps_png`.
    """
    figure, axes = _paper(words, axes_words, high=1.4 + 0.3 * len(names))
    thick = 0.8 / len(bars)
    for n, ((name, values), colour) in enumerate(zip(bars.items(), COLOURS, strict=False)):
        rows = [row + (n - (len(bars) - 1) / 2) * thick for row in range(len(names))]
        axes.barh(rows, [one or 0.0 for one in values], thick, label=name, color=colour)
    axes.axvline(limit, color="#b3001b", linestyle="--", linewidth=1)
    axes.set_yticks(range(len(names)), names, fontsize=7, parse_math=False)
    axes.invert_yaxis()
    axes.legend(fontsize=8)
    return sheet.png(figure)


def _paper(
    words: Sequence[str], axes_words: tuple[str, str], *, high: float
) -> "tuple[Figure, Axes]":
    """Return an empty sheet, `high` inches besides its lines, with what its axes are."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - only when somebody wants a picture

    lines = sheet.folded(words)
    figure = Figure(figsize=(10, high + 0.16 * len(lines)), dpi=130, layout="constrained")
    axes = figure.subplots()
    sheet.head(figure, lines)
    axes.set_xlabel(axes_words[0], fontsize=8)
    axes.set_ylabel(axes_words[1], fontsize=8)
    axes.tick_params(labelsize=8)
    axes.grid(alpha=0.3)
    return figure, axes
