"""One sheet of plain text as XLSX (ECMA-376), with the standard library alone."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from dispatch.xml_text import legal

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # Excel reads _x0041_ as A
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
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relation("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": _workbook(name),
        "xl/_rels/workbook.xml.rels": _relation("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": _sheet(header, rows),
    }
    with ZipFile(path, "w", ZIP_DEFLATED) as package:
        for where, part in parts.items():
            package.writestr(where, ET.tostring(part, "utf-8", xml_declaration=True))


def _sheet(header: Sequence[str], rows: Iterable[Sequence[str]]) -> ET.Element:
    sheet = ET.Element("worksheet", xmlns=_MAIN)
    data = ET.SubElement(sheet, "sheetData")
    for number, cells in enumerate((header, *rows), start=1):
        row = ET.SubElement(data, "row", r=str(number))
        for column, text in enumerate(cells):
            if text:
                _cell(row, f"{_letters(column)}{number}", text)
    return sheet


def _cell(row: ET.Element, place: str, text: str) -> None:
    cell = ET.SubElement(row, "c", r=place, t="inlineStr")
    words = ET.SubElement(ET.SubElement(cell, "is"), "t", {_SPACE: "preserve"})
    words.text = _LOOKS_ESCAPED.sub("_x005F_", legal(text)[:LONGEST])


def _letters(column: int) -> str:
    """Return A for 0, Z for 25, AA for 26."""
    before, last = divmod(column, 26)
    return (_letters(before - 1) if before else "") + chr(ord("A") + last)


def _content_types() -> ET.Element:
    types = ET.Element("Types", xmlns=f"{_PACKAGE}/content-types")
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    ET.SubElement(types, "Default", Extension="rels", ContentType=relations)
    for part, kind in (("workbook", "sheet.main"), ("worksheets/sheet1", "worksheet")):
        content = f"{_SHEET_TYPE}.{kind}+xml"
        ET.SubElement(types, "Override", PartName=f"/xl/{part}.xml", ContentType=content)
    return types


def _relation(kind: str, target: str) -> ET.Element:
    relations = ET.Element("Relationships", xmlns=f"{_PACKAGE}/relationships")
    said = {"Id": "rId1", "Type": f"{_OFFICE}/{kind}", "Target": target}
    ET.SubElement(relations, "Relationship", said)
    return relations


def _workbook(name: str) -> ET.Element:
    book = ET.Element("workbook", xmlns=_MAIN)
    sheets = ET.SubElement(book, "sheets")
    ET.SubElement(sheets, "sheet", {"name": name, "sheetId": "1", f"{{{_OFFICE}}}id": "rId1"})
    return book
