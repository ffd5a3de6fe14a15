"""Small pieces of HTML and Markdown in which people's words stay words."""

from datetime import datetime
from html import escape

from ui.agencies import style

# What Markdown would read as a sign; images and links would otherwise fetch from elsewhere.
_SIGNS = str.maketrans({sign: f"\\{sign}" for sign in r"\`*_{}[]()#+-.!|~<>:$&^="})


def plain(words: str) -> str:
    """Return words so that Markdown shows them as they are."""
    return words.translate(_SIGNS).replace("\n", " ")


def shape(agency: str, size: int = 16) -> str:
    """Return an agency's mark: its shape in its colour."""
    look = style(agency)
    return (
        f'<svg class="mark" viewBox="0 0 24 24" width="{size}" height="{size}" aria-hidden="true">'
        f'<path d="{look.path}" fill="{look.colour}"/></svg>'
    )


def since(at: datetime, *, urgent: bool = False) -> str:
    """Return a clock that runs from a moment; an urgent one turns amber at 60 s, red at 90 s."""
    kind = "since urgent" if urgent else "since"
    return f'<span class="{kind} since-{int(at.timestamp())}">·</span>'


def tag(words: str, kind: str = "") -> str:
    """Return words as a small label."""
    return f'<span class="tag {kind}">{escape(words)}</span>'
