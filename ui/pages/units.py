"""Units and stations: who is on duty, where they are, what is still assumed."""

from collections.abc import Sequence
from html import escape
from typing import Any

import streamlit as st

from dispatch import desk
from dispatch.unit import MOVES, Station, Unit, UnitStatus
from ui import map as room_map
from ui import session
from ui.guard import action, calmly, notice, words_for
from ui.markup import plain
from ui.parts import picture, snapshot
from ui.text import Words

MAP = "units_map"
TABLE = "units_table"


def page() -> None:
    """Draw the tables beside the map on which positions are set."""
    say, room = session.say(), snapshot.take(session.room())
    left, right = st.columns([60, 40], gap="small")
    with left, st.container(key="left"), calmly():
        _units(room.units, say)
        _stations(room.stations, say)
    with right, st.container(key="right"), calmly():
        _place(room.units, room.stations, say)
        with st.container(key="map_frame"):
            shown = picture.paint(room, session.room().catalogue, say, None)
            room_map.show(shown, MAP, action(_clicked))


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
    st.data_editor(
        [_row(unit, names, say) for unit in shown],
        key=f"{TABLE}_{only}_{len(shown)}",
        disabled=[column for column in _COLUMNS if column != "status"],
        hide_index=True,
        height=420,
        column_config=_columns(say),
    )
    st.button(
        say("units.save"),
        key="save_units",
        type="primary",
        on_click=action(_save_duties),
        args=(shown, f"{TABLE}_{only}_{len(shown)}"),
    )


_COLUMNS = ("call_sign", "agency", "status", "doing", "station", "position", "profile", "crew")


def _row(unit: Unit, names: dict[str, str], say: Words) -> dict[str, Any]:
    duty = UnitStatus.AVAILABLE if unit.status is UnitStatus.ASSIGNED else unit.status
    doing = ""
    if unit.assignment_status:
        step = say(f"status.assignment.{unit.assignment_status}")
        doing = f"{step} {unit.incident_code}"
    at = f" {session.clock(unit.fix_at)}" if unit.fix_at else ""
    return {
        "call_sign": unit.call_sign,
        "agency": names[unit.agency],
        "status": say(f"status.unit.{duty.value}"),
        "doing": doing,
        "station": unit.station or "",
        "position": say(f"basis.{unit.position_basis.value}") + at,
        "profile": say.known(f"profile.{unit.profile}", unit.profile),
        "crew": unit.crew,
        "assumed": unit.assumed,
    }


def _columns(say: Words) -> dict[str, Any]:
    config = st.column_config
    settable = [say(f"status.unit.{one.value}") for one in MOVES if one is not UnitStatus.ASSIGNED]
    return {
        **{name: config.TextColumn(say(f"units.{name}")) for name in _COLUMNS},
        "status": config.SelectboxColumn(
            say("units.status"), options=settable, required=True, pinned=False
        ),
        "crew": config.NumberColumn(say("units.crew"), width="small"),
        "assumed": config.CheckboxColumn(say("units.assumed"), width="small", disabled=True),
    }


def _save_duties(shown: Sequence[Unit], table: str) -> None:
    """Write each changed duty; one refused does not hold back the others."""
    say, saved = session.say(), 0
    words = {say(f"status.unit.{one.value}"): one for one in UnitStatus}
    for place, change in st.session_state[table]["edited_rows"].items():
        unit, status = shown[int(place)], words[change["status"]]
        try:
            desk.set_unit_status(
                session.room(), unit.call_sign, status, by=session.operator(), at=session.now()
            )
            saved += 1
        except Exception as error:  # said beside what was saved
            notice(words_for(error))
    st.toast(say("units.saved", count=saved) if saved else say("units.nothing"))


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


def _place(units: Sequence[Unit], stations: Sequence[Station], say: Words) -> None:
    """Choose what the next click on the map puts in its place."""
    st.html(f"<h2>{escape(say('units.fix'))}</h2>")
    st.selectbox(
        say("units.choose"),
        [*(f"unit:{one.call_sign}" for one in units), *(f"station:{one.id}" for one in stations)],
        index=None,
        key="to_place",
        format_func=lambda said: _called(said, stations),
        placeholder=say("units.fix_help"),
        label_visibility="collapsed",
    )


def _called(said: str, stations: Sequence[Station]) -> str:
    """Return what a unit or a station is called."""
    kind, name = said.split(":", 1)
    if kind == "unit":
        return name
    return next(one.name for one in stations if str(one.id) == name)


def _clicked(said: dict[str, Any]) -> None:
    """Record the position of the unit, or confirm that of the station, that was chosen."""
    chosen = st.session_state.get("to_place")
    if said.get("kind") != "click":
        return
    say, lon, lat = session.say(), float(said["lon"]), float(said["lat"])
    if not chosen:
        st.toast(say("units.fix_help"), icon=":material/touch_app:")
        return
    kind, name = chosen.split(":", 1)
    by, at = session.operator(), session.now()
    if kind == "unit":
        desk.record_fix(session.room(), name, lon, lat, at=at, by=by)
    else:
        desk.confirm_station(session.room(), int(name), lon, lat, by=by, at=at)
    st.toast(plain(say("units.fix_saved", unit=name)), icon=":material/location_on:")
