"""`ambon112 recommend` and `explain`: who to send to a place, and why."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer

from dispatch.cli.fail import REFUSED, bad_input
from dispatch.cli.sentences import refuse, sentence
from dispatch.errors import BadClosures, BadValue, DispatchError

if TYPE_CHECKING:
    from dispatch.catalogue import Catalogue
    from dispatch.options import Ground
    from dispatch.room import Room
    from dispatch.unit import Unit
    from geo.closures import Closure

LonLat = tuple[float, float]
At = Annotated[str | None, typer.Option("--at", help="Lokasi / scene: LON,LAT.")]
Type = Annotated[str | None, typer.Option("--type", help="Jenis kejadian / code or name.")]
Severity = Annotated[str | None, typer.Option(help="ringan, sedang, berat / low, medium, high.")]
AsJson = Annotated[bool, typer.Option("--json", help="Satu objek JSON / one JSON object.")]
UnitsFile = Annotated[
    Path | None,
    typer.Option(
        "--units",
        help="CSV call_sign,agency,profile,capabilities,lon,lat; tanpa basis data / no database.",
    ),
]
ClosuresFile = Annotated[
    Path | None, typer.Option("--closures", help="Penutupan jalan / road closures, GeoJSON.")
]
Limit = Annotated[int, typer.Option(min=1, help="Berapa pilihan / how many options.")]
Batch = Annotated[bool, typer.Option("--batch", help="Baris JSON di stdin / JSON lines on stdin.")]
Card = Annotated[bool, typer.Option("--card", help="Seluruh kartu / the whole run card.")]
Radius = Annotated[
    float, typer.Option(min=0, max=20_000, help="Ketidakpastian lokasi / uncertainty, metres.")
]
By = Annotated[str, typer.Option(help="time | both (waktu dan warga / time and people).")]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command()(recommend)
    app.command()(explain)


def recommend(
    *,
    at: At = None,
    type_: Type = None,
    severity: Severity = None,
    as_json: AsJson = False,
    units: UnitsFile = None,
    closures: ClosuresFile = None,
    limit: Limit = 5,
    batch: Batch = False,
    card: Card = False,
    radius: Radius = 0.0,
    rank_by: By = "time",
) -> None:
    """
    Siapa yang dikirim, tercepat lewat jalan. / Who to send, soonest by road.

    Options come in order of travel_s: the drive and the last metres on foot; equal times by call
    sign. Turnout stands beside it. Exit 1: no unit can go. Answers from the room's own units are
    kept under their "id" (`explain ID`), a batch is not. With --units no database is touched.

    --batch reads {"at": [LON, LAT] or "LON,LAT", "type": ..., "severity": ...} one a line and
    answers one JSON object a line, in order. A bad line gets an object with an "error" sentence
    in its place and the others go on; the exit code is 0 all the same.
    """
    try:
        routes = limit if as_json or batch else 0
        room = _ranker(units, closures, limit, rank_by, batch=batch, routes=routes)
        if batch:
            for line in _lines(sys.stdin):
                typer.echo(json.dumps(_answer_line(room, line), ensure_ascii=False))
            return
        if at is None or type_ is None:
            bad_input("Sebutkan --at LON,LAT dan --type. / Give --at LON,LAT and --type.")
        answer = room.answer(_scene(at), type_, severity, radius)
    except DispatchError as refusal:
        refuse(refusal)
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
    else:
        _print(answer, card=card)
    if answer["status"] == "no_unit":
        typer.echo(_nobody(answer), err=True)
        raise typer.Exit(REFUSED)


class _Ranker(Protocol):
    """Answers the questions of one run of the command, as plain JSON."""

    def answer(
        self, scene: LonLat, type_: str, severity: str | None, radius: float = 0.0
    ) -> dict[str, Any]:
        """Answer one question."""


@dataclass(frozen=True, slots=True)
class _FromFile:
    """Ranks the units of a file: no database is touched."""

    ground: "Ground"
    catalogue: "Catalogue"
    units: "list[Unit]"
    closures: "tuple[Closure, ...]"
    asked: Mapping[str, Any]

    def answer(
        self, scene: LonLat, type_: str, severity: str | None, radius: float = 0.0
    ) -> dict[str, Any]:
        """Answer one question."""
        from dispatch.answer import as_json  # noqa: PLC0415 - numpy stays out of start-up
        from dispatch.options import options_for  # noqa: PLC0415

        found = options_for(
            self.ground,
            self.units,
            scene,
            type_,
            catalogue=self.catalogue,
            severity=severity,
            radius_m=radius,
            closures=self.closures,
            **self.asked,
        )
        return {**as_json(found, self.catalogue), "at": list(scene)}


@dataclass(frozen=True, slots=True)
class _FromDesk:
    """Ranks the room's own units as the dispatch page does, and keeps what it showed."""

    room: "Room"
    closures: "tuple[Closure, ...] | None"
    keep: bool
    asked: Mapping[str, Any]

    def answer(
        self, scene: LonLat, type_: str, severity: str | None, radius: float = 0.0
    ) -> dict[str, Any]:
        """Answer one question; "id" is what `explain` takes."""
        from dispatch import desk  # noqa: PLC0415 - numpy stays out of start-up
        from dispatch.answer import as_json  # noqa: PLC0415

        found = desk.options(
            self.room,
            lon=scene[0],
            lat=scene[1],
            type_code=type_,
            by=self.room.settings.operator,
            severity=severity,
            radius_m=radius,
            closures=self.closures,
            keep=self.keep,
            **self.asked,
        )
        return {**as_json(found, self.room.catalogue), "at": list(scene), "id": found.id}


