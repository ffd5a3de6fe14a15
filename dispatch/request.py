"""What was asked when the room ranked its units: enough to ask the same a year later."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from dispatch.recommend import LonLat, RankBy
from dispatch.run_card import NO_CHANGES, Changes
from dispatch.scripts import Extra
from dispatch.speeds import NOTHING_LEARNT, Corrections, Factor
from dispatch.unit import PositionBasis, Unit, UnitStatus
from geo.closures import Closure, read_closures, write_closures


@dataclass(frozen=True, slots=True)
class Request:
    """
    Everything a recommendation follows from, besides the network, the profiles and the catalogue.

    `scene` lon, lat; `radius_m` how far the true place may lie from it (0: a point); `at` the
    room's clock, with a zone; `closures` those in force then; `routes` how many options get
    their line; `coverage` whether people left behind are counted; `extra` what the caller's answers
    put on the run card.
    """

    scene: LonLat
    type_code: str
    units: Sequence[Unit]
    at: datetime
    severity: str | None = None
    radius_m: float = 0.0
    limit: int = 5
    routes: int = 3
    rank_by: RankBy = RankBy.TIME
    coverage: bool = True
    closures: Sequence[Closure] = ()
    corrections: Corrections = NOTHING_LEARNT
    changes: Changes = NO_CHANGES
    incident_id: int | None = None
    extra: Sequence[Extra] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the request as plain JSON."""
        return {
            "scene": list(self.scene),
            "type": self.type_code,
            "severity": self.severity,
            "radius_m": self.radius_m,
            "at": self.at.isoformat(),
            "limit": self.limit,
            "routes": self.routes,
            "rank_by": self.rank_by.value,
            "coverage": self.coverage,
            "incident_id": self.incident_id,
            "extra": [asdict(one) for one in self.extra],
            "units": [_unit_json(unit) for unit in self.units],
            "closures": write_closures(self.closures),
            "corrections": _corrections_json(self.corrections),
            "changes": {
                "left_out": sorted(self.changes.left_out),
                "insisted": dict(sorted(self.changes.insisted.items())),
            },
        }

    @staticmethod
    def from_json(said: Mapping[str, Any]) -> "Request":
        """Read a request back; the inverse of `as_json`."""
        lon, lat = said["scene"]
        return Request(
            scene=(lon, lat),
            type_code=said["type"],
            severity=said["severity"],
            radius_m=said["radius_m"],
            at=datetime.fromisoformat(said["at"]),
            limit=said["limit"],
            routes=said["routes"],
            rank_by=RankBy(said["rank_by"]),
            coverage=said["coverage"],
            incident_id=said["incident_id"],
            extra=tuple(
                Extra(one["need"], one["count"], tuple(one["agencies"]))
                for one in said.get("extra", ())
            ),
            units=tuple(_unit(one) for one in said["units"]),
            closures=tuple(read_closures(said["closures"])),
            corrections=_corrections(said["corrections"]),
            changes=Changes(frozenset(said["changes"]["left_out"]), said["changes"]["insisted"]),
        )


def _unit_json(unit: Unit) -> dict[str, Any]:
    """Return a unit as plain JSON."""
    said = asdict(unit)
    said["capabilities"] = sorted(unit.capabilities)
    said["fix_at"] = unit.fix_at.isoformat() if unit.fix_at else None
    return said


def _unit(said: Mapping[str, Any]) -> Unit:
    """Read a unit back."""
    return Unit(
        **{
            **said,
            "capabilities": frozenset(said["capabilities"]),
            "status": UnitStatus(said["status"]),
            "position_basis": PositionBasis(said["position_basis"]),
            "fix_at": datetime.fromisoformat(said["fix_at"]) if said["fix_at"] else None,
        }
    )


def _corrections_json(corrections: Corrections) -> dict[str, Any]:
    """Return what was learnt as plain JSON; keys are written "profile/time of day"."""
    return {
        "factors": {
            "/".join(key): {name: [one.factor, one.drives] for name, one in by_class.items()}
            for key, by_class in corrections.factors.items()
        },
        "spread": {"/".join(key): list(points) for key, points in corrections.spread.items()},
        "drives": corrections.drives,
    }


def _corrections(said: Mapping[str, Any]) -> Corrections:
    """Read what was learnt back."""
    return Corrections(
        factors={
            _key(key): {name: Factor(*one) for name, one in by_class.items()}
            for key, by_class in said["factors"].items()
        },
        spread={_key(key): (points[0], points[1]) for key, points in said["spread"].items()},
        drives=said["drives"],
    )


def _key(written: str) -> tuple[str, str]:
    """Read "profile/time of day"."""
    profile, _, time = written.partition("/")
    return profile, time
