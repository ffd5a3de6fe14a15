"""Incident types and run cards: two tables to edit, and what was done to the row chosen."""

from collections.abc import Mapping, Sequence
from functools import partial
from html import escape
from typing import Any

import streamlit as st

from dispatch import desk
from dispatch.catalogue import EditKind
from dispatch.desk import CatalogueRow
from dispatch.incident import Severity
from dispatch.incident_type import MOST_UNITS, Line
from ui import session
from ui.guard import action, calmly, notice, words_for
from ui.markup import plain
from ui.parts import past
from ui.text import Words

CHOSEN = "catalogue_chosen"
LONGEST = 60
MOST_LINES = 1000  # a line without a number comes last


def page() -> None:
    """Draw the table of types and the card of one, beside new types and the history."""
    say = session.say()
    rows = desk.catalogue_rows(session.room())
    left, right = st.columns([64, 36], gap="small")
    with left, st.container(key="left"), calmly():
        _types(rows, say)
        chosen = _choose(rows, say)
        _card(chosen, say)
    with right, st.container(key="right"), calmly():
        _new(rows, say)
        past.show(chosen, say)


def _agencies() -> dict[str, str]:
    """Return the agencies' short names by code."""
    return {code: one.short for code, one in session.room().catalogue.agencies.items()}


def _needs(say: Words) -> dict[str, str]:
    """Return what the capabilities are called, by code."""
    return {code: say.name(one) for code, one in session.room().catalogue.capabilities.items()}


def _severities(say: Words) -> dict[str, str]:
    return {one.value: say(f"severity.{one.value}") for one in Severity}


def _codes(words: Mapping[str, str]) -> dict[str, str]:
    """Turn words by code into codes by word."""
    return {word: code for code, word in words.items()}


# ---- Types --------------------------------------------------------------------------------------


def _types(rows: Sequence[CatalogueRow], say: Words) -> None:
    """Show every type, retired ones too; all but its code is changed in the table."""
    st.html(f"<h2>{escape(say('catalogue.types'))}</h2>")
    st.caption(say("catalogue.types_help"))
    config = st.column_config
    agencies = list(_agencies().values())
    seen = tuple((one.kind.code, one.version(EditKind.TYPE)) for one in rows)
    key = f"catalogue_types_{say.language}_{hash(seen)}"
    st.data_editor(
        [_type_words(one, say) for one in rows],
        key=key,
        disabled=["basis"],
        hide_index=True,
        height=300,
        column_config={
            "name_id": config.TextColumn(say("catalogue.name_id"), max_chars=LONGEST),
            "name_en": config.TextColumn(say("catalogue.name_en"), max_chars=LONGEST),
            "active": config.CheckboxColumn(
                say("catalogue.active"), help=say("catalogue.active_help"), width="small"
            ),
            "severity": config.SelectboxColumn(
                say("catalogue.severity"),
                help=say("catalogue.severity_help"),
                options=list(_severities(say).values()),
                required=True,
            ),
            "lead": config.SelectboxColumn(
                say("catalogue.lead"),
                help=say("catalogue.lead_help"),
                options=agencies,
                required=True,
            ),
            "support": config.MultiselectColumn(say("catalogue.support"), options=agencies),
            "basis": config.TextColumn(say("catalogue.basis")),
            "aliases": config.TextColumn(
                say("catalogue.aliases"), help=say("catalogue.aliases_help"), width="large"
            ),
        },
    )
    st.button(
        say("catalogue.save_types"), key="save_types", type="primary",
        on_click=action(_save_types), args=(rows, key),
    )  # fmt: skip


def _type_words(row: CatalogueRow, say: Words) -> dict[str, Any]:
    """Return a type as the table shows it."""
    kind, agencies = row.kind, _agencies()
    return {
        "name_id": kind.name_id,
        "name_en": kind.name_en,
        "active": kind.active,
        "severity": say(f"severity.{kind.severity.value}"),
        "lead": agencies[kind.lead],
        "support": [agencies[code] for code in kind.support],
        "basis": past.basis(row, EditKind.TYPE, say),
        "aliases": "; ".join(kind.aliases),
    }


def _save_types(rows: Sequence[CatalogueRow], key: str) -> None:
    """Write each changed type; one refused does not hold back the others."""
    say, saved = session.say(), 0
    for place, change in st.session_state[key]["edited_rows"].items():
        row = rows[int(place)]
        try:
            _write_type(row, {**_type_words(row, say), **change}, say)
            saved += 1
        except Exception as error:  # said beside what was saved
            notice(f"{say.name(row.kind)}: {words_for(error)}")
    st.toast(say("catalogue.saved", count=saved) if saved else say("catalogue.nothing"))


def _write_type(row: CatalogueRow, said: Mapping[str, Any], say: Words) -> None:
    agencies = _codes(_agencies())
    desk.edit_type(
        session.room(),
        row.kind.code,
        name_id=said["name_id"] or "",
        name_en=said["name_en"] or "",
        lead=agencies.get(said["lead"], ""),
        severity=_codes(_severities(say)).get(said["severity"], ""),
        support=[agencies[word] for word in said["support"] or []],
        aliases=(said["aliases"] or "").split(";"),
        active=bool(said["active"]),
        version=row.version(EditKind.TYPE),
        by=session.person(),
        at=session.now(),
    )


# ---- Run cards ----------------------------------------------------------------------------------


