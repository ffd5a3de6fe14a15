"""The tables of a month's report (pure)."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dispatch.analytics.response import JUDGED, Figure, Leg
from dispatch.monthly import words
from dispatch.monthly.figures import UNKNOWN, By, Divided, Figures, Key
from dispatch.monthly.material import Cell, Check, Material, Row, Table
from dispatch.monthly.words import clock, moment

OWN, PUBLIC = "Ruang 112", "Laporan publik"
STANDARD = (
    "SPM kebakaran: 15 menit dari laporan sampai unit pertama instansi penjuru tiba dan mulai "
    "menangani; keduanya dihitung. “Tanpa cap” = cap waktu tidak ada atau tidak berurutan; tidak "
    "diisi dengan perkiraan. Median dan persentil 90 dihitung dari yang dipakai saja."
)


def tables(of: Material) -> dict[str, Table]:
    """Return the tables by key, in the order of the report."""
    makers: Iterable[Callable[[Material], Table]] = (
        summary, kinds, fates, bridge, types, leads, districts, places, shifts, weekdays, hours,
        days, severities, dispositions, legs, response_by_lead, response_by_type, units, targets,
        help_sent, closures, disasters,
    )  # fmt: skip
    made = [make(of) for make in makers]
    return {one.key: one for one in made}


def summary(of: Material) -> Table:
    """Return the month in ten lines, beside the two months it is compared with."""
    some = (of.now, of.before, of.year_ago)
    heads = [words.short(one.period.month) for one in some]
    clocks = [one.of("", Leg.RESPONSE) for one in (of.times, of.times_before, of.times_year_ago)]
    rows = [
        _compared(label, [told(*both) for both in zip(some, clocks, strict=True)])
        for label, told in _summed(of).items()
    ]
    note = "“–” = belum ada catatan atau belum dikumpulkan pada bulan itu; bukan nol."
    if of.now.period.running:
        until = clock(of.now.period.until_at)
        note += f" Bulan berjalan: ketiga bulan dihitung sampai hari dan jam yang sama ({until})."
    columns = ("Ukuran", heads[0], heads[1], "Selisih", heads[2], "Selisih")
    return Table("summary", "Ringkasan", "Ringkasan", columns, tuple(rows), note=note)


def _summed(of: Material) -> dict[str, Callable[[Figures, Figure], Cell]]:
    """Return how each line of the summary is taken from a month."""

    def room(take: Callable[[Figures, Figure], Cell]) -> Callable[[Figures, Figure], Cell]:
        return lambda one, clock: take(one, clock) if of.room_knows(one) else None

    return {
        "Panggilan masuk": room(lambda one, _: one.calls),
        "Kejadian ruang 112": room(lambda one, _: one.own.n),
        "Kejadian ganda (tidak dihitung lagi)": room(lambda one, _: one.bridge.duplicates),
        "Laporan publik (terpisah)": lambda one, _: one.public.n if of.public_known(one) else None,
        "Penugasan unit": room(lambda one, _: one.units.n),
        "Waktu tanggap, median (menit)": room(lambda _, clock: minutes(clock.median_s)),
        "Waktu tanggap, persentil 90 (menit)": room(lambda _, clock: minutes(clock.p90_s)),
        "Tiba dalam 15 menit (%)": room(lambda _, clock: percent(clock)),
        "Kejadian yang dipakai untuk waktu tanggap": room(lambda _, clock: clock.n_used),
        "Penutupan jalan yang berlaku": room(lambda one, _: len(one.closures.rows)),
    }


def _compared(label: str, values: list[Cell]) -> Row:
    now, before, year_ago = values
    return (label, now, before, _change(now, before), year_ago, _change(now, year_ago))


def _change(now: Cell, then: Cell) -> Cell:
    if isinstance(now, str) or isinstance(then, str) or now is None or then is None:
        return None
    change = now - then
    return round(change, 1) if isinstance(change, float) else change


def kinds(of: Material) -> Table:
    """Return the calls by what they were."""
    rows = _counted(words.KINDS, of.now.kinds)
    return _one(
        "kinds", "Panggilan", "Panggilan menurut jenis", "Jenis", rows=rows, total=of.now.calls
    )


def fates(of: Material) -> Table:
    """Return the calls by what became of them."""
    rows = _counted(words.FATES, of.now.fates)
    return _one(
        "fates",
        "Tindak lanjut",
        "Tindak lanjut panggilan",
        "Tindak lanjut",
        rows=rows,
        total=of.now.calls,
    )


def bridge(of: Material) -> Table:
    """Return the steps from calls to incidents."""
    one = of.now.bridge
    rows: tuple[Row, ...] = (
        ("Panggilan bulan ini yang membuka kejadian", one.opened),
        ("− kejadiannya baru dibuka di bulan lain", -one.elsewhere),
        ("+ kejadian bulan ini dari panggilan bulan lain", one.before),
        ("+ kejadian yang panggilan pembukanya dialihkan", one.without),
        ("− kejadian ganda, dihitung dengan induknya", -one.duplicates),
    )
    return Table(
        "bridge", "Panggilan ke kejadian", "Dari panggilan ke kejadian", ("Langkah", "Jumlah"),
        rows, ("Kejadian ruang 112", of.now.own.n), (1,),
    )  # fmt: skip


def types(of: Material) -> Table:
    """Return incidents by type, beside the two other months."""
    some = (of.now, of.before, of.year_ago)
    columns = [
        *(one.own if of.room_knows(one) else None for one in some),
        *(one.public if of.public_known(one) else None for one in some),
    ]
    heads = [
        f"{whose} {words.short(one.period.month)}" for whose in ("112", "Publik") for one in some
    ]
    return _divided(
        "types", "Jenis", ("Jenis", *heads), by=By.TYPE, labels=of.names.types, columns=columns
    )


def leads(of: Material) -> Table:
    """Return incidents by lead agency."""
    labels = {**of.names.agencies, UNKNOWN: "Tidak diketahui"}
    return _both(of, "leads", "Instansi penjuru", By.LEAD, labels)


def districts(of: Material) -> Table:
    """Return incidents by kecamatan, with those outside and unknown."""
    labels = {one: one for one in of.names.districts} | words.PLACES
    return _both(of, "districts", "Kecamatan", By.DISTRICT, labels)


def places(of: Material) -> Table:
    """Return incidents by kelurahan, with those of which only the kecamatan is known."""
    labels: dict[Key, str] = {}
    for district in of.names.districts:
        for code, (name, where) in of.names.kelurahan.items():
            if where == district:
                labels[district, code] = f"{name} ({district})"
        labels[district, ""] = f"Kelurahan tidak disebut ({district})"
    labels |= {(key, ""): said for key, said in words.PLACES.items()}
    return _both(of, "places", "Kelurahan", By.PLACE, labels)


def shifts(of: Material) -> Table:
    """Return incidents by the room's shift."""
    note = "Kebanyakan laporan publik tidak menyebut jam; jamnya tidak dikira-kira."
    return _both(of, "shifts", "Giliran jaga", By.SHIFT, words.SHIFTS, note=note)


