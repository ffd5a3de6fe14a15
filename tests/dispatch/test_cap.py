"""An incident told to other agencies, in the words and the order of CAP 1.2."""

import xml.etree.ElementTree as ET
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch import cap
from dispatch.catalogue import load_catalogue
from dispatch.incident import Disposition, Incident, IncidentStatus, Severity
from geo.kelurahan import Kelurahan
from tests.dispatch.cap_schema import assert_valid

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # in Ambon
TYPES = load_catalogue().types
BATU_MERAH = Kelurahan("81.71.02.2004", "Batu Merah", "negeri", "81.71.02", "Sirimau", 50_000)
CENTRE = cap.Sending("112@example.org")
OPEN_TO_ALL = replace(CENTRE, scope=cap.Scope.PUBLIC)


def an_incident(**said):
    usual = {
        "id": 7,
        "code": "2026-000007",
        "type_code": "fire_building",
        "severity": Severity.HIGH,
        "status": IncidentStatus.AWAITING_UNIT,
        "lon": 128.1934,
        "lat": -3.6891,
        "level": "kampung",
        "radius_m": 250.0,
        "kelurahan_code": BATU_MERAH.code,
        "place_text": "Batu Merah Dalam",
        "note": "dua rumah",
        "opened_at": NOON,
        "opened_by": "ani",
        "status_at": NOON,
        "closed_at": None,
        "disposition": None,
        "source": "desk",
        "version": 1,
    }
    return Incident(**{**usual, **said})


def an_alert(incident, sending=CENTRE, kelurahan=BATU_MERAH):
    return cap.alert(incident, TYPES[incident.type_code], kelurahan, sending)


def read(document):
    return ET.fromstring(document)  # noqa: S314 - our own document


def said(alert, name):
    """Return every text of the elements called this, in order."""
    return [one.text for one in alert.iter(f"{{{cap.NAMESPACE}}}{name}")]


def assert_follows_the_standard(alert):
    """Hold an alert against the schema of CAP 1.2; an element that says nothing is left out."""
    assert_valid(cap.document(alert))
    assert all(len(element) or element.text for element in alert.iter())


def test_the_circle_of_an_alert_is_latitude_first_and_in_kilometres():
    assert said(an_alert(an_incident()), "circle") == ["-3.689100,128.193400 0.250"] * 2


def test_an_alert_without_a_point_names_the_kelurahan_alone():
    nowhere = an_incident(lon=None, lat=None)

    alert = an_alert(nowhere)

    assert said(alert, "circle") == []
    assert said(alert, "areaDesc") == ["Batu Merah, Sirimau, Kota Ambon"] * 2
    assert said(an_alert(nowhere, kelurahan=None), "areaDesc") == ["Kota Ambon"] * 2


def test_an_alert_speaks_indonesian_first_and_english_second():
    alert = an_alert(an_incident())

    assert said(alert, "language") == ["id", "en"]
    assert said(alert, "event") == ["Kebakaran bangunan", "Building fire"]


def test_an_alert_is_sent_in_the_time_of_ambon():
    assert said(an_alert(an_incident()), "sent") == ["2026-11-24T12:00:00+09:00"]


def test_the_same_version_of_an_incident_is_the_same_alert():
    assert cap.document(an_alert(an_incident())) == cap.document(an_alert(an_incident()))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, "Alert"),
        ({"version": 2, "status": IncidentStatus.IN_PROGRESS}, "Update"),
        (
            {"version": 3, "status": IncidentStatus.CLOSED, "disposition": Disposition.HANDLED},
            "Update",
        ),
        (
            {"version": 3, "status": IncidentStatus.CLOSED, "disposition": Disposition.UNFOUNDED},
            "Cancel",
        ),
        (
            {
                "version": 2,
                "status": IncidentStatus.CANCELLED,
                "disposition": Disposition.CANCELLED,
            },
            "Cancel",
        ),
    ],
)
def test_the_first_version_alerts_a_later_one_updates_and_what_was_nothing_cancels(
    changes, message
):
    alert = an_alert(an_incident(status_at=NOON + timedelta(minutes=9), **changes))

    assert said(alert, "msgType") == [message]
    first = ["112@example.org,2026-000007.v1,2026-11-24T12:00:00+09:00"]
    assert said(alert, "references") == (first if message != "Alert" else [])


