"""How each agency looks on the map and beside it: colour and shape, for eyes that mix colours."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Style:
    """A colour, an SVG path within 24 by 24, and a letter."""

    colour: str
    path: str
    letter: str


CIRCLE = "M12 2A10 10 0 1 1 11.99 2Z"
_OCTAGON = "M8 2H16L22 8V16L16 22H8L2 16V8Z"

_SQUARE = (
    "M4 2.5H20A1.5 1.5 0 0 1 21.5 4V20A1.5 1.5 0 0 1 20 21.5H4A1.5 1.5 0 0 1 2.5 20V4"
    "A1.5 1.5 0 0 1 4 2.5Z"
)
_CROSS = "M8 2H16V8H22V16H16V22H8V16H2V8H8Z"
_SHIELD = "M12 1.5 21.5 5V12C21.5 17.5 17 21 12 22.8 7 21 2.5 17.5 2.5 12V5Z"
_HEXAGON = "M12 1.5 21.5 7V17L12 22.5 2.5 17V7Z"
_TRIANGLE = "M12 0.5 24 22H0Z"
_DIAMOND = "M12 0.5 23.5 12 12 23.5 0.5 12Z"
_DOWNWARDS = "M12 23.5 0 2H24Z"
_STAR = "M12 0 15.5 7.6 23.8 8.5 17.6 14 19.4 22.2 12 18 4.6 22.2 6.4 14 0.2 8.5 8.5 7.6Z"

STYLES = {
    "damkar": Style("#c0231f", _SQUARE, "D"),
    "health": Style("#00796b", _CROSS, "H"),
    "polresta": Style("#1a3f94", _SHIELD, "P"),
    "satpol_pp": Style("#6d4423", _HEXAGON, "S"),
    "bpbd": Style("#c25400", _TRIANGLE, "B"),
    "dlhp": Style("#2f7d1f", _DIAMOND, "L"),
    "kodim": Style("#4a5320", _STAR, "K"),
    "basarnas": Style("#a63d00", CIRCLE, "R"),
    "pln": Style("#8a6d00", _DOWNWARDS, "N"),
}
_OTHER = Style("#4d5a64", _OCTAGON, "?")


def style(agency: str) -> Style:
    """Return an agency's look; one the room does not know gets an octagon."""
    return STYLES.get(agency, _OTHER)
