"""`ambon112 serve`: the database made ready, then the pages."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from dispatch.cli.fail import failed

PAGE = Path(__file__).parents[2] / "streamlit_app.py"


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command()(serve)


def serve(
    port: Annotated[int | None, typer.Option(help="Porta / port (AMBON112_PORT).")] = None,
    browser: Annotated[bool, typer.Option(help="Buka peramban / open a browser.")] = True,
) -> None:
    """
    Jalankan peta tanggap darurat. / Make the database ready and open the dispatch page.

    Starts the embedded database unless AMBON112_DATABASE_URL names one, applies the migrations,
    seeds an empty one, then serves on this machine only.
    """
    from dispatch.config import load_settings  # noqa: PLC0415 - keeps the other commands quick
    from dispatch.errors import DispatchError  # noqa: PLC0415

    try:
        chosen = load_settings()
        _make_ready()
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
    os.execv(sys.executable, command)  # noqa: S606 - our own interpreter and script


def _make_ready() -> None:
    from dispatch.room import open_room  # noqa: PLC0415

    open_room().close()
