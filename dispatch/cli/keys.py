"""`ambon112 keys`: who may use the HTTP endpoint."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from dispatch.cli.service import WIT, room_here

keys_app = typer.Typer(
    help="Kunci program lain. / Keys of other programs.", no_args_is_help=True, add_completion=False
)


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.add_typer(keys_app, name="keys")


@keys_app.command("add")
def add_key(
    name: Annotated[str, typer.Argument(help="Nama dalam catatan / its name in the record.")],
    role: Annotated[
        list[str], typer.Option(help="dispatcher, planner, bpbd, supervisor, admin, crew.")
    ],
    agency: Annotated[
        str | None, typer.Option(help="Hanya unit instansi ini / only its units.")
    ] = None,
) -> None:
    """
    Buat kunci; ditampilkan sekali ini saja. / Make a key; it is shown this once.

    The record names what it does `key:NAME`. A crew's key with --agency is shown that agency's
    units alone, and the incidents one of them was sent to.
    """
    from dispatch import desk  # noqa: PLC0415 - the database, only when asked

    with room_here() as room:
        by, at = room.settings.operator, datetime.now(UTC)
        key = desk.add_key(room, name, role, agency=agency, by=by, at=at, source="cli")
    typer.echo(key)


@keys_app.command("list")
def list_keys() -> None:
    """Semua kunci yang pernah dibuat. / Every key that was ever made."""
    from dispatch import desk  # noqa: PLC0415

    with room_here() as room:
        found = desk.keys(room, by=room.settings.operator, at=datetime.now(UTC))
    for one in found:
        roles = ",".join(sorted(one.roles))
        used = f"dipakai / used {_clock(one.last_used_at)}" if one.last_used_at else "-"
        ended = f"  dicabut / revoked {_clock(one.revoked_at)}" if one.revoked_at else ""
        typer.echo(f"{one.name}  {roles}  {one.agency or 'semua / all'}  {used}{ended}")


@keys_app.command("revoke")
def revoke_key(name: Annotated[str, typer.Argument(help="Nama kunci / the key's name.")]) -> None:
    """Cabut kunci; permintaan berikutnya ditolak. / End a key: its next request is refused."""
    from dispatch import desk  # noqa: PLC0415

    with room_here() as room:
        by, at = room.settings.operator, datetime.now(UTC)
        desk.revoke_key(room, name, by=by, at=at, source="cli")


def _clock(at: datetime) -> str:
    return f"{at.astimezone(WIT):%Y-%m-%d %H:%M} WIT"
