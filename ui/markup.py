"""Small pieces of HTML and Markdown in which people's words stay words."""

from datetime import datetime
from html import escape

from ui.agencies import STYLES, style

# What Markdown would read as a sign; images and links would otherwise fetch from elsewhere.
_SIGNS = str.maketrans({sign: f"\\{sign}" for sign in r"\`*_{}[]()#+-.!|~<>:$&^="})


def plain(words: str) -> str:
    """Return words so that Markdown shows them as they are."""
    return words.translate(_SIGNS).replace("\n", " ")


def mark(agency: str) -> str:
    """Return an agency's mark: its shape in its colour (see style.css)."""
    known = agency if agency in STYLES else "other"
    return f'<span class="mark {known}" style="--of:{style(agency).colour}"></span>'


def since(at: datetime, *, urgent: bool = False) -> str:
    """Return a clock that runs from a moment; an urgent one turns amber at 60 s, red at 90 s."""
    kind = "since urgent" if urgent else "since"
    return f'<span class="{kind} since-{int(at.timestamp())}">·</span>'


def tag(words: str, kind: str = "") -> str:
    """Return words as a small label."""
    return f'<span class="tag {kind}">{escape(words)}</span>'