@pytest.mark.parametrize("sending", [CENTRE, OPEN_TO_ALL, replace(CENTRE, exercise=True)])
@pytest.mark.parametrize("status", IncidentStatus)
@pytest.mark.parametrize("severity", Severity)
def test_every_state_of_every_incident_follows_the_standard(status, severity, sending):
    alert = an_alert(an_incident(status=status, severity=severity, version=2), sending)

    assert_follows_the_standard(alert)


@pytest.mark.parametrize("disposition", Disposition)
def test_every_end_of_an_incident_is_past(disposition):
    ended = an_incident(status=IncidentStatus.CLOSED, disposition=disposition, version=2)

    alert = an_alert(ended)

    assert_follows_the_standard(alert)
    assert said(alert, "urgency") == ["Past"] * 2
    assert said(alert, "responseType") == ["AllClear"] * 2


def test_the_schema_refuses_what_is_no_alert():
    alert = an_alert(an_incident())
    alert.find(f"{{{cap.NAMESPACE}}}sent").text = "2026-11-24T03:00:00Z"  # CAP wants an offset

    with pytest.raises(AssertionError):
        assert_valid(cap.document(alert))


def test_every_type_of_the_catalogue_has_its_category():
    assert set(cap.CATEGORIES) == set(TYPES)
    for code in TYPES:
        assert_follows_the_standard(an_alert(an_incident(type_code=code)))


def test_worse_is_said_as_worse():
    said_as = [said(an_alert(an_incident(severity=one)), "severity")[0] for one in Severity]

    assert said_as == ["Minor", "Moderate", "Severe"]


def test_a_public_alert_holds_no_words_somebody_typed():
    document = cap.document(an_alert(an_incident(), OPEN_TO_ALL)).decode()

    assert "Batu Merah Dalam" not in document
    assert "dua rumah" not in document
    assert "Batu Merah Dalam" in cap.document(an_alert(an_incident())).decode()


def test_a_restricted_alert_says_for_whom_it_is():
    assert len(said(an_alert(an_incident()), "restriction")) == 1
    assert said(an_alert(an_incident(), OPEN_TO_ALL), "restriction") == []


def test_an_alert_names_nobody():
    """The caller is not part of an incident; who took the call is, and stays inside."""
    assert not {"phone", "caller_name"} & {one.name for one in fields(Incident)}
    assert b"petugas-7" not in cap.document(an_alert(an_incident(opened_by="petugas-7")))


@settings(deadline=None)  # a busy machine proves nothing
@given(code=st.text(st.characters(codec="utf-8"), min_size=1), version=st.integers(1))
def test_an_identifier_holds_nothing_cap_forbids(code, version):
    assert not set(cap.identifier(code, version)) & set(" ,<&\t\r\n")


@settings(deadline=None)  # a busy machine proves nothing
@given(place=st.text(), note=st.text())
def test_whatever_was_typed_the_alert_is_well_formed(place, note):
    alert = an_alert(an_incident(place_text=place, note=note))

    assert_follows_the_standard(alert)
    sent = cap.envelope([alert], CENTRE, at=NOON)
    assert_valid(sent)
    assert len(said(read(sent), "identifier")) == 1


@settings(deadline=None)  # a busy machine proves nothing
@given(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1))
def test_what_xml_can_hold_arrives_as_it_was_typed(note):
    alert = an_alert(an_incident(place_text="", note=note))

    assert said(read(cap.document(alert)), "description") == [f"Catatan: {note}", f"Note: {note}"]
