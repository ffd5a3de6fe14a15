"""
BPBD's situation report: what the room knows of a disaster, and what nobody knows said so.

It holds no word of a caller and none a call taker typed: place words and notes may name people.
What callers answered to the question script is told as theirs, counted, and as not yet checked.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from dispatch.assignment import AssignmentStatus
from dispatch.incident import Severity
from dispatch.xml_text import legal

if TYPE_CHECKING:
    from dispatch.analytics.clusters import Cluster
    from dispatch.catalogue import Catalogue, IncidentType
    from dispatch.desk.cases import IncidentRow
    from dispatch.scripts import Question
    from geo.kelurahan import Kelurahan

WIT = timezone(timedelta(hours=9))
UNKNOWN = "belum diketahui"
UNCHECKED = "menurut pelapor, belum diperiksa"
SEVERITIES = {Severity.LOW: "ringan", Severity.MEDIUM: "sedang", Severity.HIGH: "berat"}
OF_PEOPLE = frozenset(
    {"injured", "conscious", "trapped", "helpless", "stranded", "stuck_count", "inside"}
)
OF_DAMAGE = frozenset(
    {"slide_hit", "weather_hit", "quake_damage", "tree_on", "power_lines", "power_wet"}
    | {"road", "blocked_by", "escape_road", "land_size", "land_burns"}
)
TOLL = f"Meninggal, hilang, mengungsi: {UNKNOWN}"  # no call tells these for certain
DAMAGE = f"Jumlah yang rusak: {UNKNOWN}"
NOTHING_DONE = "belum ada unit yang dikirim"


@dataclass(frozen=True, slots=True)
class Situation:
    """A filled form: what each field says, line by line, in the order of BPBD's form."""

    name: str
    made_at: datetime
    fields: tuple[tuple[str, tuple[str, ...]], ...]

    def __getitem__(self, field: str) -> tuple[str, ...]:
        """Return the lines of a field; KeyError if the form has none of this name."""
        return dict(self.fields)[field]


def situation(
    cluster: "Cluster",
    rows: "Sequence[IncidentRow]",
    *,
    kind: "IncidentType",
    catalogue: "Catalogue",
    questions: "Mapping[str, Question]",
    kelurahan: "Sequence[Kelurahan]",
    people: Mapping[str, int],
    at: datetime,
) -> Situation:
    """
    Fill the form.

    Parameters
    ----------
    rows
        The incidents of the cluster.
    questions
        Of the type's script, by id.
    kelurahan
        Those it reaches.
    people
        Estimates of who lives inside the outline, by kelurahan code.
    at
        When the report is made.
    """
    rest = set(questions) - OF_PEOPLE - OF_DAMAGE
    fields = (
        ("Kejadian", (*_what(cluster, rows, kind), *_told(rows, questions, rest))),
        ("Waktu", _when(cluster)),
        ("Lokasi", _where(cluster, kelurahan, people)),
        (
            "Korban",
            (*_told(rows, questions, OF_PEOPLE), f"Meninggal, hilang, mengungsi: {UNKNOWN}"),
        ),
        ("Kerusakan", (*_told(rows, questions, OF_DAMAGE), f"Jumlah yang rusak: {UNKNOWN}")),
        ("Upaya", _done(rows)),
        ("Kebutuhan", _lacking(rows, kind, catalogue)),
        ("Sumber", _sources(rows)),
    )
    return Situation(cluster.name, at, fields)


def docx(report: Situation) -> bytes:
    """Return the report as a Word document that can be edited."""
    from docx import Document  # noqa: PLC0415 - only when somebody wants one

    made = Document()
    made.core_properties.author = ""
    made.core_properties.title = legal(_title(report))
    made.add_heading(legal(_title(report)), 1)
    made.add_paragraph(_head(report))
    table = made.add_table(rows=0, cols=2, style="Table Grid")
    for name, lines in report.fields:
        cells = table.add_row().cells
        cells[0].paragraphs[0].add_run(name).bold = True
        cells[1].text = legal("\n".join(lines))
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def pdf(report: Situation) -> bytes:
    """Return the report as a PDF."""
    from fpdf import FPDF  # noqa: PLC0415 - only when somebody wants one
    from matplotlib import get_data_path  # noqa: PLC0415 - its DejaVu has every letter

    fonts = Path(get_data_path()) / "fonts" / "ttf"
    made = FPDF(format="A4")
    made.add_font("DejaVu", "", fonts / "DejaVuSans.ttf")
    made.add_font("DejaVu", "B", fonts / "DejaVuSans-Bold.ttf")
    made.set_title(legal(_title(report)))
    made.set_creation_date(report.made_at)
    made.add_page()
    made.set_font("DejaVu", "B", 14)
    made.multi_cell(0, 8, legal(_title(report)), align="L", new_x="LMARGIN", new_y="NEXT")
    made.set_font("DejaVu", "", 9)
    made.multi_cell(0, 6, _head(report), align="L", new_x="LMARGIN", new_y="NEXT")
    with made.table(
        col_widths=(22, 78), first_row_as_headings=False, line_height=6, text_align="LEFT"
    ) as table:
        for name, lines in report.fields:
            row = table.row()
            row.cell(name)
            row.cell(legal("\n".join(lines)))
    return bytes(made.output())