def weekdays(of: Material) -> Table:
    """Return incidents by weekday."""
    return _both(of, "weekdays", "Hari", By.WEEKDAY, words.WEEKDAYS)


def hours(of: Material) -> Table:
    """Return incidents by hour of the day."""
    labels: dict[Key, str] = {hour: f"{hour:02d}.00–{hour:02d}.59" for hour in range(24)}
    return _both(of, "hours", "Jam", By.HOUR, labels | {-1: "Jam tidak disebut"})


def days(of: Material) -> Table:
    """Return incidents by day of the month."""
    month = of.now.period.month
    labels: dict[Key, str] = {
        day: f"{day:02d}-{month.month:02d}-{month.year}" for day in range(1, month.days + 1)
    }
    return _both(of, "days", "Tanggal", By.DAY, labels)


def severities(of: Material) -> Table:
    """Return the room's incidents by severity; public reports state none."""
    return _own(of, "severities", "Keparahan", By.SEVERITY, words.SEVERITIES)


def dispositions(of: Material) -> Table:
    """Return the room's incidents by how they ended."""
    return _own(of, "dispositions", "Akhir penanganan", By.DISPOSITION, words.DISPOSITIONS)


TIMES = ("Median (menit)", "Persentil 90 (menit)", "≤ 15 menit (%)", "Dipakai", "Tanpa cap")


