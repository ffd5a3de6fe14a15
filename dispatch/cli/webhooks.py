"""`ambon112 webhooks`: which other programs are told of what happens."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from dispatch.cli.fail import failed
from dispatch.cli.service import WIT, room_here

if TYPE_CHECKING:
    from dispatch.desk import Webhook

webhooks_app = typer.Typer(
    help="Pemberitahuan ke program lain. / Other programs are told of what happens.",
    no_args_is_help=True,
    add_completion=False,
)


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.add_typer(webhooks_app, name="webhooks")


@webhooks_app.command("add")
def add_webhook(
    url: Annotated[str, typer.Argument(help="Alamat / address, http or https.")],
    kind: Annotated[
        list[str] | None,
        typer.Option(help="incident, assignment, unit, closure; all when not said."),
    ] = None,
    agency: Annotated[
        str | None, typer.Option(help="Hanya unit instansi ini / only its units.")
    ] = None,
) -> None:
    """
    Beri tahu suatu alamat mulai sekarang. / Have an address told from now on.

    Prints its number and the secret that signs what it is told; the secret is shown this once.
    """
    from dispatch import desk  # noqa: PLC0415 - the database, only when asked

    with room_here() as room:
        by, at = room.settings.operator, datetime.now(UTC)
        new, secret = desk.add_webhook(
            room, url, kinds=kind or (), agency=agency, by=by, at=at, source="cli"
        )
    typer.echo(f"{new}  {secret}")


@webhooks_app.command("list")
def list_webhooks() -> None:
    """Alamat yang diberi tahu. / The addresses that are told, and how that goes."""
    from dispatch import desk  # noqa: PLC0415

    with room_here() as room:
        found = desk.webhooks(room, by=room.settings.operator, at=datetime.now(UTC))
    for one in found:
        kinds = ",".join(one.kinds)
        typer.echo(f"{one.id}  {one.url}  {kinds}  {one.agency or 'semua / all'}{_trouble(one)}")


@webhooks_app.command("remove")
def remove_webhook(
    webhook_id: Annotated[int, typer.Argument(metavar="ID", help="Nomor / its number.")],
) -> None:
    """Jangan beri tahu lagi. / Tell an address nothing more."""
    from dispatch import desk  # noqa: PLC0415

    with room_here() as room:
        by, at = room.settings.operator, datetime.now(UTC)
        desk.remove_webhook(room, webhook_id, by=by, at=at, source="cli")


@webhooks_app.command("deliver")
def deliver() -> None:
    """
    Kirim yang menunggu, lalu selesai. / Deliver what waits, and end.

    `ambon112 api` does so all the time. An address that failed is left alone until its pause is
    over. Exit 1 when something did not arrive.
    """
    from dispatch.delivery import deliver_next  # noqa: PLC0415

    delivered = missed = 0
    with room_here() as room:
        while (done := deliver_next(room)).delivered:
            delivered, missed = delivered + done.delivered, missed + done.failed
    missed += done.failed
    typer.echo(f"{delivered} terkirim / delivered")
    if missed:
        failed(f"{missed} gagal / failed: ambon112 webhooks list")


def _trouble(webhook: "Webhook") -> str:
    """Say why a webhook has to wait, and until when."""
    if webhook.next_try_at is None:
        return ""
    again = f"{webhook.next_try_at.astimezone(WIT):%Y-%m-%d %H:%M:%S} WIT"
    return f"  gagal / failed {webhook.failures}x: {webhook.last_error}; lagi / again {again}"
