"""The CLI's one table from a refusal to a sentence: Indonesian first, English second."""

from collections.abc import Callable
from typing import Any, NoReturn

from dispatch.cli.fail import bad_input, failed
from dispatch.errors import (
    BadClosures,
    BadCoordinates,
    BadDataFile,
    BadInput,
    BadSetting,
    BadTime,
    BadUnitsFile,
    BadValue,
    DatabaseDown,
    DispatchError,
    EmptyText,
    IllegalMove,
    NotAllowed,
    NoUnitAvailable,
    OutsideArea,
    PlaceUnclear,
    Stale,
    TextTooLong,
    UnitAssigned,
    UnitBusy,
    UnitOffDuty,
    UnitsStillOut,
    UnknownIncident,
    UnknownRow,
    UnknownType,
    UnknownUnit,
)

_SENTENCES: dict[type[DispatchError], Callable[[Any], str]] = {
    EmptyText: lambda e: f"{e.field} kosong. / {e.field} is empty.",
    TextTooLong: lambda e: (
        f"{e.field} terlalu panjang: {e.length} karakter, paling banyak {e.limit}."
        f" / {e.field} is too long: at most {e.limit} characters."
    ),
    BadCoordinates: lambda e: (
        f"Koordinat terbalik: {_short(e.lon)}, {_short(e.lat)}; tulis LON,LAT."
        " / The coordinates are swapped: write LON,LAT."
        if e.swapped
        else f"Bukan koordinat LON,LAT: {_short(e.lon)}{_and(e.lat)}."
        " / Not a longitude and latitude."
    ),
    OutsideArea: lambda e: f"Terlalu jauh dari Ambon: {e.lon:g}, {e.lat:g}. / Too far from Ambon.",
    PlaceUnclear: lambda e: (
        f"Tempat belum jelas ({e.status}): {'; '.join(e.candidates) or '-'}; sebutkan lon dan lat."
        " / The place is not clear: give lon and lat."
    ),
    BadTime: lambda e: f"Waktu tidak sah: {_short(e.value)}. / Not a valid time.",
    BadValue: lambda e: (
        f"{e.field} tidak dikenal: {_short(e.value)}{_known(e.known)}. / Unknown {e.field}."
    ),
    UnknownType: lambda e: (
        f"Jenis kejadian tidak dikenal: {_short(e.code)}{_known(e.known)}. / Unknown incident type."
    ),
    UnknownUnit: lambda e: f"Tidak ada unit {_short(e.call_sign)}. / No such unit.",
    UnknownIncident: lambda e: f"Tidak ada kejadian {e.id}. / No such incident.",
    UnknownRow: lambda e: f"Tidak ada {e.kind} {_short(e.id)}. / No such {e.kind}.",
    BadDataFile: lambda e: f"Berkas data rusak: {e.path} ({e.reason}). / Bad data file.",
    BadUnitsFile: lambda e: (
        f"Berkas unit: {e.path}{f', baris/line {e.line}' if e.line else ''}: {e.reason}."
    ),
    BadClosures: lambda e: (
        f"Penutupan jalan tidak terbaca{f' ({e.path})' if e.path else ''}: {e.reason}."
        " / The closures cannot be read."
    ),
    BadSetting: lambda e: f"Pengaturan {e.name} salah: {_short(e.value)}. / Bad setting.",
    UnitBusy: lambda e: (
        f"{e.call_sign} sudah dikirim oleh {e.by} ke {e.incident} pada {e.at:%H:%M} UTC."
        f" / {e.call_sign} was already sent by {e.by} to {e.incident}."
    ),
    UnitOffDuty: lambda e: f"{e.call_sign} tidak siaga ({e.status}). / It is not on duty.",
    UnitAssigned: lambda e: f"{e.call_sign} sedang bertugas ({e.incident}). / It is assigned.",
    IllegalMove: lambda e: (
        f"{e.kind}: {e.from_status} tidak dapat menjadi {e.to_status}."
        f" / {e.kind} cannot go from {e.from_status} to {e.to_status}."
    ),
    UnitsStillOut: lambda e: (
        f"{e.incident}: unit masih bertugas: {', '.join(e.call_signs)}. / Units are still out."
    ),
    Stale: lambda e: (
        f"{e.kind} {e.id} sudah diubah orang lain; muat ulang. / Changed by someone else."
    ),
    NoUnitAvailable: lambda e: (
        "Tidak ada unit yang bisa dikirim. / No unit can be sent."
        + "".join(f"\n  {call_sign}: {why}" for call_sign, why in e.passed_over.items())
    ),
    NotAllowed: lambda e: f"{e.by} tidak boleh: {e.action}. / Not allowed.",
    DatabaseDown: lambda e: (
        f"Basis data tidak menjawab ({e.reason}). / The database does not answer."
    ),
}


def sentence(refusal: DispatchError) -> str:
    """Return the sentence for a refusal."""
    say = _SENTENCES.get(type(refusal))
    return say(refusal) if say else str(refusal)


def refuse(refusal: DispatchError) -> NoReturn:
    """Say the sentence and exit: 2 when the input is at fault, 1 when the state of things is."""
    (bad_input if isinstance(refusal, BadInput) else failed)(sentence(refusal))


def _short(value: object) -> str:
    """Show what was typed, but never ten thousand characters of it."""
    text = repr(value) if isinstance(value, str) else f"{value}"
    return text if len(text) <= 60 else text[:57] + "..."


def _and(value: object) -> str:
    """Show the second of two values, if there is one."""
    return "" if value is None else f", {_short(value)}"


def _known(known: tuple[str, ...]) -> str:
    """List what is known, or closest."""
    return f"; yang ada / known: {', '.join(known)}" if known else ""
