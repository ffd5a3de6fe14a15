"""The past as columns, for the planner's questions."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from dispatch.analytics.filters import Filter
from dispatch.analytics.history import History
from dispatch.store.database import Transaction, one
from dispatch.store.queries import queries

SQL = queries("analysis")
EPOCH = np.datetime64("2000-01-01", "us")
ROW = np.dtype([("at", ">i8"), ("lon", ">f8"), ("lat", ">f8"), ("place", ">i2"), ("timed", "?")])


def history(tx: Transaction, chosen: Filter, codes: Sequence[str]) -> History:
    """
    Return the incidents a filter chooses, as columns.

    Parameters
    ----------
    codes
        Kemendagri codes of the kelurahan, in the order their indexes are to have.
    """
    values = {**chosen.values(), "codes": list(codes)}
    # Never prepared: a plan for whatever filter takes five times as long as one for this filter.
    row = one(tx.execute(SQL["history"], values, binary=True, prepare=False))
    rows = np.frombuffer(row["rows"], ROW)
    return History(
        opened_at=EPOCH + rows["at"].astype("timedelta64[us]"),
        lon=rows["lon"].astype(float),
        lat=rows["lat"].astype(float),
        kelurahan=(rows["place"] - 1).astype(np.int16),
        timed=rows["timed"].copy(),
        codes=tuple(codes),
    )


def span(tx: Transaction, sources: Sequence[str]) -> tuple[datetime, datetime] | None:
    """Return when the first and the last incident of some sources were opened; None without any."""
    row = one(tx.execute(SQL["span"], {"sources": list(sources)}))
    return None if row["first_at"] is None else (row["first_at"], row["last_at"])
