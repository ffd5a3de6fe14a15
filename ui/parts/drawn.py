"""What a part of BPBD's page hands over: its share of the map, and what to take along."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ui.parts.saving import Maker


@dataclass(frozen=True)
class Drawn:
    """
    One part of the page, drawn.

    `added` parts of the map's picture; `words` title, then lines with period, filter and count;
    `files` the data behind, by ending; `name` of the files.
    """

    added: Mapping[str, Any]
    words: Sequence[str]
    name: str
    files: Mapping[str, Maker] = field(default_factory=dict)
