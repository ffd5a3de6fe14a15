"""From what was read to a report whose figures agree, or none at all (pure)."""

from collections import Counter
from collections.abc import Iterable

from dispatch.analytics.response import Leg
from dispatch.errors import DoesNotReconcile
from dispatch.monthly.figures import By, Figures
from dispatch.monthly.material import Check, Material, Report, Table
from dispatch.monthly.tables import reconciliation, tables


def make(of: Material) -> Report:
    """
    Make a report.

    Raises
    ------
    DoesNotReconcile
        Its figures contradict each other: a defect, or a record changed by hand.
    """
    made = tables(of)
    checks = (*_sums(made.values()), *_across(of), *_clocks(of))
    faults = tuple(one.what for one in checks if not one.holds)
    if faults:
        raise DoesNotReconcile(faults)
    made["reconciliation"] = reconciliation(checks)
    return Report(of, made, checks)


def _sums(made: Iterable[Table]) -> Iterable[Check]:
    """Check every column that claims to add up, as it will be printed."""
    for table in made:
        for column in table.summed:
            counted = sum(int(row[column] or 0) for row in table.rows)
            expected = int(table.total[column] or 0) if table.total else 0
            what = f"{table.title}: jumlah “{table.columns[column]}”"
            yield Check(what, counted, expected, within=True)


def _across(of: Material) -> Iterable[Check]:
    """Check the totals with one another, and with the database's own counts."""
    now, bridge, units, closed = of.now, of.now.bridge, of.now.units, of.now.closures
    opened = bridge.opened - bridge.elsewhere + bridge.before + bridge.without
    yield Check("Panggilan: laporan = basis data", now.calls, of.totals.calls)
    yield Check(
        "Panggilan menurut jenis = menurut tindak lanjut", now.kinds.total(), now.fates.total()
    )
    yield Check("Panggilan pembuka → kejadian yang dibuka", opened, bridge.rows)
    yield Check("Kejadian dibuka: laporan = basis data", bridge.rows, of.totals.own_rows)
    yield Check("Kejadian ganda: laporan = basis data", bridge.duplicates, of.totals.duplicates)
    yield Check("Kejadian dibuka − ganda = kejadian", bridge.rows - bridge.duplicates, now.own.n)
    yield Check("Laporan publik: laporan = basis data", now.public.n, of.totals.public)
    yield Check("Kejadian dengan unit + tanpa unit", units.helped + units.alone, now.own.n)
    yield Check(
        "Penutupan: lama + baru = berakhir + masih",
        closed.before + closed.new,
        closed.ended + closed.standing,
    )
    yield from _places(now)


def _places(now: Figures) -> Iterable[Check]:
    """Check each district with its kelurahan."""
    for whose, part in (("ruang 112", now.own), ("publik", now.public)):
        within: Counter[str] = Counter()
        for (district, _), n in part.places.items():
            within[district] += n
        same = sum(n for one, n in within.items() if part.by[By.DISTRICT][one] == n)
        yield Check(f"Kelurahan per kecamatan = kecamatan ({whose})", same, part.n)


def _clocks(of: Material) -> Iterable[Check]:
    """Check that response times speak of the same incidents."""
    for said, leg in (("waktu tanggap", Leg.RESPONSE), ("lokasi diketahui", Leg.LOCATED)):
        one = of.times.of("", leg)
        yield Check(
            f"Dipakai + tanpa cap ({said}) = kejadian", one.n_used + one.n_missing, of.now.own.n
        )
    yield Check(
        "Kejadian ganda menurut waktu tanggap", of.times.n_duplicates, of.now.bridge.duplicates
    )
    for said, parts, by in (
        ("instansi", of.by_lead, By.LEAD),
        ("jenis", of.by_type, By.TYPE),
    ):
        counts = of.now.own.by[by]
        same = sum(
            counts[key] for key, one in parts.items() if one.n_used + one.n_missing == counts[key]
        )
        yield Check(f"Waktu tanggap per {said} = kejadian per {said}", same, of.now.own.n)
