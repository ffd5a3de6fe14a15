"""Units and stations: who is on duty, where they are, what is still assumed."""

from collections.abc import Sequence
from html import escape
from typing import Any

import streamlit as st

from dispatch import desk
from dispatch.unit import MOVES, Station, Unit, UnitStatus
from ui import map as room_map
from ui import session
from ui.guard import action, calmly, gesture, notice, words_for
from ui.parts import picture, placing, roster, snapshot
from ui.parts.snapshot import Snapshot
from ui.text import Words

MAP = "units_map"
TABLE = "units_table"


def page() -> None:
    """Draw the tables beside the map on which positions are set."""
    say, room = session.say(), snapshot.take(session.room())
    left, right = st.columns([60, 40], gap="small")
    with left, st.container(key="left"), calmly():
        _units(room.units, say)
        if session.person().may("add_unit"):
            roster.new(room.stations, say)
        _stations(room.stations, say)
    with right, st.container(key="right"), calmly():
        retired = desk.retired_units(session.room())
        chosen = _choose(room, retired, say)
        with st.container(key="map_frame"):
            catalogue = session.room().catalogue
            shown = picture.paint(room, catalogue, say, None, movable=placing.movable())
            placing.paint(shown)
            room_map.show(shown, MAP, gesture(_clicked))
        placing.show(say)
        if chosen:
            roster.history(chosen, retired, say)


def _units(units: Sequence[Unit], say: Words) -> None:
    """Show every unit; its duty is changed in the table."""
    st.html(f"<h2>{escape(say('units.title'))}</h2>")
    st.caption(say("units.help"))
    agencies = list(dict.fromkeys(unit.agency for unit in units))
    names = {code: session.room().catalogue.agencies[code].short for code in agencies}
    only = st.pills(
        say("units.filter"),
        agencies,
        format_func=names.__getitem__,
        key="units_agency",
        label_visibility="collapsed",
    )
    shown = [unit for unit in units if only in (None, unit.agency)]
    rows = [_row(unit, names, say) for unit in shown]
    # Edits are kept by line: a table whose lines changed meanwhile is another table.
    key = f"{TABLE}_{hash(str([[row[name] for name in (*EDITED, 'call_sign')] for row in rows]))}"
    mine = EDITED if session.person().may("edit_unit") else EDITED[:1]
    st.data_editor(
        rows,
        key=key,
        disabled=[name for name in COLUMNS if name not in mine],
        hide_index=True,
        height=420,
        column_config=_columns(say),
    )
    st.button(
        say("units.save"),
        key="save_units",
        type="primary",
        on_click=action(_save),
        args=(shown, key),
    )


EDITED = ("status", "profile", "capabilities", "crew", "assumed")
COLUMNS = ("call_sign", "agency", "station", "position", "doing", *EDITED)


def _row(unit: Unit, names: dict[str, str], say: Words) -> dict[str, Any]:
    duty = UnitStatus.AVAILABLE if unit.status is UnitStatus.ASSIGNED else unit.status
    doing = ""
    if unit.assignment_status:
        step = say(f"status.assignment.{unit.assignment_status}")
        doing = f"{step} {unit.incident_code}"
    at = f" {session.clock(unit.fix_at)}" if unit.fix_at else ""
    can = roster.capabilities(say)
    return {
        "call_sign": unit.call_sign,
        "agency": names[unit.agency],
        "status": say(f"status.unit.{duty.value}"),
        "doing": doing,
        "profile": roster.profiles(say).get(unit.profile, unit.profile),
        "crew": unit.crew,
        "assumed": unit.assumed,
        "capabilities": sorted(can.get(one, one) for one in unit.capabilities),
        "station": unit.station or "",
        "position": say(f"basis.{unit.position_basis.value}") + at,
    }


