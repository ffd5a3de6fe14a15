"""`ambon112 check`: whether the machine and what the room stands on are in order, in sentences."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import typer

from dispatch.cli.fail import REFUSED
from dispatch.cli.sentences import refuse
from dispatch.errors import DispatchError

if TYPE_CHECKING:
    from dispatch.checkup import Finding
    from dispatch.config import Settings


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command()(check)


def check() -> None:
    """
    Periksa mesin dan basis data. / Check the machine and the database; changes nothing.

    Whether the database answers and has this program's schema, whether the prepared files can be
    read, how much of each disk is free, and whether the clock is right. Exit 0 when all is well
    or cannot be told from here, 1 when anything needs somebody.
    """
    from dispatch.checkup import State, worst  # noqa: PLC0415 - the database, only when asked
    from dispatch.config import load_settings  # noqa: PLC0415

    try:
        found = _look(load_settings())
    except DispatchError as refusal:
        refuse(refusal)
    for one in found:
        typer.echo(f"{MARKS[one.state]} {SENTENCES[one.what](one)}")
    if worst(found) is not State.OK:
        raise typer.Exit(REFUSED)


def _look(settings: "Settings") -> "list[Finding]":
    from dispatch import checkup  # noqa: PLC0415
    from dispatch.analytics.clusters import load_spacing  # noqa: PLC0415
    from dispatch.catalogue import load_catalogue  # noqa: PLC0415
    from dispatch.ground import load_ground  # noqa: PLC0415
    from dispatch.scripts import load_scripts  # noqa: PLC0415
    from dispatch.store import open_store  # noqa: PLC0415

    ground, store = load_ground(settings.data_dir), open_store(settings)
    folder = ground.data / "catalogue"
    catalogue = (
        lambda: load_scripts(folder, load_catalogue(folder)),
        lambda: load_spacing(folder),
    )
    try:
        return [*checkup.examine(settings, store), checkup.files(ground, catalogue)]
    finally:
        store.close()


MARKS: Mapping[str, str] = {"ok": "+", "warning": "!", "failed": "X", "unknown": "?"}


def _database(found: "Finding") -> str:
    if found.state == "ok":
        return "Basis data menjawab. / The database answers."
    return f"Basis data tidak menjawab ({found.about}). / The database does not answer."


def _schema(found: "Finding") -> str:
    if found.state == "ok":
        return "Skema sesuai dengan program. / The schema is this program's."
    if found.state == "unknown":
        return "Skema tidak diketahui. / The schema is unknown."
    if found.about.startswith("+"):
        return (
            f"Skema lebih baru daripada program ({found.about[2:]})."
            " / The schema is newer than the program."
        )
    return (
        f"Skema belum diperbarui ({found.about[2:]}): ambon112 migrate."
        " / The schema lacks these steps."
    )


def _files(found: "Finding") -> str:
    if found.state == "ok":
        return f"Berkas data utuh ({found.about}). / The prepared files can be read."
    return f"Berkas data rusak ({found.about}). / A prepared file is broken."


def _disk(of_id: str, of_en: str) -> "Callable[[Finding], str]":
    def say(found: "Finding") -> str:
        if found.value is None or found.free_bytes is None:
            return f"Cakram {of_id}: tidak diketahui. / Disk of {of_en}: unknown from here."
        free = f"{found.value:.0%} ({found.free_bytes / 1e9:.1f} GB)"
        return (
            f"Cakram {of_id}: {free} kosong di {found.about}. / Disk of {of_en}: this much is free."
        )

    return say


def _clock(found: "Finding") -> str:
    if found.value is None:
        return "Selisih jam tidak diketahui. / How far the clocks differ is unknown."
    return (
        f"Jam basis data berselisih {found.value:+.3f} s dari mesin ini."
        " / The database's clock beside this machine's."
    )


_SYNCHRONISED = {
    "ok": "Jam mesin tersinkron. / The machine's clock is synchronised.",
    "warning": "Jam mesin tidak tersinkron. / The machine's clock is not synchronised.",
    "unknown": "Sinkronisasi jam tidak diketahui. / Whether the clock is synchronised is unknown.",
}
SENTENCES: "Mapping[str, Callable[[Finding], str]]" = {
    "database": _database,
    "schema": _schema,
    "files": _files,
    "disk": _disk("program", "the program"),
    "database_disk": _disk("basis data", "the database"),
    "clock": _clock,
    "clock_synchronised": lambda found: _SYNCHRONISED[found.state],
}
