"""A month's report as PDF: A4 pages with tables, charts and maps. Loads fpdf and matplotlib."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from fpdf import FPDF
from fpdf.fonts import FontFace
from matplotlib import get_data_path

from dispatch.monthly import notes
from dispatch.monthly.material import Report, Row, Table
from dispatch.monthly.pictures import pictures
from dispatch.monthly.tables import reconciliation
from dispatch.monthly.words import clock, number
from dispatch.xml_text import legal

if TYPE_CHECKING:
    from dispatch.ground import Ground

Drawn = Mapping[str, bytes]
MARGIN, LINE, GAP = 15.0, 4.8, 4.0  # mm
INK, PALE, RULE = (31, 41, 55), (232, 237, 243), (150, 160, 172)
HALF = 87.0  # mm: the width of one of two tables side by side
BETWEEN = 6.0


class Paper(FPDF):
    """An A4 report whose pages are numbered."""

    def __init__(self, title: str, made_at: datetime) -> None:
        super().__init__(format="A4")
        fonts = Path(get_data_path()) / "fonts" / "ttf"
        self.add_font("DejaVu", "", fonts / "DejaVuSans.ttf")
        self.add_font("DejaVu", "B", fonts / "DejaVuSans-Bold.ttf")
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(True, 18)
        self.set_title(title)
        self.set_lang("id")
        self.set_creation_date(made_at)
        self.foot = f"{title} · dibuat {clock(made_at)}"

    def footer(self) -> None:
        """Write title and number under a page."""
        self.set_y(-13)
        self._ink(7)
        self.cell(120, 5, self.foot)
        self.cell(0, 5, f"Halaman {self.page_no()} dari {{nb}}", align="R")

    def heading(self, said: str, size: float = 11) -> None:
        """Begin a section."""
        self._ink(size, "B")
        self.multi_cell(0, size * 0.55, legal(said), align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(1)

    def say(self, lines: Sequence[str], *, bullet: str = "") -> None:
        """Write sentences."""
        self._ink(8.5)
        for line in lines:
            self.multi_cell(
                0, 4.4, legal(f"{bullet}{line}"), align="L", new_x="LMARGIN", new_y="NEXT"
            )
            self.ln(0.6)

    def picture(self, png: bytes) -> None:
        """Set a picture over the width of the page, on the next one when it does not fit."""
        from PIL import Image  # noqa: PLC0415 - only its size is asked

        wide, high = Image.open(BytesIO(png)).size
        height = self.epw * high / wide
        self.room_for(height)
        self.image(BytesIO(png), w=self.epw)
        self.ln(2)

    def room_for(self, height: float) -> None:
        """Begin a page unless there are so many mm left on this one."""
        if self.will_page_break(height):
            self.add_page()

    def set_table(self, table: Table, widths: Sequence[int], *, width: float | None = None) -> None:
        """Set a table with its title and note; long ones go on over the page."""
        rows = _shown(table)
        tall = 14 + LINE * (len(rows) + 3) + (8 if table.note else 0)
        self.room_for(min(tall, 90))
        self.heading(table.title)
        if not rows:
            self.say([table.nothing])
        else:
            self._table(table, rows, widths, width)
        if table.note:
            self._ink(7)
            self.ln(0.8)
            self.multi_cell(
                width or 0, 3.6, legal(table.note), align="L", new_x="LMARGIN", new_y="NEXT"
            )
        self.ln(GAP)

    def pair(self, left: Table, right: Table, widths: Sequence[int]) -> None:
        """Set two short tables side by side."""
        tall = max(22 + LINE * (len(_shown(one)) + 3) for one in (left, right))
        self.room_for(tall)
        top, bottoms = self.get_y(), []
        for n, one in enumerate((left, right)):
            self.set_left_margin(MARGIN + n * (HALF + BETWEEN))
            self.set_right_margin(MARGIN + (1 - n) * (HALF + BETWEEN))
            self.set_y(top)
            self.set_table(one, widths[: len(one.columns)], width=HALF)
            bottoms.append(self.get_y())
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_y(max(bottoms))

    def _table(
        self, table: Table, rows: Sequence[Row], widths: Sequence[int], width: float | None
    ) -> None:
        self._ink(7.5)
        self.set_draw_color(*RULE)
        self.set_fill_color(255)
        words = [any(isinstance(row[n], str) for row in rows) for n in range(len(table.columns))]
        with self.table(
            col_widths=tuple(widths),
            width=width,
            align="LEFT",
            text_align=tuple("LEFT" if one else "RIGHT" for one in words),
            line_height=LINE,
            borders_layout="HORIZONTAL_LINES",
            headings_style=FontFace(emphasis="BOLD", fill_color=PALE, color=INK),
            padding=(0, 1, 0, 1),
        ) as made:
            made.row([legal(one) for one in table.columns])
            for row in rows:
                made.row([_said(one) for one in row])
            if table.total:
                bold = FontFace(emphasis="BOLD", fill_color=PALE)
                made.row([_said(one) for one in table.total], style=bold)

    def _ink(self, size: float, style: str = "") -> None:
        self.set_font("DejaVu", style, size)
        self.set_text_color(*INK)


def pdf(report: Report, ground: "Ground") -> bytes:
    """Return the report as a PDF; the same one for the same report."""
    of, drawn = report.material, pictures(report, ground)
    paper = Paper(notes.title(of), of.made_at)
    paper.add_page()
    _front(paper, report, drawn)
    if not of.now.empty:
        _work(paper, report, drawn)
        _places(paper, report, drawn)
        _response(paper, report)
    paper.set_table(report.tables["closures"], (5, 20, 10, 25, 25, 15))
    paper.set_table(report.tables["disasters"], (27, 13, 10, 18, 18, 28))
    paper.set_table(_reconciliation(report), (58, 12, 13, 10, 16))
    paper.room_for(60)
    paper.heading("Cara menghitung")
    paper.say(notes.method(of), bullet="• ")
    return bytes(paper.output())


def _reconciliation(report: Report) -> Table:
    """Return what was checked from table to table; the sums within tables as one sentence."""
    across = [one for one in report.checks if not one.within]
    sums = len(report.checks) - len(across)
    note = (
        f"Selain itu {sums} kolom tabel dijumlahkan; semuanya sama dengan jumlah yang tertulis "
        "(rinciannya di berkas XLSX, lembar “Rekonsiliasi”)."
    )
    return replace(reconciliation(across), note=note)


def _front(paper: Paper, report: Report, drawn: Drawn) -> None:
    """Set the first page: what this is, the findings, the summary."""
    of = report.material
    paper.heading(notes.title(of), 17)
    paper.ln(1)
    for name, said in notes.head(of):
        paper._ink(8.5, "B")
        paper.cell(22, 4.8, name)
        paper._ink(8.5)
        paper.multi_cell(0, 4.8, legal(said), align="L", new_x="LMARGIN", new_y="NEXT")
    paper.ln(2)
    if warned := notes.warnings(of):
        paper.set_fill_color(255, 244, 214)
        paper._ink(9, "B")
        for line in warned:
            paper.multi_cell(0, 6, legal(line), align="L", fill=True, new_x="LMARGIN", new_y="NEXT")
        paper.ln(2)
    paper.say(notes.findings(of), bullet="• ")
    paper.ln(1)
    paper.set_table(report.tables["summary"], (46, 12, 12, 12, 12, 12))
    if "days" in drawn:
        paper.room_for(75)
        paper.heading("Kejadian per tanggal")
        paper.picture(drawn["days"])


def _work(paper: Paper, report: Report, drawn: Drawn) -> None:
    """Set calls, types, agencies and when they came."""
    of, tables = report.material, report.tables
    ours = of.room_knows(of.now)
    if ours:
        paper.pair(tables["kinds"], tables["fates"], (75, 25))
        paper.set_table(tables["bridge"], (75, 25), width=120)
    paper.set_table(tables["types"], (34, 11, 11, 11, 11, 11, 11))
    paper.pair(tables["leads"], tables["shifts"], (50, 25, 25))
    paper.pair(tables["weekdays"], tables["districts"], (50, 25, 25))
    if ours:
        paper.pair(tables["severities"], tables["dispositions"], (75, 25))
    if "week" in drawn:
        paper.room_for(80)
        paper.heading("Hari dan jam kejadian ruang 112")
        paper.picture(drawn["week"])


def _places(paper: Paper, report: Report, drawn: Drawn) -> None:
    """Set the maps and the table of kelurahan."""
    maps = [name for name in ("own_map", "public_map", "density") if name in drawn]
    for name in maps:
        paper.room_for(130)
        if name == maps[0]:
            paper.heading("Di mana")
        paper.picture(drawn[name])
    paper.set_table(report.tables["places"], (60, 20, 20), width=140)


def _response(paper: Paper, report: Report) -> None:
    """Set response times and the units sent."""
    of, tables = report.material, report.tables
    if not of.room_knows(of.now):
        return
    widths = (38, 12, 14, 12, 11, 11)
    for key in ("legs", "response_by_lead", "response_by_type"):
        paper.set_table(tables[key], widths)
    paper.set_table(tables["units"], (30, 14, 12, 12, 12, 14))
    paper.pair(tables["targets"], tables["helped"], (75, 25))


def _shown(table: Table) -> Sequence[Row]:
    """Return the rows that are printed: without those of a sum that hold nothing."""
    if not table.summed:
        return table.rows
    return [row for row in table.rows if any(row[1:])] or table.rows[:1]


def _said(cell: object) -> str:
    return legal(cell) if isinstance(cell, str) else number(cell)  # type: ignore[arg-type]
