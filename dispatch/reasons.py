"""Why a unit is offered or passed over, in the words of the room (Indonesian, English)."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from dispatch.catalogue import Catalogue
from dispatch.unit import PositionBasis, Unit, UnitStatus

if TYPE_CHECKING:
    from geo.travel import Trip

_WIT = timezone(timedelta(hours=9))
_ON_FOOT_M = 30.0  # shorter than this nobody calls it a walk

_DUTY = {
    UnitStatus.OFF_DUTY: ("lepas tugas", "off duty"),
    UnitStatus.OUT_OF_SERVICE: ("rusak atau tidak siaga", "out of service"),
}
_STEPS = {
    "dispatched": ("baru ditugaskan", "just assigned"),
    "accepted": ("menerima tugas", "accepted"),
    "en_route": ("menuju lokasi", "en route"),
    "on_scene": ("di lokasi", "on scene"),
    "acting": ("sedang menangani", "at work"),
    "transporting": ("membawa pasien", "transporting"),
    "at_hospital": ("di rumah sakit", "at hospital"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence in both languages."""

    id: str
    en: str

    def then(self, other: "Said") -> "Said":
        """Put another clause behind."""
        return Said(f"{self.id}; {other.id}", f"{self.en}; {other.en}")


def needs(codes: tuple[str, ...], catalogue: Catalogue) -> Said:
    """Name capabilities."""
    known = [catalogue.capabilities[code] for code in codes if code in catalogue.capabilities]
    return Said(", ".join(one.name_id for one in known), ", ".join(one.name_en for one in known))


def offered(unit: Unit, trip: "Trip", serves: tuple[str, ...], catalogue: Catalogue) -> Said:
    """Say why a unit is offered: what it brings, how long, from where, what to mind."""
    agency = catalogue.agencies[unit.agency]
    brings = needs(serves, catalogue)
    time, km = minutes(trip.travel_s), trip.distance_m / 1000
    turnout = f"{agency.turnout_s:.0f} s"
    said = Said(
        f"{agency.short}, {brings.id}; {time.id} lewat jalan ({_comma(km)} km), "
        f"belum termasuk persiapan {turnout}",
        f"{agency.short}, {brings.en}; {time.en} by road ({km:.1f} km), "
        f"turnout {turnout} not included",
    )
    if trip.walk_m >= _ON_FOOT_M:
        said = said.then(
            Said(
                f"{trip.walk_m:.0f} m terakhir jalan kaki (sudah dihitung)",
                f"the last {trip.walk_m:.0f} m on foot (counted)",
            )
        )
    place = position(unit)
    return said.then(place) if place else said


def position(unit: Unit) -> Said | None:
    """Say where a unit's position comes from, unless it simply waits at its station."""
    at = clock(unit.fix_at)
    if unit.position_basis is PositionBasis.FIX:
        return Said(f"posisi dari laporan {at}", f"position as reported at {at}")
    if unit.position_basis is PositionBasis.STALE_FIX:
        return Said(
            f"posisi terakhir {at} sudah lama: dihitung dari pos",
            f"last position of {at} is old: counted from its station",
        )
    return None


def duty(unit: Unit) -> Said:
    """Say why a unit that is not available cannot be sent."""
    if unit.status is UnitStatus.ASSIGNED:
        step_id, step_en = _STEPS.get(unit.assignment_status or "", ("bertugas", "on an incident"))
        code = unit.incident_code or "?"
        return Said(f"sedang pada {code} ({step_id})", f"on {code} ({step_en})")
    duty_id, duty_en = _DUTY[unit.status]
    note = f": {unit.status_note}" if unit.status_note else ""
    return Said(duty_id + note, duty_en + note)


def other_agency(unit: Unit, catalogue: Catalogue) -> Said:
    """Say that the agency neither leads nor supports this type."""
    agency = catalogue.agencies.get(unit.agency)
    short = agency.short if agency else unit.agency
    return Said(
        f"{short} bukan instansi utama atau pendukung untuk jenis ini",
        f"{short} neither leads nor supports this type",
    )


def goes_along(unit: Unit, codes: tuple[str, ...], catalogue: Catalogue) -> Said:
    """Say that the unit is on the run card beside the lead agency."""
    short, brings = catalogue.agencies[unit.agency].short, needs(codes, catalogue)
    return Said(
        f"{short} mendampingi lewat kartu ({brings.id}), bukan pilihan utama",
        f"{short} goes along by the run card ({brings.en}), not as the first choice",
    )


def lacks(asked: tuple[str, ...], catalogue: Catalogue) -> Said:
    """Say which capability is missing."""
    brings = needs(asked, catalogue)
    return Said(f"tidak punya kemampuan {brings.id}", f"cannot do: {brings.en}")


NO_ROAD = Said(
    "tidak ada jalan yang bisa dilaluinya ke lokasi", "no road it can use leads to the scene"
)
CLOSED_OFF = Said(
    "terputus oleh penutupan jalan yang berlaku", "cut off by the road closures in force"
)
SCENE_CUT_OFF = Said(
    "lokasi terputus: semua unit yang cocok terhalang penutupan jalan",
    "the scene is cut off: closures keep every suitable unit away",
)
LEFT_OUT = Said("ditinggalkan oleh petugas", "left out by the dispatcher")


def people_not_counted(places: int) -> Said:
    """Say that people left behind were not counted, because too many units were given."""
    return Said(
        f"warga yang ditinggalkan tidak dihitung: unit berangkat dari lebih dari {places} tempat",
        f"people left behind are not counted: units start from more than {places} places",
    )


def leaves(unit: Unit) -> Said:
    """Say what diverting an en route unit leaves behind."""
    code = unit.incident_code or "?"
    said = Said(f"dialihkan: meninggalkan {code}", f"diverted: it leaves {code}")
    if unit.position_basis is PositionBasis.FIX:
        return said
    return said.then(
        Said(
            "posisi di jalan tidak diketahui, dihitung dari pos",
            "its position on the road is not known, counted from its station",
        )
    )


def minutes(seconds: float) -> Said:
    """Say seconds as minutes and seconds."""
    whole = round(seconds)
    return Said(f"{whole // 60} mnt {whole % 60:02d} dtk", f"{whole // 60} min {whole % 60:02d} s")


def clock(at: datetime | None) -> str:
    """Say a time as Ambon's clock shows it."""
    return at.astimezone(_WIT).strftime("%H:%M WIT") if at else "?"


def _comma(number: float) -> str:
    """Write one decimal the Indonesian way."""
    return f"{number:.1f}".replace(".", ",")
