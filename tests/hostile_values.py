"""Values nobody should say: words, numbers, shapes, times, and whatever JSON can hold."""

import math
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from dispatch import desk
from dispatch.assignment import AssignmentStatus
from dispatch.incident import Disposition, IncidentStatus, Severity
from dispatch.person import Role
from dispatch.room import Room
from dispatch.unit import UnitStatus

TEXTS = [
    "", " ", "\0", "\x1b[2J", "\r\n", "a\0b", "<script>alert(1)</script>", "]]>", "<![CDATA[",
    "\"><img src=x onerror=alert(1)>", "=cmd|' /C calc'!A0", "+1+1", "-1", "@SUM(A1)", "\t=1",
    "＝1+1", "'; DROP TABLE incident; --", "%s%n", "{0}", "{{7*7}}", "${7*7}", "$\\frac{1}{0}$",
    "![x](http://evil/x.png)", "[x](javascript:alert(1))", "\\", "../../etc/passwd", "\ud800",
    "\udfff x", "\u202egnp.exe", "\u200b", "\ufeff", "\uffff", "💥" * 50, "e\u0301" * 300,
    "a" * 2_001, "x" * 100_000, "null", "NaN", "true", "-0", "1e309", "128.2,-3.7", "-3.7,128.2",
    "RT 004/RW 003 Batu Merah Dalam", "Passo", "6P5FG5WX+XX", "²", "१२", "--help", "-v", "\n" * 50,
]  # fmt: skip
NUMBERS = [0, -1, 1, 2**31, 2**63, -(2**63) - 1, 10**400, 1e308, -1e308, math.inf, -math.inf,
           math.nan, 128.19, -3.69, 180.0001, 90.5, 1e-320]  # fmt: skip


class Hostile:
    """Makes bad values, now and then a good one so that more than the first check is reached."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.good: dict[str, list[Any]] = {
            "severity": [*Severity],
            "disposition": [*Disposition],
            "to": [*AssignmentStatus, *IncidentStatus],
            "status": [*UnitStatus, *AssignmentStatus],
            "roles": [[one.value] for one in Role],
            "lon": [128.19, 128.2],
            "lat": [-3.69, -3.7],
            "level": ["point", "kampung"],
            "kind": ["silent", "prank", "information", "type", "run_card", "normal"],
            "call_sign": ["DAMKAR-MAKO-1"],
            "incident_id": list(range(1, 400)),
            "assignment_id": list(range(1, 50)),
        }

    def learn(self, room: Room) -> "Hostile":
        """Know the room's own words."""
        self.good |= {
            "type_code": list(room.catalogue.types),
            "type": list(room.catalogue.types),
            "code": list(room.catalogue.types),
            "like": list(room.catalogue.types),
            "agency": list(room.catalogue.agencies),
            "lead": list(room.catalogue.agencies),
            "profile": sorted({one.profile for one in desk.units(room)}),
            "call_sign": [one.call_sign for one in desk.units(room)],
        }
        return self

    def text(self) -> str:
        """Return words nobody should say."""
        one = self.chance.choice(TEXTS)
        if self.chance.random() < 0.3:
            points = [self.chance.choice((self.chance.randrange(0x250), 0x202E, 0xD801, 0x1F4A5))
                      for _ in range(self.chance.randrange(40))]  # fmt: skip
            one += "".join(map(chr, points))
        return one + self.chance.choice(TEXTS) if self.chance.random() < 0.2 else one

    def number(self) -> float:
        """Return a number that is none, too large, or by chance a good one."""
        if self.chance.random() < 0.5:
            return self.chance.uniform(-200, 200)
        return self.chance.choice(NUMBERS)

    def anything(self, depth: int = 3) -> Any:
        """Return whatever JSON can hold."""
        pick = self.chance.randrange(7 if depth else 4)
        if pick < 4:
            return (self.text(), self.number(), None, self.chance.random() < 0.5)[pick]
        if pick == 4:
            return [self.anything(depth - 1) for _ in range(self.chance.randrange(4))]
        if pick == 5:
            return {self.text(): self.anything(depth - 1) for _ in range(self.chance.randrange(4))}
        return self.geometry()

    def geometry(self) -> dict[str, Any]:
        """Return what may look like a GeoJSON geometry."""
        kinds = ["Point", "LineString", "Polygon", "MultiPolygon", "GeometryCollection", "x", None]
        corners = [[self.number(), self.number()] for _ in range(self.chance.randrange(6))]
        shape = self.chance.choice(
            [corners, [corners], corners[:1], [128.2, -3.7], self.text(), []]
        )
        return {"type": self.chance.choice(kinds), "coordinates": shape}

    def of(self, name: str, kind: object) -> Any:
        """Return a value for what a form calls `name`."""
        known = self.good.get(name)
        said = str(kind)
        typed = known and not ("int" in said and isinstance(known[0], str))
        if typed and self.chance.random() < 0.6:
            return self.chance.choice(known)
        if "None" in said and self.chance.random() < 0.3:
            return None
        makers: dict[str, Callable[[], Any]] = {
            "Mapping[str, typing.Any]": self.geometry,
            "Mapping": lambda: {self.text(): self.text()},
            "Collection": lambda: [self.text() for _ in range(self.chance.randrange(3))],
            "Iterable": lambda: [self.text() for _ in range(self.chance.randrange(3))],
            "tuple": lambda: (self.number(), self.number()),
            "datetime": self.moment,
            "bool": lambda: self.chance.random() < 0.5,
            "float": self.number,
            "int": lambda: self.chance.choice([0, -1, 1, 7, 2**31, 2**63, -(2**70)]),
        }
        return next((make for word, make in makers.items() if word in said), self.text)()

    def moment(self) -> datetime:
        """Return a time, long ago or yet to come, now and then without a zone."""
        days = timedelta(days=self.chance.randrange(-40_000, 40_000))
        at = datetime(2026, 11, 24, tzinfo=UTC) + days
        return at.replace(tzinfo=None) if self.chance.random() < 0.2 else at