def _ranker(
    units: Path | None, closures: Path | None, limit: int, rank_by: str, *, batch: bool, routes: int
) -> _Ranker:
    """Gather units and closures: from files, or from the room's database."""
    from dispatch.catalogue import load_catalogue  # noqa: PLC0415
    from dispatch.ground import load_ground  # noqa: PLC0415
    from dispatch.recommend import RankBy  # noqa: PLC0415
    from dispatch.units_file import read_units  # noqa: PLC0415

    if rank_by not in ("time", "both"):
        raise BadValue("rank-by", rank_by, ("time", "both"))
    asked = {"limit": limit, "routes": routes, "rank_by": RankBy(rank_by)}
    closed = _read_closures(closures) if closures else None
    _say_idle(closed or ())
    if units is not None:
        catalogue = load_catalogue()
        listed = read_units(units, catalogue, lambda note: typer.echo(note, err=True))
        return _FromFile(load_ground(), catalogue, listed, closed or (), asked)
    from dispatch.config import load_settings  # noqa: PLC0415 - only here is a database needed
    from dispatch.room import open_room  # noqa: PLC0415

    return _FromDesk(open_room(load_settings()), closed, not batch, asked)


def _read_closures(path: Path) -> "tuple[Closure, ...]":
    """Read a GeoJSON file of closures; those not in force now are left out."""
    from geo.closures import BadClosure, active, read_closures  # noqa: PLC0415

    try:
        said = json.loads(path.read_text("utf-8-sig"))
        return tuple(active(read_closures(said), datetime.now(UTC)))
    except OSError as error:
        raise BadClosures(error.strerror or str(error), str(path)) from error
    except (BadClosure, ValueError, RecursionError) as error:
        raise BadClosures(str(error), str(path)) from error


def _say_idle(closures: "tuple[Closure, ...]") -> None:
    """Say which closures touch no road: they were drawn somewhere else than meant."""
    if not closures:
        return
    from dispatch.ground import load_ground  # noqa: PLC0415
    from geo.closures import closes_nothing  # noqa: PLC0415

    network = load_ground().travel.network
    for one in closures:
        if closes_nothing(network, one):
            typer.echo(
                f"Penutupan {one.id} tidak menyentuh jalan. / Closure {one.id} touches no road.",
                err=True,
            )


def _scene(text: str) -> tuple[float, float]:
    """Read --at."""
    from dispatch.scene import read_scene  # noqa: PLC0415

    return read_scene(text)


def _lines(stdin: Iterable[str]) -> Iterator[str]:
    """Yield the lines that say anything."""
    return (line for line in stdin if line.strip())


def _answer_line(room: _Ranker, line: str) -> dict[str, Any]:
    """Answer one line of a batch; what is wrong with it, in its place."""
    try:
        said = json.loads(line)
        if not isinstance(said, Mapping):
            raise BadValue("line", line.strip())
        return room.answer(_place(said), _word(said, "type"), _severity(said), _radius(said))
    except DispatchError as refusal:
        return {"error": sentence(refusal)}
    except (ValueError, RecursionError, OverflowError):
        return {"error": "Bukan satu objek JSON. / Not one JSON object."}


def _place(said: Mapping[str, Any]) -> tuple[float, float]:
    """Read where, as [lon, lat] or "lon,lat"."""
    at = said.get("at")
    if isinstance(at, list) and all(isinstance(one, int | float) for one in at):
        at = ",".join(repr(float(one)) for one in at)
    return _scene(at if isinstance(at, str) else "")


