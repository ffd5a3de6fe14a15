"""What people do with the catalogue, in few words; for the tests of its edits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from dispatch import desk
from dispatch.catalogue import EditKind, load_catalogue
from dispatch.incident import Severity
from dispatch.incident_type import Line, type_row
from dispatch.record import replay
from dispatch.room import Room
from dispatch.store import catalogue_edits

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MERDEKA = {"lon": 128.1819, "lat": -3.6954}
FIRE = "fire_building"
SHIPPED = load_catalogue()


def minutes(n: float) -> datetime:
    return NOON + timedelta(minutes=n)


def row(room: Room, code: str = FIRE) -> desk.CatalogueRow:
    return next(one for one in desk.catalogue_rows(room) if one.kind.code == code)


def edit_type(room: Room, code: str = FIRE, *, by: Any = "sari", at=NOON, **fields: Any) -> None:
    """Change some fields of a type, as somebody does who sees the rest of it."""
    seen = row(room, code)
    as_it_is = type_row(seen.kind) | {"version": seen.version(EditKind.TYPE)}
    desk.edit_type(room, code, by=by, at=at, **(as_it_is | fields))


def edit_card(room: Room, card: list[Line], code: str = FIRE, *, by="sari", at=NOON) -> None:
    seen = row(room, code).version(EditKind.RUN_CARD)
    desk.edit_run_card(room, code, card, by=by, at=at, version=seen)


def restore(room: Room, kind: EditKind, to: int | None, code: str = FIRE, at=NOON) -> None:
    seen = row(room, code).version(kind)
    desk.restore(room, kind, code, to, by="sari", at=at, version=seen)


def counted(need: str, count: int, code: str = FIRE) -> list[Line]:
    """Return a type's shipped card with another count of one capability, at every severity."""
    return [
        replace(line, counts=dict.fromkeys(Severity, count)) if line.need == need else line
        for line in SHIPPED.types[code].card
    ]


def recommended(room: Room, code: str = FIRE, **asked: Any):
    where = {**MERDEKA, "severity": "medium"} | asked
    return desk.options(room, type_code=code, by="ani", at=NOON, **where)


def asked_for(found, need: str) -> int:
    return sum(line.count for line in found.card.lines if line.need == need)


def call(room: Room, code: str, at: datetime = NOON):
    return desk.take_call(
        room, text="Batu Merah", type_code=code, level="point", radius_m=0, by="ani", at=at,
        **MERDEKA,
    )  # fmt: skip


def replayed(room: Room, recommendation_id: int):
    kept = desk.recommendation(room, recommendation_id)
    return replay(kept.inputs, kept.outputs, room.ground, room.catalogue)


def line(need: str, *agencies: str, low: int = 1, medium: int = 1, high: int = 1) -> Line:
    counts = {Severity.LOW: low, Severity.MEDIUM: medium, Severity.HIGH: high}
    return Line(need, agencies, counts)


def nothing_changed(room: Room) -> bool:
    with room.store.reading() as tx:
        return catalogue_edits.rows(tx) == [] and room.catalogue == room.shipped


def add_leak(room: Room) -> str:
    return desk.add_type(
        room, name_id="Gas bocor", name_en="Gas leak", like=FIRE, by="sari", at=NOON
    )