def _title(report: Situation) -> str:
    return f"Laporan situasi {report.name}"


def _head(report: Situation) -> str:
    return (
        f"Dibuat {_clock(report.made_at)} dari catatan Pusat Layanan Darurat 112 Kota Ambon. "
        f"Yang belum diketahui tidak diisi dan tidak dikira-kira."
    )


def _what(
    cluster: "Cluster", rows: "Sequence[IncidentRow]", kind: "IncidentType"
) -> tuple[str, ...]:
    worst = max((row.incident.severity for row in rows), key=list(Severity).index)
    still = sum(row.incident.open for row in rows)
    lines = [
        f"{kind.name_id} ({cluster.name})",
        f"{len(rows)} kejadian, {still} masih ditangani; keparahan tertinggi {SEVERITIES[worst]}",
    ]
    lines += [f"Bergabung dengan {one.name} pada {_clock(one.at)}" for one in cluster.absorbed]
    return tuple(lines)


def _when(cluster: "Cluster") -> tuple[str, ...]:
    return (
        f"Laporan pertama {_clock(cluster.first_at)}",
        f"Laporan terakhir {_clock(cluster.last_at)}",
    )


def _where(
    cluster: "Cluster", kelurahan: "Sequence[Kelurahan]", people: Mapping[str, int]
) -> tuple[str, ...]:
    middle = cluster.outline.centroid
    lines = [
        f"{one.name}, Kecamatan {one.district}"
        + (f": sekitar {people[one.code]} jiwa di dalam garis luar" if people.get(one.code) else "")
        for one in kelurahan
    ]
    lines.append(f"Titik tengah {middle.y:.5f}, {middle.x:.5f} (lintang, bujur)")
    if people:
        lines.append(
            f"Sekitar {sum(people.values())} jiwa tinggal di dalam garis luar laporan (perkiraan "
            "dari SP2010 sepanjang jalan permukiman, bukan jumlah terdampak)"
        )
    return tuple(lines)


def _told(
    rows: "Sequence[IncidentRow]", questions: "Mapping[str, Question]", about: Collection[str]
) -> tuple[str, ...]:
    """Return a line for each of these questions that any caller answered, counted."""
    lines = []
    for one in (question for question in questions.values() if question.id in about):
        given = Counter(row.incident.answers.get(one.id) for row in rows)
        words = [
            f"{answer.say_id} ({given[answer.code]} kejadian)"
            for answer in one.answers
            if given[answer.code]
        ]
        if words:
            lines.append(f"{one.ask_id} {'; '.join(words)} ({UNCHECKED})")
    return tuple(lines)


def _done(rows: "Sequence[IncidentRow]") -> tuple[str, ...]:
    if not any(row.incident.source == "desk" for row in rows):
        return (UNKNOWN,)
    sent = [one for row in rows for one in row.assignments]
    lines = [
        f"{one.call_sign}: dikirim {_clock(one.milestones[AssignmentStatus.DISPATCHED])}"
        + _reached(one.milestones.get(AssignmentStatus.ON_SCENE))
        for one in sent
    ]
    return tuple(lines) or (NOTHING_DONE,)


def _reached(at: datetime | None) -> str:
    return f", tiba {_clock(at)}" if at else ", waktu tiba belum diketahui"


def _lacking(
    rows: "Sequence[IncidentRow]", kind: "IncidentType", catalogue: "Catalogue"
) -> tuple[str, ...]:
    """Return what is needed: the room knows only where nobody has been sent yet."""
    waiting = [row.incident.code for row in rows if row.incident.open and not row.open_assignments]
    lead = catalogue.agencies[kind.lead].short if kind.lead in catalogue.agencies else kind.lead
    people = f"Kebutuhan warga: {UNKNOWN}"
    if not waiting:
        return (people,)
    where = f"{len(waiting)} kejadian ({', '.join(waiting)})"
    return (f"Belum ada unit di {where}; penjuru {lead}", people)


def _sources(rows: "Sequence[IncidentRow]") -> tuple[str, ...]:
    """Return where it is known from: incidents by code, calls by number, never by name."""
    ours = [row for row in rows if row.incident.source == "desk"]
    lines = []
    if ours:
        codes = ", ".join(row.incident.code for row in ours)
        lines.append(
            f"112 Kota Ambon: {sum(row.calls for row in ours)} panggilan tentang "
            f"{len(ours)} kejadian ({codes})"
        )
    for source, count in Counter(r.incident.source for r in rows if r not in ours).items():
        lines.append(f"{source}: {count} kejadian")
    return tuple(lines)


def _clock(at: datetime) -> str:
    return f"{at.astimezone(WIT):%d-%m-%Y %H:%M} WIT"
