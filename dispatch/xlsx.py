"""XLSX: one long sheet of plain text, or a workbook of small tables with numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from dispatch.xml_text import legal

LONGEST = 32_767  # characters in a cell


def write_sheet(
    path: Path, name: str, header: Sequence[str], rows: Iterable[Sequence[str]]
) -> None:
    """
    Write one sheet; every cell is a string, so a spreadsheet computes nothing.

    Parameters
    ----------
    name
        Of the sheet: at most 31 characters, none of []:*?/\\.
    rows
        As many cells each as the header has; "" leaves a cell out. Characters XML forbids are
        dropped, and what a cell cannot hold is cut off.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    from xlsxwriter import Workbook  # noqa: PLC0415 - only when somebody wants one

    # Row by row: a million incidents need not be held as a sheet.
    whole = BytesIO()  # a disk that fills up while it is being packed would be told of twice
    with Workbook(whole, {"constant_memory": True}) as book:
        sheet = book.add_worksheet(name)
        for row, cells in enumerate((header, *rows)):
            for column, text in enumerate(cells):
                if text:
                    sheet.write_string(row, column, legal(text)[:LONGEST])
    path.write_bytes(whole.getbuffer())


@dataclass(frozen=True, slots=True)
class Sheet:
    """
    A small table: words stay words, numbers are numbers, None leaves a cell empty.

    `total` says that the last row is one; `note` stands under the table.
    """

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[str | int | float | None]]
    total: bool = False
    note: str = ""


def book(sheets: Sequence[Sheet], *, made_at: datetime) -> bytes:
    """Return a workbook of these sheets; nothing in it is a formula, whatever it begins with."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - only when somebody wants one

    file = BytesIO()
    with Workbook(file, {"in_memory": True}) as made:
        made.set_properties({"created": made_at.astimezone(UTC).replace(tzinfo=None)})
        looks = {
            bold: {
                kind: made.add_format({"bold": bold, "num_format": shape, "valign": "top"})
                for kind, shape in ((str, "@"), (int, "#,##0"), (float, "#,##0.0"))
            }
            for bold in (False, True)
        }
        wrapped = made.add_format({"text_wrap": True, "valign": "top", "italic": True})
        for one in sheets:
            sheet = made.add_worksheet(one.name)
            last = len(one.rows) if one.total else -1
            for number, row in enumerate((one.header, *one.rows)):
                for column, cell in enumerate(row):
                    if cell is None:
                        continue
                    look = looks[number in (0, last)][type(cell)]
                    if isinstance(cell, str):
                        sheet.write_string(number, column, legal(cell)[:LONGEST], look)
                    else:
                        sheet.write_number(number, column, cell, look)
            for column in range(len(one.header)):
                sheet.set_column(column, column, _width(one, column))
            sheet.freeze_panes(1, 0)
            if one.note:
                below = len(one.rows) + 2
                sheet.merge_range(below, 0, below + 3, max(3, len(one.header) - 1), "", wrapped)
                sheet.write_string(below, 0, legal(one.note), wrapped)
    return file.getvalue()


def _width(sheet: Sheet, column: int) -> int:
    """Return how wide a column is: its longest word, within reason."""
    cells = [row[column] for row in (sheet.header, *sheet.rows) if column < len(row)]
    return min(110, max(len(str(cell)) for cell in cells if cell is not None) + 2)