def legs(of: Material) -> Table:
    """Return every interval of the room's clock."""
    figures = {leg: of.times.of("", leg) for leg in words.LEGS}
    rows = tuple(
        (said, *_times(figures[leg], judged=leg in JUDGED)) for leg, said in words.LEGS.items()
    )
    some = rows if of.now.own.n else ()
    return Table(
        "legs", "Waktu tanggap", "Waktu tanggap", ("Selang", *TIMES), some, note=STANDARD
    )  # fmt: skip


def response_by_lead(of: Material) -> Table:
    """Return response times by lead agency."""
    names = {**of.names.agencies, UNKNOWN: "Tidak diketahui"}
    return _response(of, "response_by_lead", "Tanggap per instansi", of.by_lead, names)


def response_by_type(of: Material) -> Table:
    """Return response times by type."""
    return _response(of, "response_by_type", "Tanggap per jenis", of.by_type, of.names.types)


def _response(
    of: Material, key: str, sheet: str, figures: Mapping[str, Figure], names: Mapping[str, str]
) -> Table:
    rows = tuple((names.get(part, part), *_times(one)) for part, one in figures.items())
    whole = of.times.of("", Leg.RESPONSE)
    title = sheet.replace("Tanggap", "Waktu tanggap")
    head = sheet.rpartition(" ")[2].capitalize()
    total = ("Semua", *_times(whole))
    return Table(key, sheet, title, (head, *TIMES), rows, total, (4, 5))


def _times(one: Figure, *, judged: bool = True) -> tuple[Cell, ...]:
    """Return a figure as cells; only the whole response is judged by the 15 minutes."""
    share = percent(one) if judged else None
    return minutes(one.median_s), minutes(one.p90_s), share, one.n_used, one.n_missing


def percent(one: Figure) -> float | None:
    """Return the share that took at most 15 minutes, in percent with one decimal."""
    return None if one.share_within is None else round(100 * one.share_within, 1)


def minutes(seconds: float | None) -> float | None:
    """Return seconds as minutes with one decimal."""
    return None if seconds is None else round(seconds / 60, 1)


def units(of: Material) -> Table:
    """Return units sent, by agency."""
    one = of.now.units
    names = of.names.agencies
    rows = tuple(
        (names.get(code, code), one.agency[code], one.arrived[code], one.declined[code],
         one.withdrawn[code], one.different[code])
        for code in (*(c for c in names if c in one.agency), *(one.agency.keys() - names.keys()))
    )  # fmt: skip
    sums = (one.agency, one.arrived, one.declined, one.withdrawn, one.different)
    total: Row = ("Jumlah", one.n, *(sum(part.values()) for part in sums[1:]))
    heads = ("Instansi", "Dikirim (kali)", "Tiba", "Ditolak", "Ditarik", "Unit berbeda")
    note = "Dihitung menurut saat unit diperintah. Satu unit yang dikirim dua kali dihitung dua."
    return Table(
        "units", "Unit dikirim", "Unit yang dikirim", heads, rows, total, (1, 2, 3, 4, 5), note
    )


def targets(of: Material) -> Table:
    """Return units sent, by whose incident."""
    labels = {
        "own": "Kejadian bulan ini",
        "duplicate": "Kejadian ganda bulan ini",
        "other": "Kejadian bulan lain",
    }
    rows = _counted(labels, of.now.units.to)
    return _one(
        "targets", "Unit ke kejadian", "Unit dikirim ke", "Ke", rows=rows, total=of.now.units.n
    )


def help_sent(of: Material) -> Table:
    """Return the room's incidents by whether a unit was sent."""
    one = of.now.units
    rows: tuple[Row, ...] = (
        ("Ada unit dikirim", one.helped),
        ("Tanpa unit (dirujuk, tidak benar, belum)", one.alone),
    )
    title = "Kejadian dengan dan tanpa unit"
    return _one("helped", "Kejadian dan unit", title, "Kejadian", rows=rows, total=of.now.own.n)


