"""`ambon112 locate` and `evaluate-locate`: a caller's words -> a place."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from dispatch.cli.fail import bad_input, failed

if TYPE_CHECKING:
    from geo.geocode import Answer, Geocoder

BOTH = (
    "Dengan --batch, teks lokasi dibaca dari stdin. / "
    "With --batch the texts are read from standard input."
)
EMPTY = "Teks lokasi kosong. / The location text is empty."
STATUS_WORDS = {
    "located": "ditemukan / located",
    "ambiguous": "lebih dari satu tempat / ambiguous",
    "outside": "di luar Kota Ambon / outside the city",
    "unknown": "tidak dikenal / unknown",
}


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    # Coordinates begin with a minus: "-3.6954, 128.1814" is a text, not an option.
    app.command(context_settings={"ignore_unknown_options": True})(locate)
    app.command("evaluate-locate")(evaluate_locate)
    app.command("evaluate-duplicates")(evaluate_duplicates)


def locate(
    text: Annotated[
        str | None, typer.Argument(help="Kata-kata pelapor / the caller's words.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Objek JSON / a JSON object.")] = False,
    batch: Annotated[
        bool, typer.Option("--batch", help="Satu lokasi tiap baris stdin / one a line of stdin.")
    ] = False,
) -> None:
    """
    Cari tempat dari kata-kata pelapor. / Find the place a caller's words mean.

    --batch reads one text a line on standard input and answers one JSON object a line, in order.
    """
    if batch:
        if text not in (None, "-"):
            bad_input(BOTH)
        _locate_lines(sys.stdin.buffer)
        return
    if text is None or not text.strip():
        bad_input(EMPTY)
    answer = _geocoder().locate(text)
    if as_json:
        typer.echo(json.dumps(answer.as_dict(), ensure_ascii=False))
    else:
        typer.echo(_readable(answer))


def _locate_lines(lines: BinaryIO) -> None:
    geocoder = _geocoder()
    for line in lines:
        text = line.decode("utf-8", "replace").removeprefix("\ufeff").rstrip("\r\n")
        typer.echo(json.dumps(geocoder.locate(text).as_dict(), ensure_ascii=False))


def _geocoder() -> "Geocoder":
    from geo.files import DATA, DataFileError  # noqa: PLC0415 - other commands start without it
    from geo.geocode import load_geocoder  # noqa: PLC0415
    from geo.kelurahan import load_boundaries  # noqa: PLC0415

    try:
        return load_geocoder(load_boundaries(DATA / "kelurahan"), DATA / "places")
    except DataFileError as broken:
        failed(f"Berkas data rusak / bad data file: {broken}")


def _readable(answer: "Answer") -> str:
    lines = [STATUS_WORDS[answer.status]]
    for i, c in enumerate(answer.candidates, start=1):
        lines.append(f"{i}. {c.label}")
        lines.append(
            f"   {c.lat:.5f}, {c.lon:.5f}  ± {c.radius_m:.0f} m  {c.level}  {c.confidence:.0%}"
        )
        lines.append(f"   {c.why}")
    lines += [f"? {answer.question}"] if answer.question else []
    lines += [f"! {answer.note}"] if answer.note else []
    return "\n".join(lines)


def evaluate_locate(
    file: Annotated[
        Path, typer.Argument(help="CSV: place_text, kelurahan_code [, kelurahan_basis, lon, lat].")
    ],
) -> None:
    """
    Ukur ketepatan pencarian tempat. / Measure how right `locate` is on known texts.

    Prints accuracy by level, calibration, and every miss.
    """
    from dispatch.cli.evaluation import BadTableError, evaluate, read_cases  # noqa: PLC0415

    try:
        cases = read_cases(file)
    except BadTableError as why:
        bad_input(str(why))
    typer.echo(evaluate(_geocoder(), cases))


def evaluate_duplicates(
    file: Annotated[
        Path, typer.Argument(help="CSV: event_id, date, type, place_text [, time_wit].")
    ],
) -> None:
    """
    Ukur pengenalan laporan ulang. / Measure how well reports of one event are told.

    Rows with the same event_id are one event. Prints recall, precision, and every miss.
    """
    from dispatch.cli.evaluation import BadTableError  # noqa: PLC0415
    from dispatch.cli.same_event import as_text, measure, read_reports  # noqa: PLC0415
    from dispatch.duplicates import Comparison  # noqa: PLC0415
    from geo.files import DATA  # noqa: PLC0415
    from geo.kelurahan import load_boundaries  # noqa: PLC0415

    geocoder = _geocoder()
    try:
        told = read_reports(file, geocoder)
    except BadTableError as why:
        bad_input(str(why))
    comparison = Comparison(geocoder.vocabulary, load_boundaries(DATA / "kelurahan"))
    typer.echo(as_text(measure(told, comparison)))
