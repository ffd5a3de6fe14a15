"""`ambon112 training`: recorded days told again, and the training room made anew."""

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Annotated

import typer

from dispatch.cli.fail import bad_input, failed
from dispatch.cli.sentences import refuse
from dispatch.cli.service import WIT, room_here
from dispatch.errors import BadTime, DispatchError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dispatch.training import Due

training_app = typer.Typer(
    help="Ruang latihan. / The training room.", no_args_is_help=True, add_completion=False
)
DROPS = (
    "Ini menghapus skema `training`: semua laporan, kejadian, akun dan catatan latihan."
    " Ruang yang sebenarnya tidak disentuh. Ulangi dengan --yes."
    "\nThis drops the schema `training`: every call, incident, account and event of training."
    " The real room is not touched. Say it again with --yes."
)


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.add_typer(training_app, name="training")


@training_app.command()
def replay(
    day: Annotated[str | None, typer.Argument(metavar="DAY", help="YYYY-MM-DD, WIT.")] = None,
    *,
    speed: Annotated[float, typer.Option(help="Kali lebih cepat / times faster.")] = 60.0,
    from_: Annotated[
        str, typer.Option("--from", metavar="HH:MM", help="Dari jam / from, WIT.")
    ] = "00:00",
    until: Annotated[
        str | None, typer.Option(metavar="HH:MM", help="Sampai sebelum / before, WIT.")
    ] = None,
    list_: Annotated[
        bool, typer.Option("--list", help="Hari yang dapat diputar ulang / days to choose from.")
    ] = False,
) -> None:
    """
    Putar ulang hari yang tercatat. / Tell a recorded day again in the training room.

    Each report comes in at its time of day, SPEED times faster, counted from --from, and waits
    there to be taken. A day on which the real room took calls is told from them, without number
    or name of any caller; another from what was reported in public, and what has no hour there is
    spread evenly over the day. Ctrl-C stops it.
    """
    from dispatch import desk  # noqa: PLC0415 - the database, only when asked
    from dispatch.training import schedule  # noqa: PLC0415

    if list_:
        _list()
        return
    if day is None:
        bad_input("Sebutkan hari, atau --list. / Say which day, or --list.")
    with room_here(training=True) as room:
        which = _day(day)
        begins, ends = _clock(from_), _clock(until) if until else None
        found = desk.recorded(room, which)
        dues = schedule(found, which, speed=speed, begins=begins, ends=ends)
        _announce(dues, sum(one.at is None for one in found), len(found))
        done = 0
        try:
            for due in desk.replay(room, dues):
                done += 1
                typer.echo(f"{due.at.astimezone(WIT):%H:%M} WIT  {due.report.text}")
        except KeyboardInterrupt:
            typer.echo(f"Dihentikan / stopped: {done}/{len(dues)}")


def _list() -> None:
    """Say which days can be replayed."""
    from dispatch import desk  # noqa: PLC0415

    with room_here(training=True) as room:
        for one in desk.recorded_days(room):
            whose = "catatan ruang / own record" if one.recorded else "laporan umum / in public"
            without = one.reports - one.timed
            hours = f", {without} tanpa jam / without an hour" if without else ""
            typer.echo(f"{one.day}  {one.reports:3} laporan / reports ({whose}{hours})")


def _announce(dues: "Sequence[Due]", without: int, known: int) -> None:
    """Say what is going to happen."""
    last = dues[-1].after_s / 60 if dues else 0.0
    typer.echo(
        f"{len(dues)} dari {known} laporan, yang terakhir {last:.0f} menit lagi."
        f" / {len(dues)} of {known} reports, the last one in {last:.0f} minutes."
    )
    if without:
        typer.echo(
            f"{without} tanpa jam: disebar rata sepanjang hari."
            " / Those without an hour are spread evenly over the day."
        )


@training_app.command()
def reset(
    yes: Annotated[bool, typer.Option("--yes", help="Ya, hapus / yes, drop it.")] = False,
) -> None:
    """Kosongkan ruang latihan. / Drop the schema of the training room and make it anew."""
    from dispatch import desk  # noqa: PLC0415
    from dispatch.config import load_settings  # noqa: PLC0415

    if not yes:
        failed(DROPS)
    try:
        desk.reset_training(load_settings(training=True))
    except DispatchError as refusal:
        refuse(refusal)
    with room_here(training=True):
        typer.echo("Ruang latihan sudah baru. / The training room is new.")


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise BadTime(said) from None


def _clock(said: str) -> time:
    """Read a time of day in Ambon."""
    try:
        return datetime.strptime(said, "%H:%M").time()
    except ValueError:
        raise BadTime(said) from None
