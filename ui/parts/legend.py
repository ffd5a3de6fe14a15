"""What the marks and colours on a planner's or BPBD's map mean."""

from collections.abc import Iterable
from typing import Any

from ui import session
from ui.agencies import CIRCLE, style
from ui.parts.picture import LOOKS
from ui.text import Words

SQUARE, ROUND = "M2 2H22V22H2Z", CIRCLE
LINE = "M1 9H23V15H1Z"
Row = dict[str, Any]


def legend(
    say: Words, rows: Iterable[Row], note: str = "", *, open_: bool = False
) -> dict[str, Any]:
    """Return the words of a map: its legend, and a note above it."""
    return {
        "legend": {"title": say("map.legend"), "rows": list(rows), "open": open_}, "note": note
    }  # fmt: skip


def row(colour: str, says: str, path: str = SQUARE, line: str = "#fff") -> Row:
    """Return one colour or mark with its words."""
    return {"path": path, "fill": colour, "line": line, "says": says}


def closure(say: Words) -> Row:
    """Return how a closed road looks."""
    return row("#111", say("map.legend_closure"), LINE)


def posts(agency: str, say: Words) -> list[Row]:
    """Return how an agency's posts look, where they are known and where only about."""
    look, known = style(agency), session.room().catalogue.agencies.get(agency)
    words = say("map.legend_post", agency=known.short if known else agency)
    about = row("#fff", say("map.legend_approximate"), look.path, look.colour)
    return [one | {"mark": True} for one in (row(look.colour, words, look.path), about)]


def incidents(statuses: Iterable[str], say: Words) -> list[Row]:
    """Return how open incidents look, those that are on the map."""
    there = set(statuses)
    return [
        row(fill, say(f"status.incident.{status}"), ROUND)
        | {"letter": letter, "ink": ink, "mark": True}
        for status, (fill, letter, ink) in LOOKS.items()
        if status in there
    ]
