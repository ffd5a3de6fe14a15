"""Tables whose numbers are written as people here write them."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

ROW_PX, MOST_ROWS = 35, 8


def show(
    rows: Sequence[Mapping[str, Any]],
    names: Mapping[str, str] | None = None,
    *,
    most: int | None = MOST_ROWS,
) -> None:
    """Show rows; `names` of the columns, else their keys; no more than `most` at once."""
    columns = {
        key: st.column_config.NumberColumn((names or {}).get(key, key), format="localized")
        if any(isinstance(row[key], int | float) for row in rows)
        else (names or {}).get(key, key)
        for key in (rows[0] if rows else ())
    }
    long = most is not None and len(rows) > most
    st.dataframe(
        list(rows), hide_index=True, column_config=columns, placeholder="–",
        height=ROW_PX * (most + 1) + 3 if most and long else "content",
    )  # fmt: skip