def _word(said: Mapping[str, Any], field: str) -> str:
    """Read a word that must be there."""
    word = said.get(field)
    if not isinstance(word, str):
        raise BadValue(field, "" if word is None else str(word))
    return word


def _severity(said: Mapping[str, Any]) -> str | None:
    """Read how severe, if said."""
    return None if said.get("severity") is None else _word(said, "severity")


def _radius(said: Mapping[str, Any]) -> float:
    """Read how far the true place may lie from the point, metres."""
    radius = said.get("radius_m") or 0.0
    if not isinstance(radius, int | float) or not 0 <= radius <= 20_000:
        raise BadValue("radius_m", str(radius))
    return float(radius)


def _print(answer: Mapping[str, Any], *, card: bool) -> None:
    """Print the answer for a person: best first, then what goes along, then who was passed over."""
    for place, one in enumerate(answer["options"], 1):
        minutes, seconds = divmod(round(one["travel_s"]), 60)
        typer.echo(f"{place}. {one['call_sign']:<18} {minutes:3d}:{seconds:02d}  {one['why']}")
    for one in answer["diversions"]:
        typer.echo(f"   {one['call_sign']:<18} {one['why']}")
    for one in answer["told"]:
        phone = f" ({one['phone']})" if one["phone"] else ""
        typer.echo(f"Telepon {one['name']}{phone}")
    if card:
        _print_card(answer["card"])
    for note in answer["notes"]:
        typer.echo(note["id"])
    if answer["area"] and answer["area"]["changes"] and answer["area"]["question"]:
        typer.echo(f"Tanyakan: {answer['area']['question']}")
    for one in answer["passed_over"]:
        typer.echo(f"-  {one['call_sign']:<18} {one['why']}")


def _print_card(card: Mapping[str, Any]) -> None:
    """Print the run card as filled, and what is short."""
    for line in card["lines"]:
        who = ", ".join(pick["call_sign"] for pick in line["chosen"]) or "-"
        short = f" (kurang {line['shortfall']})" if line["shortfall"] else ""
        typer.echo(f"[{line['count']}] {line['need']:<16} {who}{short}")


def _nobody(answer: Mapping[str, Any]) -> str:
    """Say that nobody can go, and that the reasons were given."""
    count = len(answer["passed_over"])
    return (
        f"Tidak ada unit yang bisa dikirim; {count} unit dilewati."
        f" / No unit can be sent; {count} passed over."
    )


def explain(
    id_: Annotated[int, typer.Argument(metavar="ID", help="Nomor rekomendasi / its number.")],
    as_json: AsJson = False,
) -> None:
    """
    Mengapa unit itu yang disarankan. / Why a past recommendation said what it said.

    Prints what the room was shown, from what it was made, and whether asking the same again gives
    the same: on the present roads and files, with types and run cards as the room had them then.
    """
    from dispatch.config import load_settings  # noqa: PLC0415 - the database, only when asked
    from dispatch.record import replay  # noqa: PLC0415
    from dispatch.room import open_room  # noqa: PLC0415
    from dispatch.store import recommendations  # noqa: PLC0415

    try:
        room = open_room(load_settings())
        with room.store.reading() as tx:
            kept = recommendations.get(tx, id_)
        again = replay(kept.inputs, kept.outputs, room.ground, room.catalogue)
    except DispatchError as refusal:
        refuse(refusal)
    if as_json:
        said = {
            "id": kept.id,
            "at": kept.at.isoformat(),
            "by": kept.by,
            "inputs": kept.inputs,
            "outputs": kept.outputs,
            "same_today": again.same,
            "changed": list(again.changed),
        }
        typer.echo(json.dumps(said, ensure_ascii=False))
        return
    _print_asked(kept.inputs["request"], kept.by)
    _print(kept.outputs, card=True)
    typer.echo(_compared(again.same, again.changed))


def _print_asked(asked: Mapping[str, Any], by: str) -> None:
    """Print what was asked, by whom, when, and what stood in the way then."""
    lon, lat = asked["scene"]
    typer.echo(f"{asked['at']}  {by}: {asked['type']} di {lon:.6f},{lat:.6f}")
    free = sum(unit["status"] == "available" for unit in asked["units"])
    closed = len(asked["closures"]["features"])
    typer.echo(f"{len(asked['units'])} unit ({free} siaga), {closed} penutupan jalan")


def _compared(same: bool, changed: tuple[str, ...]) -> str:
    """Say whether the same request gives the same answer today."""
    if same:
        return "Dihitung ulang: sama persis. / Replayed: exactly the same."
    what = ", ".join(changed) or "-"
    return f"Dihitung ulang: berbeda; data berubah: {what}. / Replayed: differs; changed: {what}."
