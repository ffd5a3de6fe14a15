"""What a month's report is made from, and the tables it comes to (shapes alone, pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from dispatch.analytics.response import Figure, Times
from dispatch.monthly.figures import Figures

if TYPE_CHECKING:
    from dispatch.store.monthly import Spans, Totals

Cell = str | int | float | None
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """What people call things, by code, in the order they are listed."""

    types: Mapping[str, str]
    agencies: Mapping[str, str]
    kelurahan: Mapping[str, tuple[str, str]]
    """Code -> name and district."""

    @property
    def districts(self) -> list[str]:
        """The city's districts, in the order of their kelurahan."""
        return list(dict.fromkeys(district for _, district in self.kelurahan.values()))


class DisasterRow(NamedTuple):
    """Reports that belong together, as BPBD's page shows them."""

    name: str
    type_code: str
    reports: int
    first_at: datetime
    last_at: datetime
    kelurahan: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """
    Everything a report is made from.

    Parameters
    ----------
    now, before, year_ago
        The month, the one before it, the same one a year earlier; while the month runs, the same
        part of each.
    times, times_before, times_year_ago
        Response times of each.
    by_lead, by_type
        From the report to the first unit of the lead agency on the scene, in the month.
    spans
        From when to when there is any record.
    totals
        The month as the database counts it.
    training
        Whether this is the training room.
    """

    made_at: datetime
    now: Figures
    before: Figures
    year_ago: Figures
    times: Times
    times_before: Times
    times_year_ago: Times
    by_lead: Mapping[str, Figure]
    by_type: Mapping[str, Figure]
    disasters: Sequence[DisasterRow]
    spans: "Spans"
    totals: "Totals"
    names: Names
    training: bool = False

    def room_knows(self, some: Figures) -> bool:
        """Whether the room kept a record in that month at all."""
        began = self.spans.room_from
        return began is not None and began < some.period.until_at

    def public_known(self, some: Figures) -> bool:
        """Whether public reports were being collected in that month."""
        first, last = self.spans.public_from, self.spans.public_until
        if first is None or last is None:
            return False
        return first < some.period.until_at and last >= some.period.from_at


@dataclass(frozen=True, slots=True)
class Table:
    """
    A table of the report.

    Parameters
    ----------
    key
        What it is found by; `sheet` names its sheet (at most 31 characters).
    rows
        Words, counts (int), measures with one decimal (float); None where nothing is known.
    total
        The last row; the columns of `summed` add up to it.
    note
        What a reader has to know beside it.
    nothing
        What stands in its place when it has no rows.
    """

    key: str
    sheet: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    total: Row | None = None
    summed: tuple[int, ...] = ()
    note: str = ""
    nothing: str = "Tidak ada."


@dataclass(frozen=True, slots=True)
class Check:
    """
    Two ways to one number, `counted` and `expected`; `what` says which.

    `within`: it is the sum of one column of one table.
    """

    what: str
    counted: int
    expected: int
    within: bool = False

    @property
    def holds(self) -> bool:
        """Whether both ways agree."""
        return self.counted == self.expected


@dataclass(frozen=True, slots=True)
class Report:
    """A month's report: its tables by key, in order, and what was checked."""

    material: Material
    tables: Mapping[str, Table]
    checks: tuple[Check, ...]
