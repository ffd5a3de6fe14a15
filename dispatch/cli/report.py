"""`ambon112 report`: a month for the city council, as PDF and XLSX."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from dispatch.cli.fail import failed
from dispatch.cli.service import room_here
from dispatch.whole_file import instead_of


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command()(report)


def report(
    month: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM", help="Bulan / month (WIT); bulan lalu / the last one."),
    ] = None,
    out: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Folder untuk berkasnya / where to write.")
    ] = Path(),
) -> None:
    """
    Buat laporan bulanan untuk DPRD. / Make a month's report for the city council.

    Writes laporan-YYYY-MM.pdf (tables, charts, maps) and laporan-YYYY-MM.xlsx (a sheet for each
    table, numbers as numbers) into the folder, over those that are there, and prints their paths.
    In Indonesian. Every table adds up and agrees with the others, or nothing is written (exit 1).
    A month that is still running is reported up to now and says so; one that has not begun, or is
    no month, is refused (exit 2). Nothing about callers is in it.
    """
    from dispatch import desk  # noqa: PLC0415 - the database, only when asked
    from dispatch.monthly.month import month_at  # noqa: PLC0415

    at = datetime.now(UTC)
    asked = str(month_at(at).later(-1)) if month is None else month
    with room_here() as room:
        made = desk.monthly_report(room, asked, by=room.settings.operator, at=at)
        from dispatch.monthly.files import files  # noqa: PLC0415 - loads fpdf and matplotlib

        contents = files(made, room.ground)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            with instead_of(out / name) as fresh:
                fresh.write_bytes(content)
    except OSError as error:
        failed(f"Tidak dapat menulis ke {out}: {error.strerror}. / It cannot be written.")
    for name in contents:
        typer.echo(out / name)
