"""The things a person can do in the room; pages, commands and the HTTP endpoint all go this way."""

from dispatch.desk.cases import (
    Case,
    IncidentRow,
    add_note,
    answer_questions,
    incident,
    move_incident,
    open_incidents,
    recent_closed,
    regrade,
    relocate,
)
from dispatch.desk.fleet import (
    confirm_station,
    record_fix,
    set_unit_status,
    stations,
    unit,
    units,
)
from dispatch.desk.intake import assessed, discard_call, kelurahan_at, locate, take_call
from dispatch.desk.linking import (
    Suspected,
    call_again,
    duplicates,
    join,
    link_call,
    part,
    phone_history,
    unlink_call,
    waiting_calls,
)
from dispatch.desk.places import (
    delete_place_name,
    place_names,
    save_place_name,
    settle_suggestion,
    suggestions,
)
from dispatch.desk.presence import look_at, present
from dispatch.desk.roads import close_road, close_roads, closures, open_road
from dispatch.desk.sending import assign, move_assignment, options, recommendation, withdraw
from dispatch.room import Room
from dispatch.store.place_names import PlaceNameRow, Suggestion
from dispatch.store.presence import Present

__all__ = [
    "Case",
    "IncidentRow",
    "PlaceNameRow",
    "Present",
    "Suggestion",
    "Suspected",
    "add_note",
    "answer_questions",
    "assessed",
    "assign",
    "call_again",
    "close_road",
    "close_roads",
    "closures",
    "confirm_station",
    "delete_place_name",
    "discard_call",
    "duplicates",
    "incident",
    "join",
    "kelurahan_at",
    "link_call",
    "locate",
    "look_at",
    "move_assignment",
    "move_incident",
    "open_incidents",
    "open_road",
    "options",
    "part",
    "phone_history",
    "place_names",
    "present",
    "recent_closed",
    "recommendation",
    "record_fix",
    "regrade",
    "relocate",
    "save_place_name",
    "set_unit_status",
    "settle_suggestion",
    "stations",
    "suggestions",
    "take_call",
    "unit",
    "units",
    "unlink_call",
    "version",
    "waiting_calls",
    "withdraw",
]


def version(room: Room) -> int:
    """Return a number that rises whenever anybody changed anything; costs no query."""
    return room.store.version()
