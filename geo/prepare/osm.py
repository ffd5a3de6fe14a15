"""The source's OSM ways, read without building a network."""

import gzip
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

from geo.files import DataFileError

RESIDENTIAL = frozenset(
    {"residential", "living_street", "unclassified", "tertiary", "secondary", "primary"}
)
"""Highway classes that have houses along them; used to say where the people of an area live."""


@dataclass(frozen=True, slots=True)
class Way:
    """One OSM way: its tags and its points (lon, lat)."""

    tags: dict[str, str]
    points: tuple[tuple[float, float], ...]


def read_ways(path: Path) -> list[Way]:
    """
    Read every highway way of a gzipped OSM XML file.

    Raises
    ------
    DataFileError
        The file is missing, not gzip or not OSM XML.
    """
    try:
        with gzip.open(path) as packed:
            root = ET.parse(packed).getroot()  # noqa: S314 - our own source file
        nodes = {
            n.get("id"): (float(n.get("lon", "")), float(n.get("lat", "")))
            for n in root.iter("node")
        }
        return [
            Way(
                {tag.get("k", ""): tag.get("v", "") for tag in way.iter("tag")},
                tuple(nodes[ref.get("ref")] for ref in way.iter("nd")),
            )
            for way in root.iter("way")
        ]
    except (OSError, EOFError, ET.ParseError, KeyError, ValueError) as broken:
        raise DataFileError(path, f"not gzipped OSM XML ({broken!r})") from broken
