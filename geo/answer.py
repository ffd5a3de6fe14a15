"""What the geocoder answers: a status, candidates best first, and what to ask back."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """Whether the words lead to one place, to several, beyond the city, or nowhere."""

    LOCATED = "located"
    AMBIGUOUS = "ambiguous"
    OUTSIDE = "outside"
    UNKNOWN = "unknown"


class Level(StrEnum):
    """How precisely a place is known, finest first."""

    POINT = "point"
    STREET = "street"
    KAMPUNG = "kampung"
    KELURAHAN = "kelurahan"
    DISTRICT = "district"


@dataclass(frozen=True, slots=True)
class Candidate:
    """
    One place the words may mean.

    `radius_m` holds the true position in at least nine of ten cases; `confidence` in 0..1 is
    about the kelurahan being right; `matched` is the name that was read, `label` what to show a
    dispatcher, `why` which evidence won. No kelurahan: only the district is known.
    """

    kelurahan_code: str | None
    kelurahan: str | None
    district: str | None
    lon: float
    lat: float
    level: Level
    radius_m: float
    confidence: float
    matched: str
    label: str
    why: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, candidates best first, the one question that settles it, and a remark."""

    status: Status
    candidates: tuple[Candidate, ...] = ()
    question: str | None = None
    note: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data, as `ambon112 locate --json` prints it."""
        return {
            "status": str(self.status),
            "candidates": [
                {**asdict(candidate), "level": str(candidate.level)}
                for candidate in self.candidates
            ],
            "question": self.question,
            "note": self.note,
        }
