"""The Indonesian words of a month's report (pure)."""

from datetime import datetime

from dispatch.analytics.response import Leg
from dispatch.call import CallKind
from dispatch.incident import Disposition, Severity
from dispatch.monthly.figures import OUTSIDE, UNKNOWN, Fate
from dispatch.monthly.month import NAMES, Month
from dispatch.shift import WIT, ShiftName

KINDS = {
    CallKind.NORMAL: "Melaporkan kejadian",
    CallKind.DUPLICATE: "Laporan ulang kejadian yang sudah ada",
    CallKind.INFORMATION: "Minta informasi",
    CallKind.SILENT: "Senyap (tanpa suara)",
    CallKind.PRANK: "Iseng",
}
FATES = {
    Fate.OPENED: "Membuka kejadian baru",
    Fate.ADDED: "Ditambahkan pada kejadian yang ada",
    Fate.ANSWERED: "Dijawab (minta informasi)",
    Fate.DISCARDED: "Ditutup (senyap, iseng)",
    Fate.WAITING: "Menunggu, belum dihubungkan",
}
SHIFTS = {
    ShiftName.MORNING: "Pagi 07–14",
    ShiftName.AFTERNOON: "Siang 14–21",
    ShiftName.NIGHT: "Malam 21–07",
    UNKNOWN: "Jam tidak disebut",
}
WEEKDAYS = {
    1: "Senin",
    2: "Selasa",
    3: "Rabu",
    4: "Kamis",
    5: "Jumat",
    6: "Sabtu",
    7: "Minggu",
}
SEVERITIES = {Severity.LOW: "Ringan", Severity.MEDIUM: "Sedang", Severity.HIGH: "Berat"}
DISPOSITIONS = {
    Disposition.HANDLED: "Tertangani",
    Disposition.UNFOUNDED: "Tidak benar",
    Disposition.CANCELLED: "Dibatalkan",
    Disposition.REFERRED: "Dirujuk",
    Disposition.NO_ACTION: "Tanpa tindakan",
    UNKNOWN: "Masih ditangani",
}
PLACES = {OUTSIDE: "Di luar Kota Ambon", UNKNOWN: "Tempat tidak diketahui"}
LEGS = {
    Leg.LOCATED: "Laporan → lokasi diketahui",
    Leg.SENT: "Laporan → unit diperintah",
    Leg.ACCEPTED: "Perintah → diterima unit",
    Leg.TURNOUT: "Diterima → berangkat",
    Leg.DRIVE: "Berangkat → tiba",
    Leg.RESPONSE: "Laporan → tiba (waktu tanggap)",
    Leg.SET_UP: "Tiba → mulai menangani",
    Leg.ACTION: "Laporan → mulai menangani",
    Leg.CONTROLLED: "Laporan → terkendali",
}
SHAPES = {"Point": "titik", "LineString": "ruas", "MultiLineString": "ruas"}
CREDIT = "© OpenStreetMap contributors, ODbL"


def clock(at: datetime) -> str:
    """Return a moment in Ambon: 24-11-2026 12:00 WIT."""
    return f"{moment(at)} WIT"


def moment(at: datetime) -> str:
    """Return a moment in Ambon where the head of a column says WIT."""
    return f"{at.astimezone(WIT):%d-%m-%Y %H:%M}"


def day(at: datetime) -> str:
    """Return a day in Ambon: 24-11-2026."""
    return f"{at.astimezone(WIT):%d-%m-%Y}"


def short(month: Month) -> str:
    """Return a month as a column is headed: Okt 2025."""
    return f"{NAMES[month.month - 1][:3]} {month.year}"


def number(value: float | None) -> str:
    """Return a number with Indonesian marks, measures with one decimal; a dash for none."""
    if value is None:
        return "–"
    written = f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
    return written.translate(str.maketrans(",.-", ".,−"))
