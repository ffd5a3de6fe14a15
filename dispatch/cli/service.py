"""Commands around the room's database: migrate, seed, export, fix, closures, erase-callers, api."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dispatch.cli.fail import bad_input, failed
from dispatch.cli.sentences import refuse
from dispatch.errors import BadClosures, BadTime, DispatchError

if TYPE_CHECKING:
    from dispatch.room import Room
    from dispatch.store.events import Head
    from geo.closures import Closure

WIT = timezone(timedelta(hours=9))
CENTURY_DAYS = 36_500

closures_app = typer.Typer(
    help="Penutupan jalan. / Roads that are cut.", no_args_is_help=True, add_completion=False
)


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    for command in (migrate, seed, export, api):
        app.command()(command)
    app.command("verify-log")(verify_log)
    app.command("erase-callers")(erase_callers)
    app.command(context_settings={"ignore_unknown_options": True})(fix)  # -3.69,128.18 is no option
    app.add_typer(closures_app, name="closures")


def migrate(
    training: Annotated[
        bool, typer.Option("--training", help="Ruang latihan / the training room.")
    ] = False,
) -> None:
    """
    Perbarui skema basis data. / Bring the database's schema up to date.

    Safe to run again. Steps that need PostGIS are applied as soon as the server has it. With
    AMBON112_OWNER_URL it is done as that user, and the user of AMBON112_DATABASE_URL, made when
    missing, is let work in the schema: it then cannot alter the record of events nor the schema.
    Programs that are not given AMBON112_OWNER_URL have no more than that.
    """
    from dispatch.config import load_settings  # noqa: PLC0415 - the database, only when asked
    from dispatch.store import open_store  # noqa: PLC0415

    with _said():
        store = open_store(load_settings(training=training))
        try:
            done = store.migrate()
        finally:
            store.close()
    for name in done.applied:
        typer.echo(f"+ {name}")
    for name in done.waiting:
        typer.echo(f"  {name}: menunggu PostGIS / waits for PostGIS")
    if not done.applied:
        typer.echo("Skema sudah terbaru. / The schema is up to date.")


def seed() -> None:
    """
    Isi pos, armada, dan kejadian lampau. / Write stations, roster and past incidents.

    Rows already there are left as they are, so it can be run again.
    """
    from dispatch.store import seed as first_rows  # noqa: PLC0415

    with room_here() as room:
        done = first_rows.seed(room.store, room.ground.data, at=datetime.now(UTC))
    typer.echo(
        f"Ditambahkan: {done.stations} pos, {done.units} unit, {done.incidents} kejadian."
        f" / Added: {done.stations} stations, {done.units} units, {done.incidents} incidents."
    )


def export(
    path: Annotated[Path, typer.Argument(help="Berkas / file.")],
    *,
    from_: Annotated[
        str | None, typer.Option("--from", help="Dari waktu / opened at or after (ISO; WIT).")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", help="Sampai sebelum / opened before (ISO; WIT).")
    ] = None,
    as_format: Annotated[
        str | None,
        typer.Option("--format", help="csv, xlsx, geojson, gpkg, cap; the ending when not said."),
    ] = None,
    public: Annotated[
        bool, typer.Option("--public", help="CAP: untuk umum / for everybody.")
    ] = False,
    exercise: Annotated[bool, typer.Option("--exercise", help="CAP: latihan / training.")] = False,
) -> None:
    """
    Tulis kejadian ke berkas. / Write incidents to a file for other programs.

    The ending decides, or --format: .csv (UTF-8), .xlsx (text that a spreadsheet would run is
    quoted in both), .geojson, .gpkg (GeoPackage, layers `incidents`, `stations`, `units`, for
    QGIS), or .xml (CAP 1.2 alerts in one EDXL-DE envelope, sent by AMBON112_CAP_SENDER; with
    --public they hold neither place text nor note). WGS84; times in UTC, in .xlsx in WIT. Past
    incidents from public reports are included, column `source` tells them apart. Nothing about
    callers is written. A time without a zone is Ambon's (WIT, UTC+9).
    """
    from dispatch import cap  # noqa: PLC0415
    from dispatch import export as written  # noqa: PLC0415

    how = written.NAMES.get((as_format or path.suffix.removeprefix(".")).lower())
    if how is None:
        known = ", ".join(written.NAMES)
        bad_input(f"Format atau akhiran harus {known}. / The format must be one of these.")
    with room_here() as room:
        span = _time(from_), _time(until)
        extract = written.gather(room, written.Choice(*span), at=datetime.now(UTC))
        scope = cap.Scope.PUBLIC if public else cap.Scope.RESTRICTED
        sending = cap.sending(room.settings, scope, exercise=exercise)
    try:
        written.write(extract, path, how, sending)
    except OSError as error:
        failed(f"Tidak dapat menulis {path}: {error.strerror}. / It cannot be written.")
    typer.echo(f"{len(extract.rows)} kejadian / incidents -> {path}")


def fix(
    call_sign: Annotated[str, typer.Argument(help="Nama panggilan / call sign.")],
    place: Annotated[str, typer.Argument(metavar="LON,LAT", help="Posisi / position.")],
    at: Annotated[
        str | None, typer.Option(help="Kapan / when (ISO; WIT); now when not said.")
    ] = None,
) -> None:
    """Catat posisi unit. / Write down where a unit is."""
    from dispatch import desk  # noqa: PLC0415
    from dispatch.scene import read_scene  # noqa: PLC0415

    with room_here() as room:
        lon, lat = read_scene(place)
        by = room.settings.operator
        when = _time(at) or datetime.now(UTC)
        desk.record_fix(room, call_sign, lon, lat, at=when, by=by, source="cli")
    typer.echo(f"{call_sign}: {lon:.6f}, {lat:.6f}, {when.astimezone(WIT):%Y-%m-%d %H:%M:%S} WIT")


def api(
    port: Annotated[int | None, typer.Option(help="Porta / port (AMBON112_API_PORT).")] = None,
    training: Annotated[
        bool, typer.Option("--training", help="Ruang latihan / the training room.")
    ] = False,
) -> None:
    """
    Jalankan titik HTTP untuk program lain. / Serve the HTTP endpoint for other programs.

    GET /openapi.json describes it: take a call, read incidents and units, report a unit's
    position, duty and progress. `Authorization: Bearer` with a key (`ambon112 keys add`) that an
    agency's program holds; GET /health needs none. It also delivers the webhooks.
    On this machine only (127.0.0.1); put a proxy with TLS before it to open it to vehicles.
    """
    import uvicorn  # noqa: PLC0415 - serving only

    from dispatch import logs  # noqa: PLC0415
    from dispatch.api import make_api  # noqa: PLC0415
    from dispatch.delivery import delivering  # noqa: PLC0415

    with room_here(training=training) as room, delivering(room):
        logs.set_up(room.settings.log)
        chosen = port or room.settings.api_port
        level = "warning"
        uvicorn.run(make_api(room), host="127.0.0.1", port=chosen, log_level=level, log_config=None)


BREAKS = {
    "removed": "dihapus / removed",
    "changed": "diubah / changed",
    "gap": "segel hilang / seal missing",
    "unsealed": "tidak disegel / not sealed",
    "cut": "ujung catatan dipotong / the end of the record was cut",
}


def verify_log(
    head: Annotated[
        str | None,
        typer.Option(metavar="N:HASH", help="Kepala yang pernah dicatat / a head noted before."),
    ] = None,
) -> None:
    """
    Periksa catatan peristiwa. / Check that the record of events is whole.

    Each event's seal holds the one before it. Exit 1 and every break where a row was changed or
    removed. Note the head it prints: given back with --head, a record cut short shows too.
    """
    from dispatch.store import events  # noqa: PLC0415

    noted = _head(head)
    with room_here() as room, room.store.reading() as tx:
        found, now = events.breaks(tx, noted), events.head(tx)
    for one in found:
        where = "" if one.event_id is None else f" event {one.event_id}"
        typer.echo(f"{one.n or '-'}{where}: {BREAKS[one.what]}")
    if found:
        failed("Catatan tidak utuh. / The record is not whole.")
    typer.echo(f"Utuh / whole: {now.n} events, head {now.n}:{now.hash}")


def _head(said: str | None) -> "Head | None":
    """Read --head."""
    from dispatch.store.events import Head  # noqa: PLC0415

    if said is None:
        return None
    number, _, digest = said.partition(":")
    if not (number.isascii() and number.isdecimal() and len(number) < 19 and digest):
        bad_input("Tulis --head N:HASH. / Write --head N:HASH.")
    return Head(int(number), digest.lower())


def erase_callers(
    older_than: Annotated[int, typer.Option(metavar="DAYS", help="Hari / days.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Hitung saja / only count.")] = False,
) -> None:
    """
    Hapus data dan kata-kata penelepon lama. / Erase old callers' data and what they said.

    Calls received longer ago whose incident has ended: number, name, words and notes go, and the
    place of such incidents becomes its kelurahan. What is counted stays, and so does the record of
    events. Backups made before still hold what is erased here.
    """
    from dispatch import desk  # noqa: PLC0415

    if abs(older_than) > CENTURY_DAYS:  # less than a day is refused by the desk
        bad_input(f"--older-than: 1 sampai {CENTURY_DAYS} hari. / 1 to {CENTURY_DAYS} days.")
    with room_here() as room:
        done = desk.erase_callers(
            room,
            timedelta(days=older_than),
            by=room.settings.operator,
            at=datetime.now(UTC),
            dry_run=dry_run,
            source="cli",
        )
    typer.echo(
        f"{'Akan dihapus / would be erased' if dry_run else 'Dihapus / erased'}:"
        f" {done.calls} laporan / calls, {done.incidents} kejadian / incidents,"
        f" {done.notes} catatan / notes, {done.suggestions} usulan nama / suggested names,"
        f" {done.handovers} serah terima / handovers, {done.conflicts} konflik / conflicts,"
        f" {done.journals} berkas buku harian rusak / damaged journals"
    )


@closures_app.command("list")
def list_closures(
    as_json: Annotated[bool, typer.Option("--json", help="GeoJSON.")] = False,
) -> None:
    """Penutupan yang berlaku sekarang. / Closures in force now."""
    from dispatch import desk  # noqa: PLC0415
    from geo.closures import write_closures  # noqa: PLC0415

    with room_here() as room:
        found = desk.closures(room)
    if as_json:
        typer.echo(json.dumps(write_closures(found), ensure_ascii=False))
        return
    for one in found:
        whom = ", ".join(sorted(one.profiles)) if one.profiles else "semua / all"
        until = f"{one.until_at.astimezone(WIT):%Y-%m-%d %H:%M} WIT" if one.until_at else "-"
        typer.echo(f"{one.id}  {one.reason}  [{whom}]  sampai / until {until}  ({one.author})")


@closures_app.command("add")
def add_closures(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="GeoJSON.")],
) -> None:
    """
    Tutup jalan dari berkas GeoJSON. / Close roads from a GeoJSON file.

    Each feature is a point, line or polygon in WGS84; properties `profiles` (all when absent),
    `from`, `until`, `reason`. One bad feature and nothing is closed.
    """
    from dispatch import desk  # noqa: PLC0415

    with room_here() as room:
        added = desk.close_roads(
            room, _read(path), by=room.settings.operator, at=datetime.now(UTC), source="cli"
        )
    for one in added:
        typer.echo(f"{one.id}  {one.reason}")


@closures_app.command("remove")
def remove_closure(
    closure_id: Annotated[int, typer.Argument(metavar="ID", help="Nomor / its number.")],
) -> None:
    """Buka jalan lagi. / Open a road again."""
    from dispatch import desk  # noqa: PLC0415

    with room_here() as room:
        by = room.settings.operator
        desk.open_road(room, closure_id, by=by, at=datetime.now(UTC), source="cli")


def _read(path: Path) -> "list[Closure]":
    from geo.closures import BadClosure, read_closures  # noqa: PLC0415

    try:
        return read_closures(json.loads(path.read_text("utf-8-sig")))
    except OSError as error:
        raise BadClosures(error.strerror or str(error), str(path)) from error
    except (BadClosure, ValueError, RecursionError) as error:
        raise BadClosures(str(error), str(path)) from error


def _time(text: str | None) -> datetime | None:
    """Read a time; without a zone it is Ambon's."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadTime(text) from None
    return at if at.utcoffset() is not None else at.replace(tzinfo=WIT)


@contextmanager
def _said() -> Iterator[None]:
    """Turn a refusal into its sentence and exit code."""
    try:
        yield
    except DispatchError as refusal:
        refuse(refusal)


@contextmanager
def room_here(*, training: bool = False) -> "Iterator[Room]":
    """Open the room, or its training room, for one command, and leave it."""
    from dispatch.config import load_settings  # noqa: PLC0415
    from dispatch.room import open_room  # noqa: PLC0415

    with _said():
        room = open_room(load_settings(training=training))
        try:
            yield room
        finally:
            room.close()