def _columns(say: Words) -> dict[str, Any]:
    config = st.column_config
    settable = [say(f"status.unit.{one.value}") for one in MOVES if one is not UnitStatus.ASSIGNED]
    vehicles, can = list(roster.profiles(say).values()), list(roster.capabilities(say).values())
    return {
        **{name: config.TextColumn(say(f"units.{name}")) for name in COLUMNS},
        "status": config.SelectboxColumn(
            say("units.status"), options=settable, required=True, pinned=False
        ),
        "profile": config.SelectboxColumn(say("units.profile"), options=vehicles, required=True),
        "capabilities": config.MultiselectColumn(say("units.capabilities"), options=can),
        "crew": config.NumberColumn(
            say("units.crew"), width="small", min_value=0, max_value=50, step=1
        ),
        "assumed": config.CheckboxColumn(say("units.assumed"), width="small"),
    }


def _save(shown: Sequence[Unit], table: str) -> None:
    """Write what was changed in the table; one refused does not hold back the others."""
    say, saved = session.say(), 0
    for place, changed in st.session_state[table]["edited_rows"].items():
        try:
            _save_one(shown[int(place)].call_sign, dict(changed), say)
            saved += 1
        except Exception as error:  # said beside what was saved
            notice(words_for(error))
    st.toast(say("units.saved", count=saved) if saved else say("units.nothing"))


def _save_one(call_sign: str, changed: dict[str, Any], say: Words) -> None:
    """Write the changes of one line: its duty, and what the roster says of it."""
    room, by, at = session.room(), session.person(), session.now()
    duty = changed.pop("status", None)
    if "profile" in changed:
        changed["profile"] = _code(roster.profiles(say), changed["profile"])
    if "capabilities" in changed:
        named = roster.capabilities(say)
        changed["capabilities"] = [_code(named, one) for one in changed["capabilities"] or ()]
    if changed:
        desk.edit_unit(room, call_sign, by=by, at=at, **changed)
    if duty:
        words = {one.value: say(f"status.unit.{one.value}") for one in UnitStatus}
        desk.set_unit_status(room, call_sign, _code(words, duty), by=by, at=at)


def _code(names: dict[str, str], name: str) -> str:
    """Return the code that people call this."""
    return next((code for code, called in names.items() if called == name), name)


def _stations(stations: Sequence[Station], say: Words) -> None:
    """Show every station and whether somebody confirmed where it stands."""
    st.html(f"<h2>{escape(say('units.stations'))}</h2>")
    agencies = session.room().catalogue.agencies
    st.dataframe(
        [
            {
                "name": one.name,
                "agency": agencies[one.agency].short if one.agency in agencies else one.agency,
                "confirmed": one.position_confirmed,
                "basis": say.known(f"level.{one.position_basis}", one.position_basis),
                "lon": round(one.lon, 5),
                "lat": round(one.lat, 5),
            }
            for one in stations
        ],
        hide_index=True,
        height=300,
        column_config={
            "name": say("units.name"),
            "agency": say("units.agency"),
            "confirmed": st.column_config.CheckboxColumn(say("units.confirmed")),
            "basis": say("units.basis"),
            "lon": say("places.lon"),
            "lat": say("places.lat"),
        },
    )


def _choose(room: Snapshot, retired: Sequence[str], say: Words) -> str | None:
    """Choose what the next click on the map puts in its place, and whose history is shown."""
    st.html(f"<h2>{escape(say('units.fix'))}</h2>")
    names = {f"unit:{one.call_sign}": one.call_sign for one in room.units}
    names |= {f"station:{one.id}": one.name for one in room.stations}
    # A name that changed when the unit retired would unchoose it: a browser says names, not keys.
    names |= {f"unit:{one}": one for one in retired}
    return st.selectbox(
        say("units.choose"),
        list(names),
        index=None,
        key=placing.CHOSEN,
        format_func=lambda said: names.get(said, said),
        placeholder=say("units.fix_help"),
        label_visibility="collapsed",
    )


def _clicked(said: dict[str, Any]) -> None:
    placing.clicked(said, snapshot.take(session.room()))