def closures(of: Material) -> Table:
    """Return the closures in force; not the reason, which people typed."""
    one = of.now.closures
    rows = tuple(
        (
            number,
            of.names.kelurahan[row.kelurahan_code][0] if row.kelurahan_code else "Luar kota",
            words.SHAPES.get(row.shape, "kawasan"),
            moment(row.begins_at),
            moment(row.ends_at) if row.ends_at else "masih berlaku",
            "semua" if row.everyone else "sebagian",
        )
        for number, row in enumerate(one.rows, start=1)
    )
    note = (
        f"{len(one.rows)} berlaku pada bulan ini: {one.before} sejak sebelumnya, {one.new} baru; "
        f"{one.ended} berakhir, {one.standing} masih berlaku di akhir periode."
    )
    heads = ("No.", "Di", "Bentuk", "Mulai (WIT)", "Sampai (WIT)", "Kendaraan")
    nothing = "Tidak ada penutupan jalan yang berlaku."
    return Table(
        "closures", "Penutupan jalan", "Penutupan jalan", heads, rows, note=note, nothing=nothing
    )


def disasters(of: Material) -> Table:
    """Return the disasters that had a report in the month."""
    rows = tuple(
        (
            one.name,
            of.names.types.get(one.type_code, one.type_code),
            one.reports,
            moment(one.first_at),
            moment(one.last_at),
            ", ".join(of.names.kelurahan[code][0] for code in one.kelurahan) or "Luar kota",
        )
        for one in of.disasters
    )
    note = (
        "Laporan banjir, longsor dan sejenisnya yang berdekatan dalam ruang dan waktu menjadi satu "
        "bencana (ST-DBSCAN; jarak dan jam per jenis masih anggapan). Laporan tanpa titik tidak "
        "ikut; laporan sebelum bulan ini dari bencana yang sama ikut dihitung."
    )
    heads = ("Nama", "Jenis", "Laporan", "Pertama (WIT)", "Terakhir (WIT)", "Kelurahan")
    nothing = "Tidak ada laporan berdekatan yang menjadi satu bencana."
    return Table("disasters", "Bencana", "Bencana", heads, rows, note=note, nothing=nothing)


def reconciliation(checks: Iterable[Check]) -> Table:
    """Return what was checked."""
    rows = tuple(
        (one.what, one.counted, one.expected, one.counted - one.expected,
         "cocok" if one.holds else "TIDAK COCOK")
        for one in checks
    )  # fmt: skip
    heads = ("Pemeriksaan", "Dihitung", "Pembanding", "Selisih", "Hasil")
    return Table("reconciliation", "Rekonsiliasi", "Rekonsiliasi angka", heads, rows)


def _both(
    of: Material, key: str, title: str, by: By, labels: Mapping[Any, str], *, note: str = ""
) -> Table:
    columns = [
        of.now.own if of.room_knows(of.now) else None,
        of.now.public if of.public_known(of.now) else None,
    ]
    heads = (title, OWN, PUBLIC)
    return _divided(key, title, heads, by=by, labels=labels, columns=columns, note=note)


def _own(of: Material, key: str, title: str, by: By, labels: Mapping[Any, str]) -> Table:
    return _divided(
        key,
        title,
        (title, OWN),
        by=by,
        labels=labels,
        columns=[of.now.own if of.room_knows(of.now) else None],
    )


def _divided(
    key: str,
    title: str,
    heads: tuple[str, ...],
    *,
    by: By,
    labels: Mapping[Any, str],
    columns: list[Divided | None],
    note: str = "",
) -> Table:
    """Return a row for each label, and for each key that the labels do not know."""
    seen = {one: None for part in columns if part for one in part.by[by]}
    unknown = {one: str(one) for one in seen if one not in labels}
    rows = tuple(
        (said, *(None if part is None else part.by[by][one] for part in columns))
        for one, said in {**labels, **unknown}.items()
    )
    total = ("Jumlah", *(None if part is None else part.n for part in columns))
    summed = tuple(n for n, part in enumerate(columns, start=1) if part is not None)
    title = f"Kejadian menurut {title[0].lower()}{title[1:]}"
    return Table(key, heads[0], title, heads, rows, total, summed, note)


def _counted(labels: Mapping[Any, str], counts: Counter[str]) -> tuple[Row, ...]:
    known = [(said, counts[key]) for key, said in labels.items()]
    return (*known, *((key, n) for key, n in counts.items() if key not in labels))


def _one(
    key: str, sheet: str, title: str, head: str, *, rows: tuple[Row, ...], total: int
) -> Table:
    return Table(key, sheet, title, (head, "Jumlah"), rows, ("Jumlah", total), (1,))
