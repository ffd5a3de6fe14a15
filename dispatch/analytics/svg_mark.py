"""The SVG paths of the map's marks as corners, for pictures that no browser draws (pure)."""

import re

import numpy as np
from numpy.typing import NDArray

_STEP = re.compile(r"([MLHVAC])([^MLHVACZ]*)")
_NUMBER = re.compile(r"-?\d*\.?\d+")
_ARITY = {"M": 2, "L": 2, "H": 1, "V": 1, "A": 7, "C": 6}
MIDDLE = 12.0  # marks lie within 24 by 24


def vertices(path: str) -> NDArray[np.float64]:
    """
    Return the corners (n, 2) of a mark around its middle, y upward, the first one last again.

    Absolute commands only. A small arc is drawn as its chord, one that goes nearly all the way
    round as a circle; a curve by its end.
    """
    x = y = 0.0
    found: list[tuple[float, float]] = []
    for name, text in _STEP.findall(path):
        numbers = [float(one) for one in _NUMBER.findall(text)]
        for n in range(0, len(numbers), _ARITY[name]):
            said = numbers[n : n + _ARITY[name]]
            if name == "A" and said[3]:
                found += _round(x, y, said[0])
            elif name == "H":
                x = said[0]
            elif name == "V":
                y = said[0]
            else:
                x, y = said[-2:]
            found.append((x, y))
    return np.array([(a - MIDDLE, MIDDLE - b) for a, b in [*found, found[0]]])


def _round(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    """Return a circle that begins at its top."""
    turn = np.linspace(0, 2 * np.pi, 33)[:-1]
    return list(zip(x + radius * np.sin(turn), y + radius * (1 - np.cos(turn)), strict=True))
