"""A month's figures: whatever was recorded, every table adds up and agrees with the others."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as some

from dispatch.analytics.response import Figure, Leg, Times
from dispatch.assignment import AssignmentStatus
from dispatch.call import STATUS_OF_KIND, CallKind
from dispatch.catalogue import load_catalogue
from dispatch.errors import BadMonth, DoesNotReconcile
from dispatch.monthly import report
from dispatch.monthly.figures import (
    UNKNOWN,
    By,
    CallRow,
    ClosureRow,
    IncidentRow,
    Known,
    Rows,
    SentRow,
    count,
)
from dispatch.monthly.material import Material, Names
from dispatch.monthly.month import Month, Period, month_at, period, read_month
from dispatch.store.monthly import Spans, Totals
from geo.files import DATA
from geo.kelurahan import load_boundaries

NOVEMBER = Month(2026, 11)
LATER = datetime(2026, 12, 5, tzinfo=UTC)
WHOLE = period(NOVEMBER, LATER)
DAYS = {code: one.district for code, one in ((k.code, k) for k in load_boundaries())}
TYPES = load_catalogue(DATA / "catalogue").types
KNOWN = Known({code: kind.lead for code, kind in TYPES.items()}, DAYS)
AGENCIES = ("damkar", "bpbd", "health", "agensi-lama")

moments = some.datetimes(
    datetime(2026, 10, 30), datetime(2026, 12, 2), timezones=some.just(UTC)
) | some.sampled_from(
    [WHOLE.from_at, WHOLE.until_at] + [one - timedelta(microseconds=1) for one in
     (WHOLE.from_at, WHOLE.until_at)]
)  # fmt: skip


@some.composite
def calls(draw, n: int):
    """A call of some kind; perhaps it opened one of the incidents, perhaps it waits."""
    kind = draw(some.sampled_from(CallKind))
    status = draw(some.sampled_from(["received", STATUS_OF_KIND[kind].value]))
    opened = draw(some.none() | some.integers(0, 12))
    return CallRow(n, draw(moments), kind.value, status, opened)


@some.composite
def incidents(draw, n: int):
    """An incident from any source, known to any precision, ended in any way."""
    public = draw(some.booleans())
    point = None if public else draw(some.sampled_from([128.19, 128.4]))
    return IncidentRow(
        id=n,
        opened_at=draw(moments),
        type_code=draw(some.sampled_from([*list(TYPES)[:4], "jenis-lama"])),
        severity=draw(some.sampled_from(["low", "medium", "high"])),
        disposition=draw(some.sampled_from([None, "handled", "duplicate", "referred"])),
        source="public report" if public else "desk",
        kelurahan_code=draw(some.none() | some.sampled_from([*list(DAYS)[:3], "99.99"])),
        district=draw(some.sampled_from(["", "Sirimau", "Salahutu"])),
        lon=point,
        lat=point and -3.69,
        timed=draw(some.booleans()) or not public,
    )


@some.composite
def sendings(draw, n: int):
    return SentRow(
        n,
        draw(some.integers(0, 12)),
        draw(some.sampled_from(AGENCIES)),
        draw(some.sampled_from(["A-1", "A-2"])),
        draw(some.sampled_from(AssignmentStatus)).value,
        draw(moments),
        draw(some.none() | moments),
    )


@some.composite
def closures(draw, n: int):
    begins = draw(moments)
    ends = draw(some.none() | moments)
    return ClosureRow(n, begins, ends, "Point", draw(some.booleans()), draw(some.none()))


@some.composite
def recorded(draw):
    """Rows of three months in any mixture."""

    def several(one, most):
        return [draw(one(n)) for n in range(draw(some.integers(0, most)))]

    return Rows(
        several(calls, 15), several(incidents, 12), several(sendings, 10), several(closures, 6)
    )


def of_month(at: datetime) -> bool:
    """Whether a moment is in November, by Ambon's wall clock."""
    return (at + timedelta(hours=9)).strftime("%Y-%m") == "2026-11"


def own_of(rows: Rows) -> list[IncidentRow]:
    return [
        one for one in rows.incidents
        if of_month(one.opened_at) and one.source == "desk" and one.disposition != "duplicate"
    ]  # fmt: skip


def counted_otherwise(rows: Rows) -> Totals:
    """The totals as the database counts them, without the code under test."""
    there = [one for one in rows.incidents if of_month(one.opened_at)]
    own = [one for one in there if one.source == "desk"]
    return Totals(
        calls=sum(of_month(one.received_at) for one in rows.calls),
        own_rows=len(own),
        duplicates=sum(one.disposition == "duplicate" for one in own),
        public=sum(one.source != "desk" and one.disposition != "duplicate" for one in there),
        left_out=0,
    )


