"""A recommendation as it is kept: what was asked, on what ground, what was answered."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dispatch.answer import as_json
from dispatch.catalogue import Catalogue, Edit, EditKind
from dispatch.options import Ground, answer
from dispatch.recommend import Recommendation
from dispatch.request import Request

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Replay:
    """
    A kept recommendation, answered again.

    `same` when the answer is the same to the last digit; `changed` names what the ground no
    longer has as it was (network, profiles, the shipped catalogue), which is why it may not be.
    """

    answer: Recommendation
    same: bool
    changed: tuple[str, ...]


def record(
    request: Request, found: Recommendation, ground: Ground, catalogue: Catalogue
) -> dict[str, Any]:
    """
    Return all that `replay` needs, as plain JSON.

    "answer" is what was shown; the rest ("format", "request", "ground", "edits") what it was made
    from: "edits" are the room's own rows of the catalogue.
    """
    return {
        "format": FORMAT,
        "request": request.as_json(),
        "ground": digests(ground, catalogue),
        "edits": [asdict(one) for one in catalogue.edits],
        "answer": as_json(found, catalogue),
    }


def replay(
    inputs: Mapping[str, Any], outputs: Mapping[str, Any], ground: Ground, catalogue: Catalogue
) -> Replay:
    """
    Answer a kept request again, on the ground as it is now.

    Types and run cards are as the room had edited them then. The same ground gives the same answer.
    On a changed one the kept answer still stands as what the room was shown; the new one shows
    what it would be shown today.
    """
    then = catalogue.edited(
        Edit(EditKind(one["kind"]), one["code"], one["content"]) for one in inputs.get("edits", ())
    )
    again = answer(ground, then, Request.from_json(inputs["request"]))
    now = digests(ground, then)
    changed = tuple(name for name, was in inputs["ground"].items() if now.get(name) != was)
    return Replay(again, _plain(as_json(again, then)) == outputs, changed)


def _plain(said: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what JSON makes of it: tuples become lists, whole floats stay floats."""
    plain: Mapping[str, Any] = json.loads(json.dumps(said))
    return plain


def digests(ground: Ground, catalogue: Catalogue) -> dict[str, str]:
    """Return short digests of what an answer rests on besides the request."""
    folders = ("kelurahan", "places", "profiles")
    return {
        "network": ground.travel.network.digest,
        "catalogue": _with_edits(_digest(ground.data / "catalogue"), catalogue.edits),
        **{name: _digest(ground.data / name) for name in folders},
    }


def _with_edits(shipped: str, edits: Sequence[Edit]) -> str:
    """Return the digest of the shipped catalogue, another one for each set of edits over it."""
    if not edits:
        return shipped
    rows = json.dumps([asdict(one) for one in edits], sort_keys=True)
    return hashlib.sha256(f"{shipped} {rows}".encode()).hexdigest()[:16]


@cache
def _digest(folder: Path) -> str:
    """Return a digest of a folder's files; a running program keeps what it has loaded."""
    total = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.suffix != ".md":
            total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()[:16]
