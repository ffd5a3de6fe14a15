"""`ambon112 prepare`: source files -> the prepared files under data/."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from dispatch.cli.fail import bad_input, failed
from geo.files import DATA, SUMS, DataFileError, write_sums

# Boundaries first: roads and places ask them which kelurahan they lie in.
STEPS = {
    "kelurahan": "geo.prepare.kelurahan",
    "places": "geo.prepare.places",
    "roads": "geo.prepare.roads",
    "basemap": "geo.prepare.basemap",
    "stations": "dispatch.prepare",
}
ONLINE = "online"


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command()(prepare)


def prepare(
    source: Annotated[
        Path | None, typer.Option(help="Folder berkas sumber / folder of the source files.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder data hasil / the data folder to write.")] = DATA,
    only: Annotated[
        list[str] | None, typer.Option(help=f"Hanya langkah ini / only: {', '.join(STEPS)}.")
    ] = None,
    roads: Annotated[
        str | None,
        typer.Option(help="`online`: ambil jalan terbaru dari OSM / fetch a fresh road network."),
    ] = None,
) -> None:
    """
    Siapkan data/ dari berkas sumber. / Write data/ from the source files.

    The repository already carries its prepared data; this makes it again from newer sources.
    With `--roads online` osmnx fetches the ways of the city and 5 km around it.
    """
    if roads not in (None, ONLINE):
        bad_input(f"--roads menerima 'online' saja. / --roads takes 'online' only, not {roads!r}.")
    if source is None and roads is None:
        bad_input("Sebutkan --source FOLDER atau --roads online. / Give one of the two.")
    if source is not None and not source.is_dir():
        bad_input(f"Folder sumber tidak ada: {source} / no such source folder.")
    steps = only or ([] if source is None else list(STEPS))
    if unknown := [step for step in steps if step not in STEPS]:
        bad_input(f"Langkah tidak dikenal / unknown step: {', '.join(unknown)}.")
    console = Console(stderr=True)
    with console.status("") as status:

        def progress(doing: str) -> None:
            status.update(doing)
            console.log(doing)

        try:
            with _summed(out):
                _run(steps, source, out, fresh_roads=roads == ONLINE, progress=progress)
        except DataFileError as broken:
            failed(f"Berkas sumber rusak / bad source file: {broken}")


@contextmanager
def _summed(out: Path) -> Iterator[None]:
    """Compare with no sums while files change, then write new ones; the old stay if it fails."""
    sums, aside = out / SUMS, out / f"{SUMS}.old"
    if sums.exists():
        sums.replace(aside)
    try:
        yield
    except BaseException:
        if aside.exists():
            aside.replace(sums)
        raise
    write_sums(out)
    aside.unlink(missing_ok=True)


def _run(
    steps: list[str],
    source: Path | None,
    out: Path,
    *,
    fresh_roads: bool,
    progress: Callable[[str], None],
) -> None:
    for step in steps:
        if not (fresh_roads and step == "roads"):
            import_module(STEPS[step]).prepare(source, out, progress)
    if fresh_roads:
        from geo.prepare.roads import NoInternet, prepare_online  # noqa: PLC0415 - osmnx is heavy

        try:
            prepare_online(out, progress)
        except NoInternet as why:
            failed(
                "Tidak ada internet: jaringan jalan lama tetap dipakai."
                f" / No internet, the present road network stays in use ({why})."
            )
