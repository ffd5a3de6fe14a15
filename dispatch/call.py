"""One contact to 112 (laporan)."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from dispatch.moves import Moves, check_move


class CallStatus(StrEnum):
    """Where a call stands."""

    RECEIVED = "received"
    LINKED = "linked"
    ANSWERED = "answered"
    DISCARDED = "discarded"


class CallKind(StrEnum):
    """What a call turned out to be."""

    NORMAL = "normal"
    SILENT = "silent"
    PRANK = "prank"
    INFORMATION = "information"
    DUPLICATE = "duplicate"


# Back from linked: it was taken for part of an incident and is not.
MOVES: Moves[CallStatus] = {
    CallStatus.RECEIVED: frozenset(
        {CallStatus.LINKED, CallStatus.ANSWERED, CallStatus.DISCARDED},
    ),
    CallStatus.LINKED: frozenset({CallStatus.RECEIVED}),
    CallStatus.ANSWERED: frozenset(),
    CallStatus.DISCARDED: frozenset(),
}
STARTS = frozenset({CallStatus.RECEIVED})

STATUS_OF_KIND = {
    CallKind.NORMAL: CallStatus.LINKED,
    CallKind.DUPLICATE: CallStatus.LINKED,
    CallKind.INFORMATION: CallStatus.ANSWERED,
    CallKind.SILENT: CallStatus.DISCARDED,
    CallKind.PRANK: CallStatus.DISCARDED,
}


HIDDEN = "•" * 8
"""Stands before the last digits of a masked number, however long it is."""


@dataclass(frozen=True, slots=True)
class Call:
    """
    A contact in the caller's own words; times are UTC.

    `opened_incident_id` is the incident it opened, whichever it points to now; `erased_at` when
    the caller's data and words were erased. `hides_caller`: number and name are masked here.
    """

    id: int
    received_at: datetime
    text: str
    phone: str | None
    caller_name: str | None
    note: str
    kind: CallKind
    status: CallStatus
    incident_id: int | None
    taken_by: str
    status_at: datetime
    opened_incident_id: int | None = None
    erased_at: datetime | None = None
    hides_caller: bool = False

    def masked(self) -> "Call":
        """
        Return the call without who called: the number's last two digits, the name's initial.

        What was said (`text`, `note`) stays: whoever works the case needs the words for the place.
        A call that has neither number nor name hides nothing.
        """
        if self.hides_caller or not (self.phone or self.caller_name):
            return self
        return replace(
            self,
            phone=_last_digits(self.phone) if self.phone else None,
            caller_name=f"{self.caller_name[0]}." if self.caller_name else None,
            hides_caller=True,
        )

    def moved_to(self, status: CallStatus, at: datetime) -> "Call":
        """Return the call in `status` since `at`; IllegalMove when the table refuses."""
        check_move("call", MOVES, self.status, status)
        return replace(self, status=status, status_at=at)

    def linked_to(self, incident_id: int, at: datetime) -> "Call":
        """Return the call pointing to an incident; IllegalMove when it points to one already."""
        return replace(self.moved_to(CallStatus.LINKED, at), incident_id=incident_id)

    def let_go(self, at: datetime) -> "Call":
        """Return the call pointing to nothing; IllegalMove when it does not point anywhere."""
        return replace(self.moved_to(CallStatus.RECEIVED, at), incident_id=None)


def _last_digits(phone: str) -> str:
    """Mask a number; of a short one two digits would tell too much."""
    digits = [one for one in phone if one.isdigit()]
    return HIDDEN + "".join(digits[-2:] if len(digits) > 5 else ())
