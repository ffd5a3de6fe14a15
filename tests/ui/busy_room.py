"""A room with everything on it that a page can show; all of it invented."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dispatch import desk
from dispatch.bmkg_poll import Poller
from dispatch.room import Room
from dispatch.shift import shift_at
from dispatch.store import seed
from geo.crs import to_utm, to_wgs84

BMKG = Path(__file__).parents[1] / "data" / "bmkg"
SLOPE = to_utm(128.1936, -3.6891)
FIRE = {"lon": 128.19405, "lat": -3.68912, "level": "kampung", "radius_m": 120.0}
STREET = {
    "type": "LineString",
    "coordinates": [[128.1905, -3.6925], [128.1925, -3.6915], [128.1942, -3.6898]],
}
BRIDGE = {
    "type": "Polygon",
    "coordinates": [
        [[128.19, -3.668], [128.2, -3.668], [128.2, -3.658], [128.19, -3.658], [128.19, -3.668]]
    ],
}
EVERYTHING = ("supervisor", "admin", "planner", "bpbd")


def fill(room: Room, by: str = "operator") -> str:
    """Let an evening happen; returns the code of the fire that two units went to."""
    now = datetime.now(UTC)
    seed.seed_if_empty(room.store, room.ground.data, at=now)
    fire = desk.take_call(
        room, text="RT 004/RW 003 Batu Merah Dalam", type_code="fire_building", severity="high",
        phone="0812-0000-0042", caller_name="Nama Contoh", note="Asap tebal dari lantai dua",
        **FIRE, by=by, at=now - timedelta(minutes=11),
    )  # fmt: skip
    for unit, steps in (("DAMKAR-MAKO-1", ("accepted", "en_route", "on_scene")), ("PSC-1", ())):
        sent = desk.assign(room, fire.id, unit, by=by, at=now - timedelta(minutes=10))
        for n, step in enumerate(steps):
            at = now - timedelta(minutes=9 - 2 * n)
            desk.move_assignment(room, sent.id, step, by=by, at=at)
    desk.add_note(room, fire.id, "Hidran di depan masjid", by=by, at=now - timedelta(minutes=6))
    for n in range(3):
        lon, lat = to_wgs84(SLOPE[0] + 200 * n - 900, SLOPE[1] - 900)
        desk.take_call(
            room, text="air naik di tepi kali", type_code="flood", lon=lon, lat=lat, level="point",
            radius_m=0.0, by=by, at=now - timedelta(hours=3 - n),
        )  # fmt: skip
    desk.close_road(room, STREET, reason="Longsor menutup jalan", by=by, at=now)
    desk.close_road(room, BRIDGE, reason="Jembatan diperiksa", by=by, at=now)
    desk.receive_call(room, "Pohon tumbang dekat SD di Hative Kecil", by="latihan", at=now)
    everyone = [one.call_sign for one in desk.units(room, now)]
    desk.plan_shift(room, shift_at(now), {}, everyone[:-3], by=by, at=now)
    desk.write_handover(room, "Pompa pos Passo sedang diperbaiki.", by=by, at=now)
    return fire.code


def keep_bmkg(folder: Path, now: datetime) -> None:
    """Leave on disk what a poller would have, with a warning that is still in force."""
    Poller(folder, "http://127.0.0.1:1/", "http://127.0.0.1:1/").round(now)  # it is not reached
    for path in (*BMKG.glob("*.json"), *BMKG.glob("*_alert.xml")):
        name = path.name if path.suffix == ".json" else f"cap-{path.name}"
        shutil.copy(path, folder / name)
        about = {"etag": "", "modified": "", "problem": "away"}
        then = (now - timedelta(minutes=42)).isoformat()
        about |= {"fetched_at": then, "asked_at": then}
        (folder / f"{name}.about").write_text(json.dumps(about))
    warning = folder / "cap-CMA20261124001_alert.xml"
    later = (now + timedelta(hours=2)).isoformat(timespec="seconds")
    warning.write_text(warning.read_text().replace("2026-11-24T13:00:00+07:00", later))
