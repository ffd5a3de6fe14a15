"""
The map of a page as a PNG: what the browser is told to draw, drawn once more (pure).

A picture is the plain mapping `ui.map.show` hands to the browser, so that what is saved cannot
differ from what is seen. matplotlib is imported where it draws: it takes a second that no other
page needs.
"""

from base64 import b64decode
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dispatch.analytics import sheet
from dispatch.analytics.sheet import Box
from dispatch.analytics.svg_mark import vertices

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Points = NDArray[np.float64]
Picture = Mapping[str, Any]
WIDTH_PX = 850  # of the map on a screen; what a zoom shows across
ROUND = "M12 1.5A10.5 10.5 0 1 1 11.99 1.5Z"


@dataclass(frozen=True)
class Ground:
    """
    What lies under every picture.

    `outlines` GeoJSON geometries of the kelurahan; `roads` lines (n, 2) lon, lat, small streets
    first, each with the width it is drawn in; `names` (name, lon and lat, the zoom from which it
    is written).
    """

    outlines: Sequence[Mapping[str, Any]]
    roads: Sequence[tuple[float, Points]]
    names: Sequence[tuple[str, Sequence[float], float]] = ()


def map_png(picture: Picture, ground: Ground, words: Sequence[str], *, scale: str = "") -> bytes:
    """
    Draw a picture as the page shows it.

    Parameters
    ----------
    picture
        What the map was told; parts it does not name are empty. Of a film the first frame.
    words
        The title, then lines that say period, filter and count.
    scale
        What the colours of the legend mean; the legend's own title when empty.

    Returns
    -------
    png
        With legend, scale bar and credit; seen from where the picture looks, else the whole city.
    """
    box = _box(picture, ground)
    figure, axes = sheet.paper(words, box)
    _ground(axes, ground, zoom=np.log2(WIDTH_PX * 360 / 256 / (box[2] - box[0])))
    for part, draw in LAYERS.items():
        if picture.get(part):
            draw(axes, picture[part])
    said = picture.get("words") or {}
    legend = said.get("legend") or {"title": "", "rows": []}
    sheet.legend(axes, scale or legend["title"], legend["rows"], said.get("note", ""))
    return sheet.png(figure)


def unpack(flat: Sequence[int]) -> Points:
    """Return lon, lat (n, 2) of whole 1e-5 degrees, each the step from the one before."""
    return np.cumsum(np.asarray(flat, np.int64).reshape(-1, 2), axis=0) / 1e5


def _box(picture: Picture, ground: Ground) -> Box:
    """Return what the picture looks at: its view as the browser fits it, else the city."""
    view = picture.get("view")
    if view:
        at = np.array(view["points"], float)
        least = WIDTH_PX * 360 / (256 * 2 ** float(view["zoom"]))
        return sheet.box_of(at, least=least)
    rings = [ring for shape in ground.outlines for ring in _rings(shape)]
    return sheet.box_of(np.vstack(rings) if rings else np.zeros((1, 2)), least=0.02)


def _ground(axes: "Axes", ground: Ground, zoom: float) -> None:
    """Draw land, streets, borders, and the names there is room for."""
    from matplotlib.collections import LineCollection, PolyCollection  # noqa: PLC0415 - as above

    rings = [ring for shape in ground.outlines for ring in _rings(shape)]
    axes.add_collection(PolyCollection(rings, facecolor="#fbfaf6", edgecolor="none", zorder=1))
    lines = [line for _, line in ground.roads]
    widths = [width for width, _ in ground.roads]
    axes.add_collection(LineCollection(lines, colors="#c9ced3", linewidths=widths, zorder=2))
    axes.add_collection(
        PolyCollection(
            rings, facecolor="none", edgecolor="#8a7f9c", linewidth=0.6, linestyle="--", zorder=4
        )
    )
    for name, at, since in ground.names:
        if since <= zoom + 0.5:
            axes.annotate(
                name, (at[0], at[1]), fontsize=6.5, color="#4b5b68", ha="center", va="center",
                zorder=8, annotation_clip=True, parse_math=False,
            )  # fmt: skip


def _image(axes: "Axes", address: str, box: Sequence[float], alpha: float) -> None:
    """Lay a PNG the page made itself over (west, south, east, north)."""
    from matplotlib.image import imread  # noqa: PLC0415 - as above

    pixels = imread(BytesIO(b64decode(address.partition(",")[2])), format="png")
    west, south, east, north = box
    axes.imshow(
        pixels, extent=(west, east, south, north), alpha=alpha, zorder=3,
        aspect=axes.get_aspect(), interpolation="nearest",
    )  # fmt: skip


