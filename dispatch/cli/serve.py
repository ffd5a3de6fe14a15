"""`ambon112 serve`: the database made ready, then the pages."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dispatch.cli.fail import failed

if TYPE_CHECKING:
    from dispatch.config import Settings

PAGE = Path(__file__).parents[2] / "streamlit_app.py"


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command()(serve)


def serve(
    port: Annotated[int | None, typer.Option(help="Porta / port (AMBON112_PORT).")] = None,
    browser: Annotated[bool, typer.Option(help="Buka peramban / open a browser.")] = True,
    training: Annotated[
        bool, typer.Option("--training", help="Ruang latihan / the training room.")
    ] = False,
) -> None:
    """
    Jalankan peta tanggap darurat. / Make the database ready and open the dispatch page.

    Starts the embedded database unless AMBON112_DATABASE_URL names one, applies the migrations,
    seeds an empty one, makes the first account (its one-time password is shown once), then serves
    on this machine only. With --training (or AMBON112_TRAINING=1) everything happens in the schema
    `training` of the same database, with the accounts of the real room, on the next port.
    """
    from dispatch import logs  # noqa: PLC0415 - keeps the other commands quick
    from dispatch.config import load_settings  # noqa: PLC0415
    from dispatch.errors import DispatchError  # noqa: PLC0415

    try:
        chosen = load_settings(training=training)
        logs.set_up(chosen.log)
        _make_ready(chosen)
    except DispatchError as refusal:
        from dispatch.cli.sentences import sentence  # noqa: PLC0415

        failed(sentence(refusal))
    at = port or chosen.port
    typer.echo(f"Peta tanggap darurat / dispatch map: http://localhost:{at}")
    command = [sys.executable, "-m", "streamlit", "run", str(PAGE), "--server.port", str(at)]
    os.chdir(PAGE.parent)  # Streamlit looks for .streamlit/ and static/ here
    no_screen = not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    if no_screen or not browser:
        command += ["--server.headless", "true"]
    environment = {**os.environ, "AMBON112_TRAINING": str(int(chosen.training))}
    os.execve(sys.executable, command, environment)  # noqa: S606 - our own interpreter and script


def _make_ready(settings: "Settings") -> None:
    from dispatch import desk  # noqa: PLC0415
    from dispatch.room import open_room  # noqa: PLC0415

    room = open_room(settings)
    try:
        password = desk.first_admin(room, at=datetime.now(UTC))
    finally:
        room.close()
    if password:
        typer.echo(
            f"Akun pertama / first account: admin\n"
            f"Kata sandi sekali pakai, hanya ditampilkan kali ini"
            f" / one-time password, shown only now: {password}"
        )
