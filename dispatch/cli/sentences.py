"""The CLI's one table from a refusal to a sentence: Indonesian first, English second."""

from collections.abc import Callable
from typing import Any, NoReturn

from dispatch.cli.fail import bad_input, failed
from dispatch.errors import (
    BadClosures,
    BadCoordinates,
    BadDataFile,
    BadFeed,
    BadInput,
    BadLayer,
    BadMonth,
    BadSetting,
    BadTime,
    BadUnitsFile,
    BadValue,
    CallSignTaken,
    DatabaseAway,
    DatabaseDown,
    DatabaseFull,
    DispatchError,
    DoesNotReconcile,
    EmptyText,
    HandoverTaken,
    HasStation,
    IllegalMove,
    JournalDamaged,
    JournalFailed,
    KeyNameTaken,
    LastAdmin,
    LockedOut,
    LoginTaken,
    NobodyAnswers,
    NobodyBrings,
    NotAllowed,
    NothingPlanned,
    NotReplayed,
    NoUnitAvailable,
    OutsideArea,
    OwnerNeeded,
    OwnHandover,
    PasswordToChange,
    PlaceUnclear,
    SignedOut,
    Stale,
    TextTooLong,
    TrainingInUse,
    UnitAssigned,
    UnitBusy,
    UnitOffDuty,
    UnitsStillOut,
    UnknownIncident,
    UnknownRow,
    UnknownType,
    UnknownUnit,
    WeakPassword,
    WordTaken,
    WrongPassword,
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
    BadMonth: lambda e: (
        f"Bulan {e.value} belum mulai. / That month has not begun."
        if e.ahead
        else f"Bulan tidak sah: {_short(e.value)}; tulis TAHUN-BULAN, misalnya 2025-10."
        " / Not a month: write YYYY-MM."
    ),
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
    BadFeed: lambda e: (
        f"Kiriman BMKG {_short(e.feed)} tidak terbaca: {e.reason}. / It cannot be read."
    ),
    BadLayer: lambda e: f"Lapisan {_short(e.name)} ditolak: {e.reason}. / The layer is refused.",
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
    WordTaken: lambda e: f"{_short(e.word)} sudah berarti {e.owner}. / It already means {e.owner}.",
    NobodyAnswers: lambda e: (
        f"{e.type}: kartu tanggap tanpa baris untuk instansi utama atau pendukung."
        " / No line of the run card is for the lead or a supporting agency."
    ),
    NobodyBrings: lambda e: (
        f"{e.type}: pertanyaannya dapat meminta {e.need}; hanya baris kartu itu yang membawanya."
        f" / Its questions may ask for {e.need}, which only that line brings."
    ),
    NotAllowed: lambda e: f"{e.by} tidak boleh: {e.action}. / Not allowed.",
    NothingPlanned: lambda e: (
        f"Belum ada rencana untuk regu {e.shift} ({e.begins_at:%Y-%m-%d %H:%M} UTC)."
        " / Nothing is planned for this shift."
    ),
    HandoverTaken: lambda e: (
        f"Sudah diterima {e.by} pada {e.at:%H:%M} UTC. / {e.by} has taken it over already."
    ),
    OwnHandover: lambda _: (
        "Catatan sendiri diterima oleh regu berikutnya. / The next shift takes over your note."
    ),
    CallSignTaken: lambda e: (
        f"{e.call_sign} sudah dipakai, atau pernah dipakai. / The call sign is in use, or was."
    ),
    HasStation: lambda e: (
        f"{e.call_sign} berumah di {e.station}; pindahkan posnya."
        f" / {e.call_sign} is at home at {e.station}; move the station."
    ),
    WrongPassword: lambda e: "Nama atau kata sandi salah. / Wrong login or password.",  # noqa: ARG005
    LockedOut: lambda e: (
        f"Akun ditutup sampai {e.until:%H:%M} UTC. / Too many wrong passwords: locked until then."
    ),
    SignedOut: lambda e: f"Sesi sudah berakhir ({e.why}). / The session has ended.",
    PasswordToChange: lambda e: (  # noqa: ARG005
        "Ganti dulu kata sandi sekali pakai. / Replace the one-time password first."
    ),
    WeakPassword: lambda e: (
        f"Kata sandi paling sedikit {e.least} huruf dan bukan nama akun."
        f" / A password has at least {e.least} characters and is not the login."
    ),
    LoginTaken: lambda e: f"Akun {_short(e.login)} sudah ada. / It is taken.",
    LastAdmin: lambda e: f"{e.login} admin terakhir. / It is the last admin.",
    KeyNameTaken: lambda e: (
        f"Kunci bernama {_short(e.name)} sudah pernah ada. / A key has, or had, this name."
    ),
    TrainingInUse: lambda e: (
        f"Ruang latihan masih dibuka ({e.connections} sambungan); hentikan dulu."
        " / The training room is still open: stop it first."
    ),
    DoesNotReconcile: lambda e: (
        f"Angka laporan tidak cocok: {'; '.join(e.faults)}. Laporan tidak dibuat."
        " / The figures do not reconcile: no report was made."
    ),
    OwnerNeeded: lambda e: (
        "Skema basis data hanya boleh diubah pemiliknya: jalankan `ambon112 migrate`"
        f" dengan AMBON112_OWNER_URL ({e.reason})."
        " / The schema has to be changed by its owner: run `ambon112 migrate` with their URL."
    ),
    DatabaseDown: lambda e: (
        f"Basis data tidak menjawab ({e.reason}). / The database does not answer."
    ),
    DatabaseFull: lambda e: (
        f"Disk basis data penuh ({e.reason}): tidak ditulis. / Its disk is full: not written."
    ),
    DatabaseAway: lambda e: (
        f"Basis data tidak terjangkau ({e.reason}). / The database is out of reach."
    ),
    JournalFailed: lambda e: (
        f"Buku harian tidak dapat ditulis ({e.reason}). / The journal cannot be written."
    ),
    NotReplayed: lambda e: (
        f"Yang dirujuk ({e.action}) belum masuk. / What it is about did not come in."
    ),
    JournalDamaged: lambda e: (
        f"Buku harian rusak; sisanya di {e.file}. / A damaged journal; the rest lies there."
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