def _raster(axes: "Axes", one: Mapping[str, Any]) -> None:
    _image(axes, one["image"], one["bounds"], 0.7)


def _heat(axes: "Axes", said: Mapping[str, Any]) -> None:
    (south, west), (north, east) = said["bounds"]
    _image(axes, said["frames"][0], (west, south, east, north), 0.9)


def _areas(axes: "Axes", said: Mapping[str, Any]) -> None:
    """Fill areas in the colours of their classes in the first frame; "." has none."""
    by_level: dict[str, list[Points]] = defaultdict(list)
    for geometry, level in zip(said["shapes"], said["frames"][0], strict=True):
        by_level[level] += _rings(geometry)
    for level, rings in by_level.items():
        known = level != "."
        _fill(
            axes, rings, edge="#51626f", width=0.5, dash="-",
            face=said["colours"][int(level)] if known else "#8796a1", alpha=0.62 if known else 0.06,
        )  # fmt: skip


def _reached(axes: "Axes", bands: Iterable[Mapping[str, Any]]) -> None:
    from matplotlib.collections import LineCollection  # noqa: PLC0415 - as above

    for band in bands:
        lines = [unpack(flat) for flat in band["lines"]]
        axes.add_collection(
            LineCollection(lines, colors=band["colour"], linewidths=band["width"] / 2.2, zorder=5)
        )


def _spots(axes: "Axes", groups: Iterable[Mapping[str, Any]]) -> None:
    for one in groups:
        at = unpack(one["at"])
        inside = "none" if one.get("ring") else one["colour"]
        axes.plot(
            at[:, 0], at[:, 1], "o", color=one["colour"], markerfacecolor=inside, markersize=2.2,
            markeredgewidth=0.7, zorder=6,
        )  # fmt: skip


def _shapes(axes: "Axes", shapes: Iterable[Mapping[str, Any]]) -> None:
    """Draw areas, points and circles of so many metres, with their labels; like ones at once."""
    areas: dict[tuple[Any, ...], list[Points]] = defaultdict(list)
    points: dict[tuple[str, float], list[Sequence[float]]] = defaultdict(list)
    for one in shapes:
        geometry, colour, width = one.get("geometry"), one["colour"], 0.8 * (one.get("weight") or 2)
        if one.get("label"):
            _label(axes, one["label"]["at"], one["label"]["says"])
        if geometry is not None and geometry["type"] == "Point":
            points[colour, 1.1 * (one.get("size") or 5)].append(geometry["coordinates"])
        elif geometry is not None and "Polygon" not in geometry["type"]:
            _line(axes, geometry, color=colour, linewidth=width, zorder=7)
        else:
            dash = "--" if one.get("dash") else "-"
            rings = [_ring(one)] if geometry is None else _rings(geometry)
            areas[colour, width, one.get("fill", 0.15), dash] += rings
    for (colour, width, alpha, dash), rings in areas.items():
        _fill(axes, rings, edge=colour, width=width, face=colour, alpha=alpha, dash=dash)
    for (colour, size), at in points.items():
        axes.plot(*np.array(at, float).T, "o", color=colour, markersize=size, zorder=8)


def _circles(axes: "Axes", all_of: Iterable[Mapping[str, Any]]) -> None:
    rings = [_ring(one) for one in all_of]
    _fill(axes, rings, edge="#6a1b9a", width=1.2, face="#6a1b9a", alpha=0.0, dash="--")


def _ring(one: Mapping[str, Any]) -> Points:
    """Return a circle of so many metres around a place."""
    turn = np.linspace(0, 2 * np.pi, 90)
    north = one["radius_m"] / sheet.METRES_A_DEGREE
    east = north / np.cos(np.radians(one["lat"]))
    return np.column_stack([one["lon"] + east * np.cos(turn), one["lat"] + north * np.sin(turn)])


def _closures(axes: "Axes", all_of: Iterable[Mapping[str, Any]]) -> None:
    for one in all_of:
        geometry = one["geometry"]
        if "Polygon" in geometry["type"]:
            rings = _rings(geometry)
            _fill(axes, rings, edge="#111", width=2.4, face="#111", alpha=0.18, dash=":")
        elif geometry["type"] == "Point":
            axes.plot(
                *geometry["coordinates"], "o", markersize=9, markerfacecolor="#fff",
                markeredgecolor="#b3001b", markeredgewidth=2.4, zorder=9,
            )  # fmt: skip
        else:
            _line(axes, geometry, color="#111", linewidth=3, linestyle=":", zorder=9)