def clock(n: int) -> Figure:
    """A response time that n incidents share, one of them without stamps."""
    used = max(0, n - 1)
    return Figure("", Leg.RESPONSE, used, n - used, 600.0, 900.0, used)


def material(rows: Rows, asked: Period = WHOLE) -> Material:
    """What a report is made from, the clocks told for as many incidents as there are."""
    own, totals = own_of(rows), counted_otherwise(rows)
    whole = clock(len(own))
    figures = tuple(replace(whole, leg=leg) for leg in Leg)
    times = Times(figures, totals.public, totals.duplicates)
    leads = Counter(KNOWN.leads.get(one.type_code, UNKNOWN) for one in own)
    kinds = Counter(one.type_code for one in own)
    return Material(
        made_at=LATER,
        now=count(rows, KNOWN, asked),
        before=count(rows, KNOWN, asked.alike(-1)),
        year_ago=count(rows, KNOWN, asked.alike(-12)),
        times=times,
        times_before=Times((), 0, 0),
        times_year_ago=Times((), 0, 0),
        by_lead=_shared(whole, leads),
        by_type=_shared(whole, kinds),
        disasters=(),
        spans=Spans(datetime(2024, 1, 1, tzinfo=UTC), datetime(2017, 1, 1, tzinfo=UTC), LATER),
        totals=totals,
        names=names(),
    )


def _shared(whole: Figure, counts: Counter[str]) -> dict[str, Figure]:
    """Divide the incidents with stamps among the parts, as far as they go."""
    left, made = whole.n_used, {}
    for part, n in counts.items():
        used = min(n, left)
        left -= used
        made[part] = replace(whole, n_used=used, n_missing=n - used)
    return made


@cache
def names() -> Names:
    return Names(
        {code: kind.name_id for code, kind in TYPES.items()},
        {"damkar": "Damkar", "bpbd": "BPBD", "health": "Kesehatan"},
        {one.code: (one.name, one.district) for one in load_boundaries()},
    )


@given(recorded())
@settings(max_examples=120, deadline=None)
def test_every_table_adds_up_to_the_total_whatever_was_recorded(rows):
    made = report.make(material(rows))

    own, totals = own_of(rows), counted_otherwise(rows)
    for table in made.tables.values():
        for column in table.summed:
            assert sum(row[column] for row in table.rows) == table.total[column]
    for key in ("types", "leads", "districts", "places", "shifts", "weekdays", "hours", "days"):
        assert made.tables[key].total[1] == len(own)
    for key in ("kinds", "fates"):
        assert made.tables[key].total[1] == totals.calls
    assert made.tables["bridge"].total[1] == len(own) == totals.own_rows - totals.duplicates
    assert all(one.holds for one in made.checks)


@given(recorded(), some.sampled_from(["calls", "own_rows", "duplicates", "public"]))
@settings(max_examples=25, deadline=None)
def test_a_figure_that_is_one_off_makes_no_report(rows, which):
    of = material(rows)
    wrong = replace(of.totals, **{which: getattr(of.totals, which) + 1})

    with pytest.raises(DoesNotReconcile) as refused:
        report.make(replace(of, totals=wrong))

    assert refused.value.faults


@given(recorded())
@settings(max_examples=60, deadline=None)
def test_rows_of_other_months_change_nothing(rows):
    """The store may read more than the month; what is counted is the month alone."""
    opened = [one.opened_incident_id for one in rows.calls if one.opened_incident_id is not None]
    assume(len(opened) == len(set(opened)))  # a call opens an incident of its own
    there = {one.id for one in rows.incidents if of_month(one.opened_at)}
    only = Rows(
        [c for c in rows.calls if of_month(c.received_at) or c.opened_incident_id in there],
        [i for i in rows.incidents if i.id in there],
        [s for s in rows.sent if of_month(s.dispatched_at) or s.incident_id in there],
        rows.closures,
    )

    assert count(only, KNOWN, WHOLE) == count(rows, KNOWN, WHOLE)


def incident(n: int, **other) -> IncidentRow:
    usual = IncidentRow(
        n, WHOLE.from_at, "flood", "medium", "handled", "desk", next(iter(DAYS)), "", 128.19,
        -3.69, True,
    )  # fmt: skip
    return usual._replace(**other)


def test_a_joined_incident_is_told_and_not_counted_twice():
    joined = incident(2, disposition="duplicate")

    figures = count(Rows(incidents=[incident(1), joined]), KNOWN, WHOLE)

    assert (figures.own.n, figures.bridge.rows, figures.bridge.duplicates) == (1, 2, 1)


