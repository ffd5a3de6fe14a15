"""The names an admin adds on top of the prepared gazetteer."""

from dataclasses import replace
from datetime import datetime

from dispatch.desk.checks import NAME, optional_words, words, writing
from dispatch.errors import BadValue
from dispatch.person import By
from dispatch.room import Room
from dispatch.scene import scene_at
from dispatch.store import place_names as stored
from dispatch.store.place_names import PlaceNameRow, Suggestion


def place_names(room: Room) -> list[PlaceNameRow]:
    """Return every added name, in order of the alphabet."""
    with room.store.reading() as tx:
        return stored.all_names(tx)


def save_place_name(room: Room, place: PlaceNameRow, *, by: By, at: datetime) -> int:
    """
    Add a name, or change the one with this id; returns the id.

    Raises
    ------
    EmptyText, TextTooLong, BadCoordinates, OutsideArea
        A field that cannot be used.
    BadValue
        Neither a point nor a kelurahan, or no such kelurahan.
    Stale, UnknownRow
        Somebody changed or deleted it since it was read.
    """
    clean = _checked(room, place)
    with writing(room, by=by, at=at, action="place_name") as tx:
        return stored.save(tx, clean, by=str(by), at=at)


def delete_place_name(room: Room, place_name_id: int, *, by: By, at: datetime) -> None:
    """Delete a name; UnknownRow when there is none."""
    action = "delete_place_name"
    with writing(room, by=by, at=at, action=action) as tx:
        stored.delete(tx, place_name_id)


def suggestions(room: Room) -> list[Suggestion]:
    """Return callers' words with the points dispatchers put them at, not yet decided on."""
    with room.store.reading() as tx:
        return stored.pending(tx)


def settle_suggestion(
    room: Room, suggestion_id: int, *, accepted: bool, by: By, at: datetime
) -> None:
    """Accept or reject a suggestion; UnknownRow when it is not pending."""
    action = "accept_suggestion" if accepted else "reject_suggestion"
    with writing(room, by=by, at=at, action=action) as tx:
        stored.settle(tx, suggestion_id, accepted=accepted)


def _checked(room: Room, place: PlaceNameRow) -> PlaceNameRow:
    """Return the name with clean words and a place that can be."""
    code = place.kelurahan_code or None
    codes = {one.code for one in room.ground.boundaries}
    if code is not None and code not in codes:
        raise BadValue("kelurahan_code", code)
    if place.lon is not None and place.lat is not None:
        scene_at(place.lon, place.lat)
    elif code is None:
        raise BadValue("kelurahan_code", "")
    variants = (optional_words("variants", one, NAME) for one in place.variants)
    return replace(
        place,
        name=words("name", place.name, NAME),
        kind=words("kind", place.kind, NAME),
        variants=tuple(one for one in variants if one),
        kelurahan_code=code,
    )
