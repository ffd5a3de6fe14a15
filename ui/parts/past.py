"""What was done to a type and its run card: who, when, what, and taking it back."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from html import escape
from typing import Any

import streamlit as st

from dispatch import desk
from dispatch.catalogue import EditKind
from dispatch.desk import CatalogueChange, CatalogueRow
from dispatch.incident import Severity
from ui import session
from ui.guard import action
from ui.text import Words

SHOWN = 20
TITLES = {EditKind.TYPE: "catalogue.type_history", EditKind.RUN_CARD: "catalogue.card_history"}

Content = Mapping[str, Any]


def basis(row: CatalogueRow, kind: EditKind, say: Words) -> str:
    """Return whose row this is: the program's, or who edited it last and when."""
    held = row.edited(kind)
    if held is None:
        return say("catalogue.shipped")
    return say("catalogue.edited", by=held.edited_by, at=session.date(held.edited_at))


def show(row: CatalogueRow, say: Words) -> None:
    """Draw the changes of the type chosen and of its card, last one first."""
    for kind in EditKind:
        st.html(f"<h2>{escape(say(TITLES[kind]))}</h2>")
        changes = desk.catalogue_history(session.room(), kind, row.kind.code)
        if row.shipped and row.edited(kind):
            st.button(
                say("catalogue.to_shipped"), key=f"shipped_{kind}",
                on_click=action(partial(_restore, row, kind, None)),
            )  # fmt: skip
        if not changes:
            st.caption(say("catalogue.no_history"))
        for one in changes[:SHOWN]:
            _change(row, kind, one, last=one is changes[0], say=say)


def _change(
    row: CatalogueRow, kind: EditKind, one: CatalogueChange, *, last: bool, say: Words
) -> None:
    """Draw one change and the button that takes the row back to before it."""
    told = "".join(f"<li>{escape(words)}</li>" for words in _told(kind, one, say))
    who = say("catalogue.by", by=one.by, at=session.date(one.at))
    with st.container(
        horizontal=True, vertical_alignment="center", key=f"line_{kind}_{one.number}"
    ):
        st.html(
            f"<div class='said'><small>{escape(who)}</small><ul class='passed'>{told}</ul></div>"
        )
        if row.shipped or one.number > 1:
            st.button(
                say("catalogue.undo" if last else "catalogue.before"),
                key=f"before_{kind}_{row.kind.code}_{one.number}",
                help=say("catalogue.before_help"),
                on_click=action(partial(_restore, row, kind, one.number - 1 or None)),
            )


def _restore(row: CatalogueRow, kind: EditKind, to: int | None) -> None:
    desk.restore(
        session.room(), kind, row.kind.code, to,
        version=row.version(kind), by=session.person(), at=session.now(),
    )  # fmt: skip
    st.toast(session.say()("catalogue.restored"))


def _told(kind: EditKind, one: CatalogueChange, say: Words) -> Sequence[str]:
    """Return what a change changed, a sentence each."""
    before, after = one.before, one.after
    if before is None or after is None:
        return [say("catalogue.row_added")]
    told = _type_changes if kind is EditKind.TYPE else _card_changes
    return list(told(before, after, say)) or [say("catalogue.as_shipped")]


def _type_changes(before: Content, after: Content, say: Words) -> Iterator[str]:
    """Say each field of a type that is another one now."""
    for field in after:
        if before.get(field) != after[field]:
            was, now = (_field(field, one.get(field), say) for one in (before, after))
            yield say("catalogue.changed", what=say(f"catalogue.{field}"), was=was, now=now)


def _field(field: str, value: Any, say: Words) -> str:
    """Return a field of a type as people read it."""
    agencies = session.room().catalogue.agencies
    if isinstance(value, bool):
        return say("catalogue.yes" if value else "catalogue.no")
    if field == "severity":
        return say.known(f"severity.{value}", str(value))
    words = value if isinstance(value, list) else [value]
    return ", ".join(agencies[one].short if one in agencies else str(one) for one in words) or "-"


def _card_changes(before: Content, after: Content, say: Words) -> Iterator[str]:
    """Say each line of a card whose counts are others now, that is gone or new."""
    was, now = _counts(before, say), _counts(after, say)
    for what in {**was, **now}:
        if was.get(what) != now.get(what):
            pair = {"was": was.get(what, "-"), "now": now.get(what, "-")}
            yield say("catalogue.changed", what=what, **pair)
    if list(was) != list(now) and set(was) == set(now):
        yield say("catalogue.reordered")


def _counts(card: Content, say: Words) -> dict[str, str]:
    """Return the counts of a card's lines as low/medium/high, by what they ask for and of whom."""
    catalogue = session.room().catalogue
    found = {}
    for line in card["lines"]:
        need = catalogue.capabilities.get(line["need"])
        whom = _field("agencies", line["agencies"], say)
        what = f"{say.name(need) if need else line['need']} ({whom})"
        found[what] = "/".join(str(line[severity.value]) for severity in Severity)
    return found