def test_public_reports_are_counted_apart_and_without_an_hour_nobody_stated():
    told = incident(2, source="public report", lon=None, lat=None, timed=False)

    figures = count(Rows(incidents=[incident(1), told]), KNOWN, WHOLE)

    assert (figures.own.n, figures.public.n) == (1, 1)
    assert figures.public.by[By.SHIFT] == Counter({UNKNOWN: 1})
    assert figures.public.by[By.WEEKDAY].total() == 1


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ({"kelurahan_code": None}, ("outside", "")),
        ({"kelurahan_code": None, "lon": None}, ("", "")),
        ({"kelurahan_code": None, "lon": None, "district": "Sirimau"}, ("Sirimau", "")),
        ({"kelurahan_code": "99.99"}, ("", "")),
    ],
)
def test_outside_the_city_is_not_the_same_as_unknown(row, place):
    figures = count(Rows(incidents=[incident(1, **row)]), KNOWN, WHOLE)

    assert figures.own.places == Counter({place: 1})


def test_the_night_shift_runs_over_midnight():
    two_at_night = incident(1, opened_at=WHOLE.from_at + timedelta(hours=2))

    figures = count(Rows(incidents=[two_at_night]), KNOWN, WHOLE)

    assert figures.own.by[By.SHIFT] == Counter({"night": 1})


def test_a_call_that_waited_over_midnight_leads_to_the_incident_of_the_next_month():
    waited = CallRow(1, WHOLE.from_at - timedelta(seconds=1), "normal", "linked", 1)

    bridge = count(Rows([waited], [incident(1)]), KNOWN, WHOLE).bridge

    assert (bridge.opened, bridge.before, bridge.without, bridge.rows) == (0, 1, 0, 1)


@pytest.mark.parametrize(
    ("begins", "ends", "counts"),
    [
        (-5, -1, (0, 0, 0, 0)),  # over before the month
        (-5, 0, (0, 0, 0, 0)),  # until its first moment
        (-5, 3, (1, 0, 1, 0)),
        (2, 5, (0, 1, 1, 0)),
        (2, None, (0, 1, 0, 1)),
        (2, 40, (0, 1, 0, 1)),
        (5, 5, (0, 0, 0, 0)),  # taken back at once: never in force
        (30, 40, (0, 0, 0, 0)),
    ],
)
def test_a_closure_counts_in_the_months_it_was_in_force(begins, ends, counts):
    at = WHOLE.from_at + timedelta(days=begins)
    until = None if ends is None else WHOLE.from_at + timedelta(days=ends)

    found = count(Rows(closures=[ClosureRow(1, at, until, "Point", True, None)]), KNOWN, WHOLE)

    one = found.closures
    assert (one.before, one.new, one.ended, one.standing) == counts


@pytest.mark.parametrize("said", ["2025-10", " 2025-10 ", "1970-01"])
def test_a_month_is_written_with_its_year(said):
    assert str(read_month(said)) == said.strip()


@pytest.mark.parametrize(
    "said",
    ["2025-13", "2025-00", "2025-1", "25-10", "2025/10", "", "Oktober", "0001-01", "٢٠٢٥-١٠"],
)
def test_what_is_no_month_is_refused(said):
    with pytest.raises(BadMonth):
        read_month(said)


def test_a_month_that_has_not_begun_is_refused():
    with pytest.raises(BadMonth) as refused:
        period(NOVEMBER, NOVEMBER.from_at)

    assert refused.value.ahead


@given(some.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=some.just(UTC)))
def test_every_moment_is_in_the_one_month_that_ambons_calendar_shows(at):
    month = month_at(at)

    assert str(month) == (at + timedelta(hours=9)).strftime("%Y-%m")
    assert month.from_at <= at < month.until_at == month.later(1).from_at


def test_a_running_month_is_compared_with_the_same_part_of_others():
    at = NOVEMBER.from_at + timedelta(days=9, hours=5)
    running = period(NOVEMBER, at)

    assert running.running
    assert running.alike(-1) == Period(
        Month(2026, 10),
        Month(2026, 10).from_at,
        Month(2026, 10).from_at + timedelta(days=9, hours=5),
    )
    assert not period(NOVEMBER, LATER).running


def test_the_31st_of_a_running_month_is_compared_with_a_whole_shorter_one():
    march = Month(2027, 3)
    running = period(march, march.from_at + timedelta(days=30, hours=1))

    assert running.alike(-1).until_at == Month(2027, 2).until_at