def _scene(axes: "Axes", one: Mapping[str, Any]) -> None:
    """Draw the scene's cross, and the circle it may lie in."""
    if one["radius_m"] > 0:
        _fill(axes, [_ring(one)], edge="#b3001b", width=1.4, face="#b3001b", alpha=0.05, dash="--")
    axes.plot(
        one["lon"], one["lat"], "+", color="#b3001b", markersize=24, markeredgewidth=2.2, zorder=10
    )


def _sketch(axes: "Axes", points: Sequence[Sequence[float]]) -> None:
    at = np.array(points, float)
    axes.plot(at[:, 0], at[:, 1], "--o", color="#b3001b", markerfacecolor="#fff", zorder=10)


def _stations(axes: "Axes", all_of: Iterable[Mapping[str, Any]]) -> None:
    for one in all_of:
        sure = one["confirmed"]
        _mark(
            axes, one, one["path"], 11, face=one["colour"] if sure else "#fff",
            edge=one["colour"], letter=str(one["free"]), ink="#fff" if sure else one["colour"],
        )  # fmt: skip


def _units(axes: "Axes", all_of: Iterable[Mapping[str, Any]]) -> None:
    for one in all_of:
        _mark(axes, one, one["path"], 9, face=one["colour"], letter=one["letter"])


def _incidents(axes: "Axes", all_of: Iterable[Mapping[str, Any]]) -> None:
    for one in all_of:
        _mark(axes, one, ROUND, 10, face=one["colour"], letter=one["letter"], ink=one["ink"])


def _candidates(axes: "Axes", all_of: Iterable[Mapping[str, Any]]) -> None:
    for one in all_of:
        _mark(axes, one, ROUND, 12, face="#0b5cad", letter=str(one["number"]))


def _mark(
    axes: "Axes", one: Mapping[str, Any], path: str, size: float, *, face: str, letter: str,
    edge: str = "#fff", ink: str = "#fff",
) -> None:  # fmt: skip
    """Draw a mark of the map with its letter."""
    from matplotlib.path import Path  # noqa: PLC0415 - as above

    axes.plot(
        one["lon"], one["lat"], marker=Path(vertices(path), closed=True), markersize=size,
        markerfacecolor=face, markeredgecolor=edge, markeredgewidth=1.2, zorder=11,
    )  # fmt: skip
    axes.annotate(
        letter, (one["lon"], one["lat"]), color=ink, fontsize=6.5, fontweight="bold",
        ha="center", va="center_baseline", zorder=12, annotation_clip=True,
        parse_math=False,
    )  # fmt: skip


def _fill(
    axes: "Axes",
    rings: Sequence[Points],
    *,
    edge: str,
    width: float,
    face: str,
    alpha: float,
    dash: str,
) -> None:
    """Draw areas that look alike at once: one by one, thousands of them take minutes."""
    from matplotlib.collections import PolyCollection  # noqa: PLC0415 - as above
    from matplotlib.colors import to_rgba  # noqa: PLC0415

    axes.add_collection(
        PolyCollection(
            rings, facecolor=to_rgba(face, alpha), edgecolor=edge, linewidth=width, linestyle=dash,
            zorder=7,
        )
    )  # fmt: skip


def _line(axes: "Axes", geometry: Mapping[str, Any], **style: Any) -> None:
    several = geometry["type"].startswith("Multi")
    for part in geometry["coordinates"] if several else [geometry["coordinates"]]:
        at = np.array(part, float).reshape(-1, 2)
        axes.plot(at[:, 0], at[:, 1], **style)


def _label(axes: "Axes", at: Sequence[float], words: str) -> None:
    axes.annotate(
        words, (at[0], at[1]), fontsize=7, ha="center", va="bottom", zorder=13,
        annotation_clip=True, parse_math=False,
        bbox={"boxstyle": "round,pad=0.15", "facecolor": "#ffffffcc", "edgecolor": "none"},
    )  # fmt: skip


def _rings(shape: Mapping[str, Any]) -> list[Points]:
    """Return the outer rings of a polygon or of several; the points of anything else as one."""
    parts = shape["coordinates"]
    if shape["type"] == "MultiPolygon":
        return [np.array(part[0], float) for part in parts]
    only = parts[0] if shape["type"] == "Polygon" else parts
    return [np.array(only, float).reshape(-1, 2)]


LAYERS: dict[str, Callable[..., None]] = {
    "raster": _raster,
    "heat": _heat,
    "areas": _areas,
    "reached": _reached,
    "spots": _spots,
    "shapes": _shapes,
    "circles": _circles,
    "closures": _closures,
    "scene": _scene,
    "sketch": _sketch,
    "stations": _stations,
    "units": _units,
    "incidents": _incidents,
    "candidates": _candidates,
}
"""Every part of a picture that planners' and BPBD's maps have, in the order it is drawn."""
