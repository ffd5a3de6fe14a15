"""A month of work through the real desk: calls of every kind, joins, units, closures."""

import random
from datetime import UTC, datetime, timedelta

from dispatch import desk
from dispatch.room import Room
from geo.kelurahan import load_boundaries

BEGINS = datetime(2026, 10, 31, 15, 0, tzinfo=UTC)  # midnight of 1 November in Ambon
ENDS = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
MINUTES = int((ENDS - BEGINS) / timedelta(minutes=1))
TYPES = {
    "fire_building": ("damkar", 5),
    "medical": ("health", 12),
    "traffic_accident": ("polresta", 7),
    "flood": ("bpbd", 6),
    "landslide": ("bpbd", 3),
    "fallen_tree": ("bpbd", 4),
    "power_fault": (None, 4),  # PLN is told by telephone
    "animal": ("damkar", 3),
}
OUTSIDE = (128.32, -3.63)  # Suli, in Maluku Tengah
SECRETS = ("0812-0000-0001", "Nama Penelepon", "=rumah Pak Fulan", "catatan rahasia")
STEPS = ("accepted", "en_route", "on_scene", "cleared")


class Month:
    """Works at the desk as `by`; every draw comes from one seed."""

    def __init__(self, room: Room, seed: int = 112) -> None:
        self.room, self.draw = room, random.Random(seed)
        self.fleet: dict[str, list[str]] = {}
        for one in desk.units(room, BEGINS):
            self.fleet.setdefault(one.agency, []).append(one.call_sign)
        self.homes = [
            (round(p.x, 6), round(p.y, 6))
            for p in (
                self.room.ground.boundaries.polygon(k.code).representative_point()
                for k in load_boundaries()
            )
        ]

    def take(self, at: datetime, type_code: str, *, waiting: int | None = None) -> int:
        """Take a call somewhere in the city, now and then outside it."""
        lon, lat = self.draw.choice(self.homes[:30]) if self.draw.random() < 0.95 else OUTSIDE
        spread = self.draw.uniform(-0.003, 0.003), self.draw.uniform(-0.003, 0.003)
        return desk.take_call(
            self.room, text=SECRETS[2], type_code=type_code, lon=lon + spread[0],
            lat=lat + spread[1], level="point", radius_m=0, phone=SECRETS[0],
            caller_name=SECRETS[1], note=SECRETS[3], waiting=waiting, by="uji", at=at,
            severity=self.draw.choice((None, "low", "high")),
        ).id  # fmt: skip

    def send(self, incident: int, agency: str, at: datetime) -> None:
        """Send a unit, press its milestones; some decline, some stamps are never pressed."""
        sent = desk.assign(
            self.room, incident, self.draw.choice(self.fleet[agency]), by="uji", at=at
        )
        if self.draw.random() < 0.1:
            desk.move_assignment(self.room, sent.id, "declined", by="uji", at=at)
            return
        if self.draw.random() < 0.1:
            desk.withdraw(self.room, sent.id, by="uji", at=at + timedelta(minutes=1))
            return
        for step in STEPS:
            at += timedelta(seconds=self.draw.randrange(20, 700))
            desk.move_assignment(self.room, sent.id, step, by="uji", at=at)

    def end(self, incident: int, at: datetime) -> None:
        """Close an incident in one of the ways there are, or leave it open."""
        how = self.draw.choice(("handled", "handled", "handled", "referred", "unfounded", None))
        if how:
            desk.move_incident(self.room, incident, "closed", disposition=how, by="uji", at=at)


def work_a_month(room: Room, calls: int = 60, seed: int = 112) -> None:
    """Take that many incidents' calls and more, over November 2026; the edges are tried too."""
    month = Month(room, seed)
    kinds, weights = zip(*((code, n) for code, (_, n) in TYPES.items()), strict=True)
    for minute in sorted(month.draw.choices(range(MINUTES), k=calls)):
        at = BEGINS + timedelta(minutes=minute)
        type_code = month.draw.choices(kinds, weights)[0]
        incident = month.take(at, type_code)
        if month.draw.random() < 0.25:
            desk.call_again(room, incident, text="", by="uji", at=at + timedelta(minutes=1))
        if month.draw.random() < 0.4:
            what = month.draw.choice(("prank", "silent", "information"))
            desk.discard_call(room, "", what, by="uji", at=at)
        agency = TYPES[type_code][0]
        if agency and month.draw.random() < 0.9:
            month.send(incident, agency, at + timedelta(seconds=month.draw.randrange(5, 150)))
        if month.draw.random() < 0.15:
            again = month.take(at + timedelta(minutes=2), type_code)
            desk.join(room, again, incident, by="uji", at=at + timedelta(minutes=3))
        month.end(incident, at + timedelta(hours=2))
    _edges(month)
    _closures(room)


def _edges(month: Month) -> None:
    """Try both ends of the month: calls that wait over midnight, incidents on the last minute."""
    room, second = month.room, timedelta(seconds=1)
    before = desk.receive_call(room, "", by="uji", at=BEGINS - 2 * second)
    month.take(BEGINS, "medical", waiting=before.id)
    month.take(BEGINS - second, "medical")
    after = desk.receive_call(room, "", by="uji", at=ENDS - second)
    month.take(ENDS, "medical", waiting=after.id)
    month.take(ENDS - second, "flood")
    lost = month.take(ENDS - 9 * second, "medical")
    (opening,) = desk.incident(room, lost).calls
    desk.unlink_call(room, opening.id, by="uji", at=ENDS - 8 * second)
    month.take(ENDS - 7 * second, "medical", waiting=opening.id)  # `lost` has no call any more
    desk.receive_call(room, "", by="uji", at=ENDS - 6 * second)
    for n in range(3):  # one flood
        desk.take_call(
            room, text="uji", type_code="flood", lon=128.1936, lat=-3.6891 + n / 2000,
            level="point", radius_m=0, by="uji", at=BEGINS + timedelta(days=9, hours=n),
        )  # fmt: skip


def _closures(room: Room) -> None:
    """Close roads before, in and after the month; with reasons that must not be printed."""
    for lon, begins, days in ((128.19, -3, 5), (128.20, 3, 2), (128.21, 20, None), (128.18, -9, 2)):
        at = BEGINS + timedelta(days=begins)
        desk.close_road(
            room, {"type": "Point", "coordinates": [lon, -3.69]}, reason=SECRETS[3],
            from_at=at, until_at=at + timedelta(days=days) if days else None, by="uji", at=at,
        )  # fmt: skip
