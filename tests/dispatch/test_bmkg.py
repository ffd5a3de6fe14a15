"""What BMKG says is read strictly; what is not what it should be is refused with a reason."""

import json
import math
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch import bmkg
from dispatch.analytics.clusters import people_inside
from dispatch.errors import BadFeed
from geo.people import load_people

DATA = Path(__file__).parents[1] / "data" / "bmkg"
AMBON = (128.18, -3.70)
AUTO = (DATA / "autogempa.json").read_bytes()
WARNING = (DATA / "CMA20261124001_alert.xml").read_bytes()


def with_field(name, value):
    said = json.loads(AUTO)
    said["Infogempa"]["gempa"][name] = value
    return json.dumps(said).encode()


def test_an_earthquake_is_read_as_bmkg_tells_it():
    (quake,) = bmkg.quakes(AUTO)

    assert (quake.lon, quake.lat, quake.magnitude, quake.depth_km) == (128.19, -3.65, 5.4, 10)
    assert quake.at == datetime(2026, 11, 24, 2, 41, 7, tzinfo=UTC)
    assert quake.felt == "IV-V Kota Contoh, III Desa Contoh"


@pytest.mark.parametrize("name", ["gempaterkini", "gempadirasakan"])
def test_lists_of_earthquakes_are_read(name):
    assert len(bmkg.quakes((DATA / f"{name}.json").read_bytes(), name)) == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Coordinates", "-3.65"),
        ("Coordinates", "128.19,-3.65"),
        ("Coordinates", "nan,128"),
        ("Coordinates", [1, 2]),
        ("Magnitude", "besar"),
        ("Magnitude", "1e400"),
        ("Magnitude", 5.4),
        ("Kedalaman", "dangkal"),
        ("Kedalaman", "99999999 km"),
        ("DateTime", "24 Nov"),
        ("DateTime", "2026-11-24T02:41:07"),
        ("DateTime", "0001-01-01T00:00:00+00:00"),
        ("Wilayah", None),
    ],
)
def test_an_earthquake_with_a_field_that_cannot_be_is_refused(name, value):
    with pytest.raises(BadFeed):
        bmkg.quakes(with_field(name, value))


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"", "json"),
        (b"<html>503</html>", "json"),
        (b"[]", "form"),
        (b'{"Infogempa":{"gempa":"none"}}', "form"),
        (b'{"Infogempa":' * 100_000, "json"),
        (b"[" + b"9" * 10_000 + b"]", "json"),
        (AUTO.decode().encode("utf-16"), "encoding"),
        (b" " * (bmkg.LONGEST + 1), "too_long"),
        (json.dumps({"Infogempa": {"gempa": [{}] * 201}}).encode(), "form"),
    ],
)
def test_a_document_that_is_none_is_refused_with_a_reason(document, reason):
    with pytest.raises(BadFeed) as refused:
        bmkg.quakes(document)

    assert refused.value.reason == reason


def test_a_warning_is_read_in_indonesian_with_its_area():
    told = bmkg.warning(WARNING)

    assert told.event == "Hujan Lebat dan Petir"
    assert told.until_at == datetime(2026, 11, 24, 6, tzinfo=UTC)
    assert told.polygons[0][0] == (128.15, -3.60)
    assert sum(people_inside(bmkg.area_of(told), load_people()).values()) > 50_000


BOMB = b"""<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;">]><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">&c;</alert>"""
OUTSIDE = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><alert>&f;</alert>'


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (BOMB, "entities"),
        (OUTSIDE, "entities"),
        (b"", "xml"),
        (b"<alert>", "xml"),
        (b'<?xml version="1.0" encoding="nothing"?><a/>', "xml"),
        (WARNING.replace(b"UTF-8", b"UTF-16"), "xml"),
        (b"<alert/>", "form"),
        (WARNING.replace(b"cap:1.2", b"cap:1.1"), "form"),
        (WARNING.replace(b"-3.60,128.15", b"-3.60;128.15"), "area"),
        (WARNING.replace(b"-3.60,128.15", b"-3.60,1e999"), "area"),
        (WARNING.replace(b"2026-11-24T13:00:00+07:00", b"besok"), "time"),
        (WARNING.replace(b"polygon", b"circle"), "area"),
        (b" " * (bmkg.LONGEST + 1), "too_long"),
    ],
)
def test_a_warning_that_is_none_is_refused_with_a_reason(document, reason):
    with pytest.raises(BadFeed) as refused:
        bmkg.warning(document)

    assert refused.value.reason == reason


def test_only_links_to_where_the_list_came_from_are_followed():
    host = "https://warnings.example/"
    rss = (DATA / "nowcast.xml").read_bytes().replace(b"HOST", host[:-1].encode())

    assert bmkg.links(rss, host) == [f"{host}alerts/nowcast/id/CMA20261124001_alert.xml"]


@st.composite
def damaged(draw, document):
    """The document with a stretch of it gone, doubled, or other bytes in its place."""
    start = draw(st.integers(0, len(document)))
    stop = draw(st.integers(start, min(len(document), start + 200)))
    middle = draw(st.binary(max_size=20) | st.just(document[start:stop] * 2) | st.just(b"9" * 5000))
    return document[:start] + middle + document[stop:]


@settings(max_examples=300, deadline=None)
@given(damaged(AUTO))
def test_a_damaged_earthquake_is_read_or_refused(document):
    try:
        (quake,) = bmkg.quakes(document)
    except (BadFeed, ValueError) as refused:
        assert isinstance(refused, BadFeed)
    else:
        assert -90 <= quake.lat <= 90
        assert 1 <= bmkg.intensity(quake, *AMBON) <= 12


@settings(max_examples=300, deadline=None)
@given(damaged(WARNING))
def test_a_damaged_warning_is_read_or_refused(document):
    try:
        told = bmkg.warning(document)
    except BadFeed as refused:
        assert refused.reason
    else:
        assert bmkg.area_of(told).is_valid


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=9),
    lambda part: (
        st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=9), part, max_size=3)
    ),
    max_leaves=9,
)


@given(JSON)
def test_any_json_in_the_place_of_earthquakes_is_refused_in_one_way(said):
    try:
        bmkg.quakes(json.dumps({"Infogempa": {"gempa": said}}).encode())
    except BadFeed:
        return
    assert said == []


def test_shaking_by_hand():
    # M 6, 20 km deep, straight above: R = 20, RM = -0.209 + 2.042 e = 5.342
    quake = replace(bmkg.quakes(AUTO)[0], magnitude=6.0, depth_km=20.0)
    by_hand = 2.085 + 1.428 * 6 - 1.402 * math.log(math.sqrt(400 + 5.3417**2))

    assert bmkg.intensity(quake, quake.lon, quake.lat) == pytest.approx(by_hand, abs=1e-3)
    assert bmkg.grade(by_hand) == "VI"


def test_shaking_is_felt_as_far_as_the_circle_says():
    (quake,) = bmkg.quakes(AUTO)
    km = bmkg.felt_within_km(quake, 4)

    east = quake.lon + km / 111.1
    assert bmkg.intensity(quake, east, quake.lat) == pytest.approx(4, abs=0.02)
    assert bmkg.felt_within_km(quake, 11) is None
    assert bmkg.felt_within_km(replace(quake, magnitude=9.0), 2) == bmkg.FARTHEST_KM
