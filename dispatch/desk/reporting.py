"""A month's report for the city council: read in one picture of the room, and checked."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dispatch.analytics.response import By as ResponseBy
from dispatch.analytics.response import Figure, Leg, Times, clocks_in, times
from dispatch.catalogue import Catalogue
from dispatch.desk.checks import check_right, zoned
from dispatch.desk.disasters import disasters
from dispatch.monthly import report
from dispatch.monthly.figures import UNKNOWN, By, Figures, Known, count
from dispatch.monthly.material import DisasterRow, Material, Names, Report
from dispatch.monthly.month import Month, Period, month_at, period, read_month
from dispatch.person import By as Who
from dispatch.room import Room
from dispatch.store import Transaction, monthly

if TYPE_CHECKING:
    from geo.kelurahan import Kelurahan

YEAR = 12


def monthly_report(room: Room, month: str, *, by: Who, at: datetime) -> Report:
    """
    Return the report of a month, or of what has passed of it; nothing about callers is in it.

    Parameters
    ----------
    month
        YYYY-MM, in Ambon's calendar.

    Raises
    ------
    BadMonth
        It is no month, or has not begun.
    NotAllowed
        No role of theirs plans.
    SignedOut
        Their session has ended.
    DoesNotReconcile
        The figures contradict each other.
    DatabaseDown
        The database does not answer.
    """
    asked = period(read_month(month), zoned(at))
    catalogue = room.catalogue
    with room.store.reading() as tx:
        monthly.one_picture(tx)
        check_right(tx, by, at=at, action="plan")
        read = _read(room, tx, asked, catalogue)
    gathered = disasters(room, asked.from_at, asked.until_at)
    found = [
        DisasterRow(
            one.cluster.name,
            one.cluster.type_code,
            len(one.ids),
            one.cluster.first_at,
            one.cluster.last_at,
            one.kelurahan,
        )
        for one in gathered.found
    ]
    return report.make(
        Material(
            made_at=at,
            disasters=found,
            names=_names(room, catalogue),
            training=room.settings.training,
            **read,
        )
    )


def months_to_report(room: Room, *, by: Who, at: datetime) -> list[Month]:
    """Return the months since the first record, the present one first; raises as the report."""
    with room.store.reading() as tx:
        check_right(tx, by, at=at, action="plan")
        known = monthly.spans(tx)
    begun = [one for one in (known.room_from, known.public_from) if one and one <= at]
    now = month_at(zoned(at))
    first = min([month_at(one) for one in begun], default=now)
    months = (now.year - first.year) * YEAR + now.month - first.month + 1
    return [now.later(-n) for n in range(months)]


def _read(room: Room, tx: Transaction, asked: Period, catalogue: Catalogue) -> dict[str, Any]:
    """Return what the database knows of the month and of the two it is compared with."""
    known = Known(
        leads={code: kind.lead for code, kind in catalogue.types.items()},
        districts={one.code: one.district for one in room.ground.boundaries},
    )

    def counted(some: Period) -> Figures:
        return count(monthly.rows(tx, some, lambda shape: _kelurahan_of(room, shape)), known, some)

    def clocks(some: Period, types: Collection[str] = (), **more: Any) -> Times:
        stamps = clocks_in(tx, from_at=some.from_at, until_at=some.until_at, types=types)
        return times(stamps, catalogue, **more)

    now, before, year_ago = asked, asked.alike(-1), asked.alike(-YEAR)
    figures = counted(now)
    by_type = clocks(now, by=ResponseBy.TYPE, leg=Leg.RESPONSE)
    return {
        "now": figures,
        "before": counted(before),
        "year_ago": counted(year_ago),
        "times": clocks(now),
        "times_before": clocks(before),
        "times_year_ago": clocks(year_ago),
        "by_lead": _by_lead(figures, catalogue, lambda **more: clocks(now, **more)),
        "by_type": {
            part: by_type.of(part, Leg.RESPONSE)
            for part in sorted(by_type.parts(), key=_in_order(catalogue))
        },
        "spans": monthly.spans(tx),
        "totals": monthly.totals(tx, now),
    }


def _by_lead(figures: Figures, catalogue: Catalogue, clocks: Any) -> Mapping[str, Figure]:
    """Return how soon each lead agency's own incidents had it on the scene."""
    leads = figures.own.by[By.LEAD]
    found = {
        code: clocks(agencies=[code], leg=Leg.RESPONSE).of("", Leg.RESPONSE)
        for code in catalogue.agencies
        if code in leads
    }
    if UNKNOWN in leads:  # types that the catalogue does not have any more
        types = [str(one) for one in figures.own.by[By.TYPE] if one not in catalogue.types]
        found[UNKNOWN] = clocks(types=types, leg=Leg.RESPONSE).of("", Leg.RESPONSE)
    return found


def _in_order(catalogue: Catalogue) -> Callable[[str], tuple[int, str]]:
    """Return what sorts types as the catalogue lists them, those it does not have last."""
    order = {code: n for n, code in enumerate(catalogue.types)}
    return lambda code: (order.get(code, len(order)), code)


def _kelurahan_of(room: Room, geometry: Mapping[str, Any]) -> str | None:
    """Return the kelurahan that the middle of a closure is in."""
    from shapely.geometry import shape  # noqa: PLC0415 - loads GEOS

    middle = shape(geometry).representative_point()
    found = room.ground.boundaries.at(middle.x, middle.y)
    return found.kelurahan.code if found else None


def _names(room: Room, catalogue: Catalogue) -> Names:
    often = Counter(one.name for one in room.ground.boundaries)
    return Names(
        types={code: kind.name_id for code, kind in catalogue.types.items()},
        agencies={code: one.short for code, one in catalogue.agencies.items()},
        kelurahan={
            one.code: (_told_apart(one, often), one.district) for one in room.ground.boundaries
        },
    )


def _told_apart(one: "Kelurahan", often: Counter[str]) -> str:
    """Return a kelurahan's name; with its kind where two share the name."""
    return f"{one.kind.capitalize()} {one.name}" if often[one.name] > 1 else one.name
