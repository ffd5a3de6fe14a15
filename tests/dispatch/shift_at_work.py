"""A whole shift at one desk: everything a room is asked to write."""

from datetime import UTC, datetime, timedelta

import pytest

from dispatch import desk
from dispatch.delivery import deliver_next
from dispatch.errors import WrongPassword
from dispatch.person import Role
from dispatch.room import Room
from dispatch.shift import shift_at

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
OWN = "kata sandi yang panjang"
ENGINE, OTHER, THIRD = "DAMKAR-MAKO-1", "DAMKAR-MAKO-2", "DAMKAR-MAKO-3"
PLACE = {"lon": 128.1934, "lat": -3.6891, "level": "kampung", "radius_m": 250.0}
FIRE = {"text": "Batu Merah Dalam", "type_code": "fire_building", **PLACE}
AREA = [[[128.19, -3.7], [128.2, -3.7], [128.2, -3.69], [128.19, -3.7]]]


def sit_down(room: Room, login: str, *roles: Role):
    """Make an account, choose its password, and sign in."""
    first = desk.add_account(room, login, roles, by="test", at=NOON)
    begun = desk.sign_in(room, login, first, at=NOON)
    desk.choose_password(room, begun.token, OWN, at=NOON)
    return begun


def work_a_shift(room: Room) -> None:
    """Do everything that a room can do in a shift, as somebody who is signed in."""
    begun = sit_down(room, "ani", Role.SUPERVISOR, Role.ADMIN)
    known = {"by": begun.person, "at": NOON}
    take_calls(room, known)
    send_units(room, known)
    keep_the_ground(room, known)
    keep_the_room(room, known)
    desk.add_account(room, "budi", ["planner"], **known)
    desk.change_account(room, "budi", roles=["bpbd"], agency=None, active=False, **known)
    desk.reset_password(room, "budi", **known)
    with pytest.raises(WrongPassword):
        desk.sign_in(room, "ani", "salah", at=NOON)
    desk.sign_out(room, begun.token, **known)


def take_calls(room: Room, known) -> None:
    first = desk.take_call(room, **FIRE, phone="0800-uji", caller_name="nama uji", **known)
    second = desk.take_call(room, **FIRE, **known)
    desk.discard_call(room, "", "silent", **known)
    again = desk.call_again(room, first.id, text="api membesar", **known)
    desk.unlink_call(room, again.id, **known)
    desk.link_call(room, again.id, second.id, **known)
    desk.join(room, second.id, first.id, **known)
    desk.part(room, second.id, **known)
    waiting = desk.receive_call(room, "Waiheru", **known)
    desk.take_call(room, **FIRE, waiting=waiting.id, **known)
    desk.relocate(room, first.id, 128.2, -3.69, **known)
    desk.regrade(room, first.id, severity="high", **known)
    desk.answer_questions(room, first.id, {}, **known)
    desk.add_note(room, first.id, "catatan uji", **known)
    desk.look_at(room, "browser-uji", first.id, **known)


def send_units(room: Room, known) -> None:
    (case,) = [row.incident for row in desk.open_incidents(room)][:1]
    shown = desk.options(room, lon=128.2, lat=-3.69, type_code="fire_building", **known)
    sent = desk.assign(room, case.id, ENGINE, recommendation_id=shown.id, **known)
    for n, status in enumerate(("accepted", "en_route", "on_scene", "cleared"), 1):
        at = NOON + timedelta(minutes=n)
        desk.move_assignment(room, sent.id, status, by=known["by"], at=at)
    declined = desk.assign(room, case.id, OTHER, **known)
    desk.move_assignment(room, declined.id, "declined", **known)
    desk.withdraw(room, desk.assign(room, case.id, THIRD, **known).id, **known)
    desk.move_incident(room, case.id, "closed", **known)
    desk.move_incident(room, case.id, "awaiting_unit", **known)


def keep_the_ground(room: Room, known) -> None:
    desk.set_unit_status(room, OTHER, "off_duty", **known)
    desk.record_fix(room, ENGINE, 128.2, -3.69, **known)
    desk.confirm_station(room, desk.stations(room)[0].id, 128.2, -3.69, **known)
    closed = desk.close_road(
        room, {"type": "Polygon", "coordinates": AREA}, reason="banjir", **known
    )
    desk.open_road(room, int(closed.id), **known)
    (said, *_) = desk.suggestions(room)
    desk.settle_suggestion(room, said.id, accepted=False, **known)
    place = desk.PlaceNameRow(name="Uji", kind="kampung", lon=128.19, lat=-3.69)
    desk.delete_place_name(room, desk.save_place_name(room, place, **known), **known)


def keep_the_room(room: Room, known) -> None:
    now = shift_at(NOON)
    desk.plan_shift(room, now, {"ani": "kendali"}, [ENGINE], **known)
    desk.start_shift(room, **known)
    note = desk.write_handover(room, "catatan uji", **known)
    desk.take_over(room, note.id, by="budi", at=NOON)
    new = {"agency": "damkar", "profile": "fire_engine", "capabilities": ["fire_attack"]}
    desk.add_unit(room, "UJI-1", home=(128.2, -3.69), **new, **known)
    desk.move_unit_home(room, "UJI-1", 128.19, -3.69, **known)
    desk.retire_unit(room, "UJI-1", **known)
    desk.add_type(room, name_id="Uji", name_en="Test", like="flood", **known)
    key = desk.add_key(room, "uji", ["crew"], agency="damkar", **known)
    desk.program(room, key, at=NOON)
    desk.revoke_key(room, "uji", **known)
    hook, _ = desk.add_webhook(room, "http://127.0.0.1:9/", **known)
    deliver_next(room)
    desk.remove_webhook(room, hook, **known)
    desk.reveal_caller(room, 1, **known)
    desk.erase_callers(room, timedelta(days=1), by=known["by"], at=NOON)
