"""A month's report as XLSX: a sheet for each table, numbers as numbers (pure)."""

from dispatch.monthly import notes
from dispatch.monthly.material import Report, Row
from dispatch.xlsx import Sheet, book


def xlsx(report: Report) -> bytes:
    """Return the report as a workbook: what it is about, then every table with all its rows."""
    of = report.material
    about: list[Row] = [(name, said) for name, said in notes.head(of)]
    about += [("Perhatian", said) for said in notes.warnings(of)]
    about += [("Ringkas", said) for said in notes.findings(of)]
    about += [("Cara", said) for said in notes.method(of)]
    sheets = [Sheet("Keterangan", ("Perihal", notes.title(of)), about)]
    for table in report.tables.values():
        rows = [*table.rows, *([table.total] if table.total else [])]
        foot = table.note if table.rows else f"{table.nothing} {table.note}".strip()
        sheets.append(
            Sheet(table.sheet, table.columns, rows, total=table.total is not None, note=foot)
        )
    return book(sheets, made_at=of.made_at)
