"""Stamps as columns, for response times."""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from dispatch.analytics.clocks import STAMPS, Clocks, Group
from dispatch.store.database import Transaction, one
from dispatch.store.queries import queries

SQL = queries("response")
ROW = np.dtype([("incident", ">i8"), *((name, ">i8") for name in STAMPS)])


def clocks(tx: Transaction, asked: dict[str, Any]) -> Clocks:
    """Return the stamps of a span of time; `asked` are the fields of the statements."""
    tx.execute(SQL["room_to_group"])
    # Never prepared, as in `analysis.history`.
    found = tx.execute(SQL["clocks"], asked, binary=True, prepare=False).fetchall()
    beside = one(tx.execute(SQL["left_out"], asked, prepare=False))
    rows = np.frombuffer(b"".join(row["rows"] for row in found), ROW)
    sizes = [len(row["rows"]) // ROW.itemsize for row in found]
    return Clocks(
        groups=tuple(Group(row["type_code"], row["kelurahan"], row["agency"]) for row in found),
        of=np.repeat(np.arange(len(found)), sizes),
        incident=rows["incident"].astype(np.int64),
        stamps={name: rows[name].astype(np.int64) for name in STAMPS},
        n_public=beside["public"],
        n_duplicates=beside["duplicates"],
    )


def behind(tx: Transaction, ids: Sequence[int]) -> Collection[dict[str, Any]]:
    """Return code, type, kelurahan and opening of some incidents, in the order asked for."""
    rows = {row["id"]: row for row in tx.execute(SQL["behind"], {"ids": list(ids)})}
    return [rows[number] for number in ids if number in rows]
