"""Who may do what: people's roles, and the programs that agencies connect."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from dispatch.assignment import AssignmentStatus
from dispatch.errors import NotAllowed
from dispatch.incident import IncidentStatus
from dispatch.unit import UnitStatus


class Role(StrEnum):
    """What a person is in the room; `crew` is for the devices and programs of units."""

    DISPATCHER = "dispatcher"
    PLANNER = "planner"
    BPBD = "bpbd"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    CREW = "crew"


_FOLLOWING = frozenset(f"assignment_{one.value}" for one in AssignmentStatus)
_FLEET = frozenset({"fix", "undo_fix", *(f"unit_{one.value}" for one in UnitStatus)})
_ROADS = frozenset({"close_road", "open_road"})
_CASES = frozenset({"relocate", "regrade", "add_note", "answer"}) | {
    f"incident_{one.value}" for one in IncidentStatus
}
_CALLS = frozenset(
    {
        "view_caller",
        "receive_call",
        "take_call",
        "discard_call",
        "call_again",
        "link_call",
        "unlink_call",
        "join",
        "part",
        "settle_conflict",
    }
)
_SENDING = frozenset({"recommend", "assign"})
_NAMES = frozenset({"place_name", "delete_place_name", "accept_suggestion", "reject_suggestion"})
_CATALOGUE = frozenset({"edit_catalogue"})
_PEOPLE = frozenset({"add_account", "change_account", "reset_password"})
_PROGRAMS = frozenset({"add_key", "revoke_key", "add_webhook", "remove_webhook"})
_HANDOVER = frozenset({"write_handover", "take_over"})
_STATIONS = frozenset({"confirm_station", "undo_confirm_station"})
_ROSTER = frozenset({"add_unit", "edit_unit", "retire_unit", "move_unit_home"}) | {
    f"undo_{one}" for one in ("edit_unit", "retire_unit", "move_unit_home")
}
_SHIFTS = frozenset({"plan_shift", "start_shift"}) | _ROSTER | _STATIONS

_DISASTERS = frozenset({"disaster"})  # what BPBD looks at
_READING = frozenset({"export"})  # no change of the room, and still not for everybody
_PLANNING = frozenset({"plan"})

_DESK = _CALLS | _CASES | _SENDING | _FOLLOWING | _FLEET | _ROADS | _HANDOVER

RIGHTS: Mapping[Role, frozenset[str]] = {
    Role.DISPATCHER: _DESK | _READING,
    Role.PLANNER: _READING | _PLANNING | {"recommend"},
    Role.BPBD: _READING | _ROADS | _DISASTERS | {"recommend", "add_note"},
    Role.SUPERVISOR: _DESK | _READING | _PLANNING | _DISASTERS | _NAMES | _SHIFTS | _CATALOGUE,
    Role.ADMIN: _READING
    | _NAMES
    | _CATALOGUE
    | _PEOPLE
    | _PROGRAMS
    | _STATIONS
    | {"erase_callers"},
    Role.CREW: _FOLLOWING | _FLEET,
}
"""What each role may write, by the action the record names; what is not here is refused."""


@dataclass(frozen=True, slots=True)
class Person:
    """
    Somebody signed in, or a program that holds a key.

    Parameters
    ----------
    login
        The name the record keeps.
    agency
        The one agency whose units this person may send, move or place; None for all.
    session
        The key of the session it comes from, which every write looks at again; empty for a program.
    """

    login: str
    roles: frozenset[Role]
    agency: str | None = None
    session: str = ""

    def __str__(self) -> str:
        return self.login

    @property
    def sees(self) -> str | None:
        """The one agency whose units and incidents a crew's program is shown; None for all."""
        return self.agency if self.roles == {Role.CREW} else None

    def may(self, action: str) -> bool:
        """Whether a role of this person allows an action."""
        return any(action in RIGHTS[role] for role in self.roles)

    def check(self, action: str) -> None:
        """Raise NotAllowed unless a role allows the action."""
        if not self.may(action):
            raise NotAllowed(self.login, action)

    def check_agency(self, agency: str, action: str) -> None:
        """Raise NotAllowed when the unit belongs to an agency this person is not here for."""
        if self.agency not in (None, agency):
            raise NotAllowed(self.login, f"{action} ({agency})")


By = Person | str
"""Who does something; a bare name is the program itself, at the command line of the machine."""
