"""Units as other programs list them: CSV with call_sign,agency,profile,capabilities,lon,lat."""

import csv
import io
import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from dispatch.catalogue import Catalogue, plain
from dispatch.errors import BadUnitsFile
from dispatch.unit import Unit

FIELDS = ("call_sign", "agency", "profile", "capabilities", "lon", "lat")


def read_units(path: Path, catalogue: Catalogue, note: Callable[[str], None]) -> list[Unit]:
    """
    Read a units file; every unit in it is available at the place it gives.

    Capabilities are separated by `;`, `|`, `,` or spaces, and any word of `capabilities.toml` is
    understood. Where a unit lists none, or none that is known, it is taken to be able to do what
    `vehicles.toml` says of its agency and profile.

    Parameters
    ----------
    note
        Told, once a word, of capabilities that are not known.

    Raises
    ------
    BadUnitsFile
        The file cannot be read, lacks a column or a unit, or holds one that cannot be: no or a
        repeated call sign, an unknown agency or profile, coordinates that are none.
    """
    rows = _rows(path)
    units: dict[str, Unit] = {}
    strange: dict[str, None] = {}
    for line, row in rows:
        try:
            unit, unknown = _unit(row, catalogue)
        except ValueError as error:
            raise BadUnitsFile(str(path), str(error), line) from error
        if unit.call_sign in units:
            raise BadUnitsFile(str(path), f"{unit.call_sign}: dua kali / given twice", line)
        units[unit.call_sign] = unit
        strange |= dict.fromkeys(unknown)
    if not units:
        raise BadUnitsFile(str(path), "tidak ada unit / no units")
    for word in strange:
        note(f"{word}: kemampuan tidak dikenal / capability not known")
    return list(units.values())


def _rows(path: Path) -> list[tuple[int, Mapping[str, str]]]:
    """Read the rows with their line numbers; blank lines are skipped."""
    try:
        text = path.read_text("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True, skipinitialspace=True)
        names = [plain(name or "").replace(" ", "_") for name in reader.fieldnames or ()]
        missing = [field for field in FIELDS if field not in names]
        if missing:
            absent = ", ".join(missing)
            raise BadUnitsFile(str(path), f"tidak ada kolom / no column: {absent}", 1)
        reader.fieldnames = names
        return [
            (reader.line_num, {key: (row[key] or "").strip() for key in FIELDS}) for row in reader
        ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise BadUnitsFile(str(path), reason) from error


def _unit(row: Mapping[str, str], catalogue: Catalogue) -> tuple[Unit, list[str]]:
    """Make a unit of a row; also the capability words nobody knows."""
    if not row["call_sign"]:
        raise ValueError("tanpa tanda panggil / no call sign")
    agency = catalogue.agency_called(row["agency"])
    if agency is None:
        raise ValueError(_unknown("instansi / agency", row["agency"], catalogue.agencies))
    profile = profile_called(row["profile"], catalogue)
    capabilities, unknown = _capabilities(row["capabilities"], catalogue)
    return (
        Unit(
            call_sign=row["call_sign"],
            agency=agency,
            profile=profile,
            capabilities=capabilities or catalogue.default_capabilities(agency, profile),
            station=None,
            lon=_degrees(row["lon"], "lon", 180.0),
            lat=_degrees(row["lat"], "lat", 90.0),
        ),
        unknown,
    )


def profile_called(word: str, catalogue: Catalogue) -> str:
    """Return the vehicle profile called this; ValueError names the known ones."""
    profile = catalogue.profile_words.get(plain(word))
    if profile is None:
        known = dict.fromkeys(catalogue.profile_words.values())
        raise ValueError(_unknown("profil / profile", word, known))
    return profile


def _capabilities(text: str, catalogue: Catalogue) -> tuple[frozenset[str], list[str]]:
    """
    Read a list of capabilities; also the words nobody knows.

    Spaces may stand between two capabilities or inside the name of one: the longest run of words
    that is a name wins.
    """
    found: set[str] = set()
    unknown: list[str] = []
    for part in re.split(r"[;|,]", text):
        words = part.split()
        while words:
            run = next((n for n in range(len(words), 0, -1) if _known(words[:n], catalogue)), None)
            if run is None:
                unknown.append(words[0])
            else:
                found |= catalogue.capabilities_called(" ".join(words[:run]))
            words = words[run or 1 :]
    return frozenset(found), unknown


def _known(words: list[str], catalogue: Catalogue) -> bool:
    """Whether these words together name a capability."""
    return bool(catalogue.capabilities_called(" ".join(words)))


def _degrees(text: str, name: str, most: float) -> float:
    """Read a coordinate."""
    try:
        degrees = float(text)
    except ValueError as error:
        raise ValueError(f"{name} {text!r}: bukan angka / not a number") from error
    if not math.isfinite(degrees) or abs(degrees) > most:
        raise ValueError(f"{name} {text}: tidak mungkin / cannot be")
    return degrees


def _unknown(what: str, word: str, known: Mapping[str, object]) -> str:
    """Say that a word is not known, and which are."""
    return f"{what} {word!r}: tidak dikenal / not known; yang ada / known: {', '.join(known)}"
