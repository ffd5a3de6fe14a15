"""What a month's report says in sentences: its head, its warnings, how it was made (pure)."""

from datetime import datetime

from dispatch.analytics.rates import LEAST_INCIDENTS
from dispatch.analytics.response import Leg
from dispatch.monthly.figures import Figures
from dispatch.monthly.material import Material, Report
from dispatch.monthly.tables import minutes, percent
from dispatch.monthly.words import CREDIT, clock, day, number

CENTRE = "Pusat Layanan Darurat 112 Kota Ambon"
FILTER = "Semua jenis, instansi dan wilayah; kejadian ganda dihitung satu kali"


def title(of: Material) -> str:
    """Return what the report is called."""
    return f"Laporan bulanan 112 – {of.now.period.month.name}"


def file_name(report: Report, ending: str) -> str:
    """Return what a file is called: laporan-2025-10.pdf; a training room's says so."""
    exercise = "latihan-" if report.material.training else ""
    return f"{exercise}laporan-{report.material.now.period.month}.{ending}"


def status(of: Material) -> str:
    """Return whether the month is whole: "sementara, sampai ..." while it runs."""
    exercise = "LATIHAN, bukan data sebenarnya. " if of.training else ""
    if of.now.period.running:
        return f"{exercise}Sementara, sampai {clock(of.now.period.until_at)}"
    return f"{exercise}Bulan penuh"


def head(of: Material) -> list[tuple[str, str]]:
    """Return what stands at the top: period, status, what is counted, how many, when made."""
    period = of.now.period
    month = f"{day(period.month.from_at)} 00:00 WIT sampai"
    until = clock(period.until_at) if period.running else f"akhir {period.month.name}"
    room = f"{number(of.now.calls)} panggilan, {number(of.now.own.n)} kejadian ruang 112"
    told = f"{number(of.now.public.n)} laporan publik"
    counts = [
        room if of.room_knows(of.now) else "belum ada catatan ruang 112",
        told if of.public_known(of.now) else "laporan publik tidak dikumpulkan",
    ]
    return [
        ("Periode", f"{month} {until}"),
        ("Status", status(of)),
        ("Cakupan", FILTER),
        ("Jumlah", ", ".join(counts)),
        ("Dibuat", f"{clock(of.made_at)}, dari catatan {CENTRE}"),
    ]


def warnings(of: Material) -> list[str]:
    """Return what a reader must know before the figures."""
    lines = []
    if of.now.empty:
        lines.append(
            "Tidak ada panggilan, kejadian, atau laporan publik yang tercatat pada bulan ini."
        )
    began = of.spans.room_from
    if began is None:
        lines.append("Ruang 112 belum mencatat panggilan atau kejadian apa pun.")
    elif not of.room_knows(of.now):
        lines.append(
            f"Ruang 112 belum mencatat apa pun pada bulan ini; catatan pertamanya {clock(began)}."
        )
    for one in (of.now, of.before, of.year_ago):
        if began is not None and _begins_in(began, one):
            name = one.period.month.name
            lines.append(f"Catatan ruang 112 mulai {clock(began)}: {name} tidak utuh.")
    last = of.spans.public_until
    if last is not None and not of.public_known(of.now):
        lines.append(f"Laporan publik untuk bulan ini tidak dikumpulkan (terakhir {day(last)}).")
    return lines


def _begins_in(began: datetime, some: Figures) -> bool:
    return some.period.month.from_at < began < some.period.month.until_at


def findings(of: Material) -> list[str]:
    """Return the figures a council asks for first, as sentences."""
    lines = []
    now, clocks = of.now, of.times.of("", Leg.RESPONSE)
    if now.calls:
        idle = now.kinds["prank"] + now.kinds["silent"]
        lines.append(
            f"{number(now.calls)} panggilan masuk; {number(idle)} di antaranya iseng atau senyap."
        )
    if now.own.n:
        duplicates = number(now.bridge.duplicates)
        lines.append(
            f"{number(now.own.n)} kejadian tercatat di ruang 112; {duplicates} kejadian ganda "
            "digabung dengan induknya dan tidak dihitung dua kali."
        )
    if clocks.n_used:
        lines.append(
            f"Unit instansi penjuru tiba dalam 15 menit pada {number(clocks.n_within)} dari "
            f"{number(clocks.n_used)} kejadian ({number(percent(clocks))} %); median "
            f"{number(minutes(clocks.median_s))} menit, persentil 90 "
            f"{number(minutes(clocks.p90_s))} menit. {number(clocks.n_missing)} kejadian tanpa cap "
            "waktu lengkap tidak dipakai."
        )
    if now.public.n:
        lines.append(
            f"{number(now.public.n)} laporan publik dari media, dihitung terpisah dari kejadian "
            "ruang 112."
        )
    return lines


def method(of: Material) -> list[str]:
    """Return how the figures were made."""
    left_out = of.totals.left_out
    return [
        "Bulan, hari dan jam menurut WIT (UTC+9). Kejadian masuk bulan saat dibuka, panggilan saat "
        "diterima, unit saat diperintah. Keadaan (akhir penanganan, tempat) seperti saat laporan "
        "dibuat.",
        "Kejadian ganda (digabung dengan kejadian lain) tidak dihitung lagi. Laporan publik "
        "berasal dari media, tidak lengkap, dan tidak ditambahkan pada kejadian ruang 112: "
        "keduanya bisa tentang hal yang sama.",
        f"{number(of.now.public_duplicates)} laporan publik ganda dan {number(left_out)} baris "
        "data buatan tidak dihitung.",
        "Waktu tanggap: dari laporan pertama sampai unit pertama instansi penjuru tiba, dari cap "
        "waktu ruang 112 sendiri. Cap yang tidak ada atau tidak berurutan tidak diisi.",
        "Peta kepadatan menghaluskan kejadian sejauh 500 m, supaya tidak menunjuk rumah, dan hanya "
        f"dibuat mulai {LEAST_INCIDENTS} kejadian. Batas kelurahan: wilayah_boundaries (MIT); "
        f"jalan: {CREDIT}.",
        "Laporan ini tidak memuat data penelepon, alamat, atau catatan petugas. Setiap tabel "
        "dijumlahkan dan dibandingkan; laporan tidak dibuat bila satu angka pun tidak cocok.",
    ]
