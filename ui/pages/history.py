"""What happened: incidents of a span of days, to read and to take along."""

import tempfile
from datetime import date, datetime, time, timedelta
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

from dispatch import cap, export
from dispatch.analytics.filters import DESK, HAPPENED
from dispatch.export import Choice, Extract, Format
from dispatch.room import Room
from ui import session
from ui.guard import calmly
from ui.text import Words

DAYS = 365
LISTED = 1_000  # more than anybody reads; the files hold all
FILES = (Format.CSV, Format.XLSX, Format.GEOJSON, Format.GPKG)


def page() -> None:
    """Draw the choice of days and types, the table, and the files."""
    say = session.say()
    left, right = st.columns([22, 78], gap="small")
    with left, st.container(key="left"), calmly():
        chosen = _chosen(say)
        count = export.count(session.room(), chosen)
        _count(count, chosen, say)
        _files(chosen, count, say)
    with right, st.container(key="right"), calmly():
        _table(chosen, count, say)


def _chosen(say: Words) -> Choice:
    """Ask for days, types and sources; what was made up to measure is never in the list."""
    st.html(f"<h2>{escape(say('history.title'))}</h2>")
    st.caption(say("history.help"))
    today = session.now().astimezone(session.WIT).date()
    first = st.date_input(
        say("history.from"), today - timedelta(days=DAYS), key="history_from", format="DD-MM-YYYY"
    )
    last = st.date_input(say("history.until"), today, key="history_until", format="DD-MM-YYYY")
    types = st.multiselect(
        say("history.types"), list(session.room().catalogue.types), key="history_types",
        placeholder=say("history.all_types"), format_func=lambda code: _type(code, say),
    )  # fmt: skip
    public = st.toggle(say("history.public"), key="history_public", value=True)
    return Choice(
        _midnight(first),
        _midnight(last + timedelta(days=1)),
        tuple(types) or None,
        HAPPENED if public else (DESK,),
    )


def _type(code: str, say: Words) -> str:
    kind = session.room().catalogue.types[code]
    return kind.name_id if say.language == "id" else kind.name_en


def _count(count: int, chosen: Choice, say: Words) -> None:
    """Say how many were chosen by what."""
    types = ", ".join(_type(code, say) for code in chosen.types or ())
    words = say(
        "history.count",
        count=say.number(count),
        from_at=f"{st.session_state.history_from:%d-%m-%Y}",
        until_at=f"{st.session_state.history_until:%d-%m-%Y}",
        types=types or say("history.all_types"),
    )
    st.html(f"<div class='place'>{escape(words)}</div>")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), session.WIT)


def _files(chosen: Choice, count: int, say: Words) -> None:
    """Offer everything chosen as files; each is read and made when it is asked for."""
    room, at = session.room(), session.now()
    for how in FILES:
        st.download_button(
            say("history.save", format=how.value.upper()),
            data=lambda how=how: _bytes(room, chosen, how, at),
            file_name=f"kejadian-{session.now().astimezone(session.WIT):%Y%m%d-%H%M}.{how.value}",
            key=f"save_{how.value}",
            width="stretch",
            disabled=not count,
            on_click="ignore",
        )


def _bytes(room: Room, chosen: Choice, how: Format, at: datetime) -> bytes:
    sending = cap.sending(room.settings)
    extract = export.gather(room, chosen, at=at)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"incidents.{how.value}"
        export.write(extract, path, how, sending)
        return path.read_bytes()


def _table(chosen: Choice, count: int, say: Words) -> None:
    """Show the newest of them, newest first."""
    if not count:
        st.html(f"<div class='empty'>{escape(say('history.none'))}</div>")
        return
    extract = export.gather(session.room(), chosen, at=session.now(), newest=LISTED)
    if count > LISTED:
        st.caption(say("history.listed", shown=say.number(LISTED), count=say.number(count)))
    columns = (
        "code", "opened", "type", "severity", "status", "kelurahan", "place", "disposition",
        "calls", "units", "closed", "source",
    )  # fmt: skip
    st.dataframe(
        [_row(row, extract, say) for row in reversed(extract.rows)],
        hide_index=True,
        height=660,
        column_config={name: say(f"history.{name}") for name in columns},
    )


def _row(row: dict[str, Any], extract: Extract, say: Words) -> dict[str, Any]:
    kind = extract.types.get(row["type_code"])
    named = (kind.name_id if say.language == "id" else kind.name_en) if kind else row["type_code"]
    ended = row["disposition"]
    return {
        "code": row["code"],
        "opened": session.date(row["opened_at"]),
        "type": named,
        "severity": say(f"severity.{row['severity']}"),
        "status": say(f"status.incident.{row['status']}"),
        "kelurahan": row["kelurahan"] or "",
        "place": row["place_text"],
        "disposition": say(f"disposition.{ended}") if ended else "",
        "calls": row["calls"],
        "units": row["units"] or "",
        "closed": session.date(row["closed_at"]) if row["closed_at"] else "",
        "source": row["source"],
    }