def _choose(rows: Sequence[CatalogueRow], say: Words) -> CatalogueRow:
    """Ask whose card and history to show; the first type's until somebody chooses."""
    by_code = {one.kind.code: one for one in rows}

    def called(code: str) -> str:
        kind = by_code[code].kind
        return say.name(kind) if kind.active else say("catalogue.retired", name=say.name(kind))

    codes, before = list(by_code), st.session_state.get(CHOSEN)
    code = st.selectbox(
        say("catalogue.choose"), codes, index=codes.index(before) if before in codes else 0,
        key=f"{CHOSEN}_{hash(tuple(map(called, codes)))}",  # a new name would not be shown
        format_func=called,
    )  # fmt: skip
    st.session_state[CHOSEN] = code
    return by_code[code]


def _card(row: CatalogueRow, say: Words) -> None:
    """Show a type's run card; lines are changed, added and deleted in the table."""
    st.html(f"<h2>{escape(say('catalogue.card', name=say.name(row.kind)))}</h2>")
    st.caption(say("catalogue.card_help"))
    config = st.column_config
    seen = row.version(EditKind.RUN_CARD)
    key = f"catalogue_card_{say.language}_{row.kind.code}_{seen}"
    counts = {
        severity: config.NumberColumn(
            word, min_value=0, max_value=MOST_UNITS, step=1, default=0, required=True, width="small"
        )
        for severity, word in _severities(say).items()
    }
    st.data_editor(
        [_line_words(place, line, say) for place, line in enumerate(row.kind.card, 1)],
        key=key,
        num_rows="dynamic",
        hide_index=True,
        column_config={
            "place": config.NumberColumn(
                say("catalogue.place"), help=say("catalogue.place_help"), width="small"
            ),
            "need": config.SelectboxColumn(
                say("catalogue.need"), options=list(_needs(say).values())
            ),
            "agencies": config.MultiselectColumn(
                say("catalogue.from"),
                help=say("catalogue.from_help"),
                options=list(_agencies().values()),
            ),
            **counts,
        },
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            say("catalogue.save_card"), key="save_card", type="primary",
            on_click=action(partial(_save_card, row, key)),
        )  # fmt: skip
        st.caption(plain(past.basis(row, EditKind.RUN_CARD, say)))


def _line_words(place: int, line: Line, say: Words) -> dict[str, Any]:
    """Return a line of a card as the table shows it."""
    needs, agencies = _needs(say), _agencies()
    return {
        "place": place,
        "need": needs[line.need],
        "agencies": [agencies[code] for code in line.agencies],
        **{severity.value: line.counts[severity] for severity in Severity},
    }


def _save_card(row: CatalogueRow, key: str) -> None:
    """Write the card as the table has it, in the order of its numbers."""
    say, edits = session.say(), st.session_state[key]
    if not any(edits.values()):
        st.toast(say("catalogue.nothing"))
        return
    before = [_line_words(place, line, say) for place, line in enumerate(row.kind.card, 1)]
    changed = {int(place): change for place, change in edits["edited_rows"].items()}
    lines = [
        ({**line, **changed.get(place, {})}, place + 1)
        for place, line in enumerate(before)
        if place not in edits["deleted_rows"]
    ]
    lines += [(line, MOST_LINES) for line in edits["added_rows"]]
    desk.edit_run_card(
        session.room(),
        row.kind.code,
        [_line(said, say) for said, _ in sorted(lines, key=_order)],
        version=row.version(EditKind.RUN_CARD),
        by=session.person(),
        at=session.now(),
    )
    st.toast(say("catalogue.card_saved"))


def _order(line: tuple[Mapping[str, Any], int]) -> tuple[int, int]:
    """Order lines by their numbers; one that was given another's number takes its place."""
    said, before = line
    place = said.get("place")
    place = before if place is None else place
    return place, (place > before) - (place < before)


def _line(said: Mapping[str, Any], say: Words) -> Line:
    """Read a line of the table; what is missing is refused by the desk."""
    needs, agencies = _codes(_needs(say)), _codes(_agencies())
    return Line(
        needs.get(said.get("need") or "", ""),
        tuple(agencies[word] for word in said.get("agencies") or []),
        {severity: said.get(severity.value) or 0 for severity in Severity},
    )


# ---- New types ----------------------------------------------------------------------------------


def _new(rows: Sequence[CatalogueRow], say: Words) -> None:
    """Ask for a type's names and the type it begins like."""
    kinds = {one.kind.code: one.kind for one in rows}
    with st.expander(say("catalogue.new")), st.form("new_type", clear_on_submit=True, border=False):
        st.caption(say("catalogue.new_help"))
        for field in ("name_id", "name_en"):
            st.text_input(
                say(f"catalogue.{field}"), key=f"new_{field}", max_chars=LONGEST, autocomplete="off"
            )
        st.selectbox(
            say("catalogue.like"), list(kinds), key="new_like",
            format_func=lambda code: say.name(kinds[code]),
        )  # fmt: skip
        st.form_submit_button(say("catalogue.add"), on_click=action(_add))


def _add() -> None:
    said = st.session_state
    code = desk.add_type(
        session.room(), name_id=said.new_name_id, name_en=said.new_name_en, like=said.new_like,
        by=session.person(), at=session.now(),
    )  # fmt: skip
    said[CHOSEN] = code
    st.toast(session.say()("catalogue.added"))
