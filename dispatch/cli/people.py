"""`ambon112 people`: accounts from the command line of the room's machine."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from dispatch.cli.service import room_here

people_app = typer.Typer(
    help="Akun petugas. / Accounts.", no_args_is_help=True, add_completion=False
)

Login = Annotated[str, typer.Argument(help="Nama akun / login.")]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.add_typer(people_app, name="people")


@people_app.command("list")
def list_accounts() -> None:
    """Tampilkan akun. / List the accounts."""
    from dispatch import desk  # noqa: PLC0415

    with room_here() as room:
        found = desk.accounts(room, by=room.settings.operator, at=datetime.now(UTC))
    for one in found:
        state = [] if one.active else ["tidak aktif / inactive"]
        state += ["sekali pakai / one-time"] if one.one_time else []
        roles = ",".join(sorted(one.roles))
        typer.echo("  ".join([one.login, roles, one.agency or "-", *state]))


@people_app.command("add")
def add(
    login: Login,
    role: Annotated[list[str], typer.Option(help="Peran / role; more than one may be given.")],
    agency: Annotated[str | None, typer.Option(help="Hanya instansi ini / only this one.")] = None,
    provider_id: Annotated[
        str | None, typer.Option(help="Alamat akun dinas / address at the identity provider.")
    ] = None,
) -> None:
    """
    Buat akun. / Make an account; its one-time password is shown once.

    Roles: dispatcher, planner, bpbd, supervisor, admin.
    """
    from dispatch import desk  # noqa: PLC0415

    with room_here() as room:
        password = desk.add_account(
            room,
            login,
            role,
            agency=agency,
            provider_id=provider_id,
            by=room.settings.operator,
            at=datetime.now(UTC),
        )
    typer.echo(password)


@people_app.command("reset")
def reset(login: Login) -> None:
    """Buat kata sandi sekali pakai. / Make a one-time password; it opens a locked account too."""
    from dispatch import desk  # noqa: PLC0415

    with room_here() as room:
        at = datetime.now(UTC)
        password = desk.reset_password(room, login, by=room.settings.operator, at=at)
    typer.echo(password)
