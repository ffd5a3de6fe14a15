"""The geocoder's sentences, Indonesian first and English second, and its labels."""

from collections.abc import Sequence
from dataclasses import replace

from geo.answer import Candidate
from geo.evidence import Evidence
from geo.gazetteer import Kind, Thing
from geo.kelurahan import Boundaries, Kelurahan
from geo.weigh import Weighed
from geo.words import RtRw

TRUNCATED = "Teks dipotong pada 2000 huruf. / Text cut off at 2000 characters."
COORDINATES = "Koordinat dalam teks / coordinates in the text"
FIX_OUTSIDE = "Koordinat di luar Kota Ambon. / Coordinates outside Kota Ambon."
DISTRICT_ONLY = "Hanya kecamatan yang diketahui / only the district is known"
WHERE = "Di kelurahan, desa atau kampung mana? / In which kelurahan or kampung?"
KIND_NAME = {"kelurahan": "Kelurahan", "negeri": "Negeri", "desa": "Desa"}


def full_name(kelurahan: Kelurahan) -> str:
    """Return e.g. `Negeri Batu Merah, Sirimau`."""
    return f"{area_name(kelurahan)}, {kelurahan.district}"


def area_name(kelurahan: Kelurahan) -> str:
    """Return e.g. `Negeri Batu Merah`."""
    kind = KIND_NAME.get(kelurahan.kind, kelurahan.kind.capitalize())
    return kelurahan.name if kelurahan.name.startswith(kind) else f"{kind} {kelurahan.name}"


def label(rt_rw: Sequence[RtRw], name: str | None, kelurahan: Kelurahan) -> str:
    """Return what a dispatcher reads: RT/RW, the place, its kelurahan and district."""
    numbers = [str(rt_rw[0])] if rt_rw else []
    return ", ".join([*numbers, *([name] if name else []), full_name(kelurahan)])


def offshore(kelurahan: Kelurahan, metres: float) -> str:
    """Say that a point lies off the shore of the nearest kelurahan."""
    return (
        f"{metres:.0f} m di luar garis pantai {kelurahan.name}."
        f" / {metres:.0f} m off the shore of {kelurahan.name}."
    )


def outside(thing: Thing) -> str:
    """Say which place beyond the city the words name."""
    if thing.kind is Kind.NEIGHBOUR:
        where = f" ({thing.district})" if thing.district not in ("", thing.name) else ""
        return f"{thing.name}{where}: di luar Kota Ambon. / Outside Kota Ambon."
    return f"{thing.name}: bukan di Ambon. / Not in Ambon."


def also_names(beyond: Sequence[Evidence]) -> str:
    """Say that the words name a place beyond the city besides."""
    names = ", ".join(dict.fromkeys(e.thing.name for e in beyond))
    return f"Menyebut juga {names}, di luar Ambon. / Also names {names}, outside Ambon."


def unplaced(name: str) -> str:
    """Say that a name is known, but not where it lies."""
    return f"{name}: letaknya belum diketahui. / {name} is known, its place is not."


def which_kelurahan(rt_rw: RtRw) -> str:
    """Ask for the kelurahan of an RT/RW, which every kelurahan has."""
    return f"{rt_rw} di kelurahan mana? / In which kelurahan is {rt_rw}?"


def which_one(weighed: Weighed, fits: Sequence[Kelurahan], hints: dict[str, str]) -> str:
    """Ask the one question that tells the fitting kelurahan apart."""
    same = {k.name for k in fits}
    names = [area_name(k) for k in fits]
    if len(same) == 1 and len(fits) > 1:
        with_hints = [_hinted(k, hints) for k in fits]
        english = [_hinted(k, hints, english=True) for k in fits]
        return f"{' atau '.join(with_hints)}? / {' or '.join(english)}?"
    both = [e for e in weighed.evidence if all(k.code in e.shares for k in fits)]
    about = f"{both[0].thing.name}: " if both else ""
    if len(fits) == 1:
        return (
            f"{about}di {names[0]}, atau tempat lain dengan nama itu?"
            f" / In {names[0]}, or another place of that name?"
        )
    districts = {k.district for k in fits}
    if len(districts) == len(fits):
        names = [f"{area_name(k)} ({k.district})" for k in fits]
    return f"{about}di {' atau '.join(names)}? / In {' or '.join(names)}?"


def _hinted(kelurahan: Kelurahan, hints: dict[str, str], *, english: bool = False) -> str:
    hint = hints.get(kelurahan.code, "")
    indonesian, _, other = hint.partition(" / ")
    chosen = (other or indonesian) if english else indonesian
    return f"{area_name(kelurahan)} ({chosen or kelurahan.district})"


def why(weighed: Weighed, code: str, boundaries: Boundaries) -> str:
    """Say which evidence won for a kelurahan, what agrees with it, and what speaks against."""
    supporting = weighed.supporting(code)
    if not supporting:
        return ""
    best, *others = supporting
    name = best.thing.name
    if best.stated:
        said = f"{area_name(boundaries[code])} disebut / stated"
    elif best.kind is Kind.KELURAHAN:
        said = f"nama {area_name(boundaries[code])} / named"
    else:
        said = f"{name} ada di / lies in {boundaries[code].name}"
    if best.match.errors:
        said += " (ejaan mirip / similar spelling)"
    agree = ", ".join(dict.fromkeys(e.thing.name for e in others if e.thing.name != name))
    against = ", ".join(dict.fromkeys(e.thing.name for e in weighed.against(code)))
    if agree:
        said += f"; didukung / supported by: {agree}"
    if against:
        said += f"; bertentangan / against: {against}"
    return said


def with_confidence(candidate: Candidate, confidence: float) -> Candidate:
    """Return the candidate with another confidence, rounded."""
    return replace(candidate, confidence=round(confidence, 3))
