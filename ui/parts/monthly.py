"""The report of a month for the city council: choose it, see its figures, take it along."""

from collections.abc import Callable
from html import escape

import streamlit as st

from dispatch import desk
from dispatch.monthly import notes, words
from dispatch.monthly.material import Cell, Report
from dispatch.monthly.month import month_at
from ui import session
from ui.guard import gesture
from ui.markup import plain
from ui.text import Words

KEPT_S = 300  # PDF, XLSX and screen show the same reading for so long
KEPT = 3


def ask(say: Words) -> Report | None:
    """Ask for the month, and offer its report as files."""
    now = month_at(session.now())
    months = desk.months_to_report(session.room(), by=session.person(), at=session.now())
    month = st.selectbox(
        say("monthly.month"), months, index=min(1, len(months) - 1), key="monthly_month",
        format_func=lambda one: say("monthly.month_running", month=one.name)
        if one == now else one.name,
    )  # fmt: skip
    with st.spinner(say("monthly.reading")):
        report = _read(str(month))
    _save("pdf", lambda: _pdf(report), report, say)
    _save("xlsx", lambda: _xlsx(report), report, say)
    st.button(
        say("monthly.again"), key="monthly_again", on_click=gesture(_read.clear), width="stretch"
    )
    st.caption(say("monthly.help"))
    st.caption(say("monthly.language"))
    return report


def show(report: Report, say: Words) -> None:
    """Show the head of the report, its findings, and what was checked."""
    of = report.material
    with st.container(key="right"):
        st.html(f"<h2>{escape(notes.title(of))}</h2>")
        told = [f"{name}: {said}" for name, said in notes.head(of)]
        st.html("".join(f"<div class='about'>{escape(line)}</div>" for line in told))
        for line in notes.warnings(of):
            st.warning(plain(line))
        st.markdown("\n".join(f"- {plain(line)}" for line in notes.findings(of)))
        table = report.tables["summary"]
        numbers = [f"{n}" for n in range(len(table.columns))]  # two columns have one name
        st.dataframe(
            [dict(zip(numbers, map(_said, row), strict=True)) for row in table.rows],
            hide_index=True,
            height="content",
            column_config={
                n: st.column_config.TextColumn(name, alignment="right" if n != "0" else "left")
                for n, name in zip(numbers, table.columns, strict=True)
            },
        )
        st.caption(table.note)
        st.success(say("monthly.checked", count=len(report.checks)))


@st.cache_resource(max_entries=KEPT, ttl=KEPT_S, show_spinner=False)
def _read(month: str) -> Report:
    """Read a month once, so that the files and the screen say the same."""
    return desk.monthly_report(session.room(), month, by=session.person(), at=session.now())


def _save(ending: str, make: Callable[[], bytes], report: Report, say: Words) -> None:
    """Offer a file; it is made when it is asked for."""
    st.download_button(
        say(f"monthly.save_{ending}"), data=make, key=f"save_{ending}", width="stretch",
        file_name=notes.file_name(report, ending), on_click="ignore",
    )  # fmt: skip


def _pdf(report: Report) -> bytes:
    from dispatch.monthly.pdf import pdf  # noqa: PLC0415 - loads fpdf and matplotlib

    return pdf(report, session.room().ground)


def _xlsx(report: Report) -> bytes:
    from dispatch.monthly.xlsx import xlsx  # noqa: PLC0415 - only when somebody wants one

    return xlsx(report)


def _said(cell: Cell) -> str:
    return cell if isinstance(cell, str) else words.number(cell)
