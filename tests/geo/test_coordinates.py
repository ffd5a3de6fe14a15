"""Coordinates in the forms people paste them."""

import pytest

from geo.coordinates import TYPED_RADIUS_M, find_fix
from geo.geocode import Geocoder, Level, Status

BALAI_KOTA = (128.1814, -3.6954)


@pytest.mark.parametrize(
    "text",
    [
        "-3.6954,128.1814",
        "-3,6954 128,1814",
        "-3,6954, 128,1814",
        "-3,6954;128,1814",
        "128.1814, -3.6954",
        "3.6954, 128.1814",
        "kebakaran di -3.6954 / 128.1814 cepat",
        "3°41'43.44\"S 128°10'53.04\"E",
        "3°41'43.44\" LS, 128°10'53.04\" BT",
        "3 41 43.44 S, 128 10 53.04 E",
        "S 3° 41.724' E 128° 10.884'",
        "3.6954 LS 128.1814 BT",
        "3.6954° S, 128.1814° E",
        "https://www.google.com/maps/@-3.6954,128.1814,17z",
        "https://www.google.com/maps/place/X/@-3.7,128.2,17z/data=!3m1!3d-3.6954!4d128.1814",
        "https://maps.google.com/?q=-3.6954,128.1814",
        "https://maps.google.com/maps?q=-3.6954%2C128.1814&z=17",
        "https://www.google.com/maps/search/?api=1&query=-3.6954,128.1814",
        "https://www.openstreetmap.org/#map=17/-3.6954/128.1814",
        "https://www.openstreetmap.org/?mlat=-3.6954&mlon=128.1814#map=15/-3.60/128.10",
        "geo:-3.6954,128.1814",
        "lat: -3.6954, lon: 128.1814",
        "Lintang -3.6954 Bujur 128.1814",
    ],
)
def test_reads_the_form(text: str):
    fix = find_fix(text)

    assert fix is not None
    assert (fix.lon, fix.lat) == pytest.approx(BALAI_KOTA, abs=1e-5)


@pytest.mark.parametrize("text", ["6Q8C853J+RH", "853J+RH Ambon", "di 853j+rh, Ambon"])
def test_reads_plus_codes_full_and_short(text: str):
    fix = find_fix(text)

    assert fix is not None
    assert (fix.lon, fix.lat) == pytest.approx(BALAI_KOTA, abs=2e-4)


@pytest.mark.parametrize(
    "text, radius_m",
    [
        ('A"ML=1;lt=-3.6954;lg=128.1814;rd=45;top=20261124031500;lc=90;pm=W', 45),
        ('{"lat": -3.6954, "lon": 128.1814, "radius": 120, "time": "2026-11-24T03:15:00Z"}', 120),
        ("latitude=-3.6954 longitude=128.1814 accuracy=30.5", 30.5),
        ("geo:-3.6954,128.1814;u=35", 35),
    ],
)
def test_a_phones_location_keeps_its_radius(text: str, radius_m: float, geocoder: Geocoder):
    first = geocoder.locate(text).candidates[0]

    assert (first.lon, first.lat) == pytest.approx(BALAI_KOTA, abs=1e-6)
    assert first.radius_m == radius_m
    assert first.level is Level.POINT


@pytest.mark.parametrize("text", ["128.1814, -3.6954", "3.6954, 128.1814"])
def test_says_what_was_mended(text: str, geocoder: Geocoder):
    answer = geocoder.locate(text)

    assert answer.status is Status.LOCATED
    assert answer.note


@pytest.mark.parametrize(
    "text",
    ["RT 004/RW 003", "Jl 3, no 5", "12.5, 13.55 meter", "Tanjakan 2000", "0911-351113"],
)
def test_other_numbers_are_no_coordinates(text: str):
    assert find_fix(text) is None


@pytest.mark.parametrize("text", ["-6.2088, 106.8456", "-3.59, 128.19", "-3.5900, 128.3300"])
def test_coordinates_outside_the_city_are_outside(text: str, geocoder: Geocoder):
    answer = geocoder.locate(text)

    assert answer.status is Status.OUTSIDE
    assert answer.candidates[0].kelurahan_code is None


def test_a_point_off_the_shore_belongs_to_the_nearest_with_a_note(geocoder: Geocoder):
    answer = geocoder.locate("-3.669329, 128.193423")

    assert answer.status is Status.LOCATED
    assert "garis pantai" in (answer.note or "")


@pytest.mark.parametrize(
    ("text", "radius_m"),
    [
        ("lat -3.6954 lon 128.1814 akurasi 2,5 km", 2500.0),
        ("-3.6954, 128.1814 akurasi 300 meter", 300.0),
        ("lat=-3.6954;lon=128.1814;rad=120", 120.0),
        ("-3.6954, 128.1814", TYPED_RADIUS_M),
    ],
)
def test_the_precision_that_is_said_is_taken_in_its_unit(text: str, radius_m: float):
    fix = find_fix(text)

    assert fix is not None
    assert fix.radius_m == radius_m


@pytest.mark.parametrize(
    "text",
    [
        "S3 41 43 E128 10 53",
        "LS 3.695278 BT 128.181389",
        "S 3.695278, E 128.181389",
        "geo:0,0?q=-3.695278,128.181389(Rumah)",
        "\u22123.695278, 128.181389",
    ],
)
def test_the_side_may_stand_before_the_number(text: str):
    fix = find_fix(text)

    assert fix is not None
    assert fix.note is None
    assert (fix.lat, fix.lon) == pytest.approx((-3.695278, 128.181389), abs=1e-5)
