"""An incident as a CAP 1.2 alert (OASIS Common Alerting Protocol), for other agencies."""

import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import quote

from dispatch.catalogue import IncidentType
from dispatch.config import Settings
from dispatch.incident import Disposition, Incident, IncidentStatus, Severity
from dispatch.xml_text import legal

if TYPE_CHECKING:
    from geo.kelurahan import Kelurahan

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
ENVELOPE = "urn:oasis:names:tc:emergency:EDXL:DE:1.0"
WIT = timezone(timedelta(hours=9))
CITY = "Kota Ambon"

CATEGORIES = {
    "fire_building": "Fire",
    "fire_land": "Fire",
    "fire_vehicle": "Fire",
    "rescue": "Rescue",
    "rabies_animal": "Health",
    "animal": "Safety",
    "flood": "Met",  # the standard counts floods as weather, landslides as geophysical
    "landslide": "Geo",
    "extreme_weather": "Met",
    "earthquake": "Geo",
    "tsunami": "Geo",
    "fallen_tree": "Safety",
    "waste": "Env",
    "pollution": "Env",
    "medical": "Health",
    "traffic_accident": "Transport",
    "crime": "Security",
    "communal_conflict": "Security",
    "domestic_violence": "Security",
    "public_order": "Security",
    "odgj": "Health",
    "missing_person": "Rescue",
    "sea_accident": "Rescue",
    "power_fault": "Infra",
    "other": "Other",
}
SEVERITIES = {Severity.LOW: "Minor", Severity.MEDIUM: "Moderate", Severity.HIGH: "Severe"}
URGENCIES = {
    IncidentStatus.REPORTED: "Immediate",
    IncidentStatus.LOCATED: "Immediate",
    IncidentStatus.AWAITING_UNIT: "Immediate",
    IncidentStatus.IN_PROGRESS: "Immediate",
    IncidentStatus.CONTROLLED: "Expected",
    IncidentStatus.CLOSED: "Past",
    IncidentStatus.CANCELLED: "Past",
}
# What is open was told by telephone; controlled and handled were seen by our own.
CERTAINTIES = {
    IncidentStatus.REPORTED: "Likely",
    IncidentStatus.LOCATED: "Likely",
    IncidentStatus.AWAITING_UNIT: "Likely",
    IncidentStatus.IN_PROGRESS: "Likely",
    IncidentStatus.CONTROLLED: "Observed",
    IncidentStatus.CLOSED: "Likely",
    IncidentStatus.CANCELLED: "Unlikely",
}
ENDED_AS = {
    Disposition.HANDLED: "Observed",
    Disposition.UNFOUNDED: "Unlikely",
    Disposition.CANCELLED: "Unlikely",
}
TAKEN_BACK = frozenset({Disposition.UNFOUNDED, Disposition.CANCELLED, Disposition.DUPLICATE})

ET.register_namespace("cap", NAMESPACE)
ET.register_namespace("de", ENVELOPE)


class Scope(StrEnum):
    """Whom an alert is for."""

    PUBLIC = "Public"
    RESTRICTED = "Restricted"


@dataclass(frozen=True, slots=True)
class Sending:
    """
    How alerts go out.

    Parameters
    ----------
    sender
        Names the centre worldwide; no space, comma, "<" or "&".
    scope
        A public alert leaves out the place text and the note.
    exercise
        For training: nobody is to act on it.
    """

    sender: str
    scope: Scope = Scope.RESTRICTED
    exercise: bool = False


def sending(
    settings: Settings, scope: Scope = Scope.RESTRICTED, *, exercise: bool = False
) -> Sending:
    """Return how a room's alerts go out; those of a training room are exercises, always."""
    return Sending(settings.cap_sender, scope, exercise or settings.training)


@dataclass(frozen=True, slots=True)
class Area:
    """
    Where a disaster is, and since when.

    `name` of the disaster; `corners` (lon, lat) of its outline in WGS84, first one last again;
    `open` whether any of its incidents still is; `sent` when the alert is made, UTC.
    """

    name: str
    corners: Sequence[tuple[float, float]]
    severity: Severity
    first_at: datetime
    reports: int
    open: bool
    sent: datetime


@dataclass(frozen=True, slots=True)
class _Tongue:
    """The words of one <info> block."""

    language: str
    centre: str
    place: str
    note: str
    exercise: str
    reports: str
    event: Callable[[IncidentType], str]


_TONGUES = (
    _Tongue(
        language="id",
        centre="Pusat Layanan Darurat 112 Kota Ambon",
        place="Tempat",
        note="Catatan",
        exercise="LATIHAN",
        reports="laporan",
        event=lambda kind: kind.name_id,
    ),
    _Tongue(
        language="en",
        centre="Ambon City 112 Emergency Centre",
        place="Place",
        note="Note",
        exercise="EXERCISE",
        reports="reports",
        event=lambda kind: kind.name_en,
    ),
)
_AGENCIES_ONLY = "Hanya untuk instansi penanganan darurat. / For emergency agencies only."


def alert(
    incident: Incident, kind: IncidentType, kelurahan: "Kelurahan | None", sending: Sending
) -> ET.Element:
    """
    Return one incident as a CAP 1.2 alert.

    The same version of an incident gives the same alert: `identifier` is its code and version,
    `sent` the moment of its status (+09:00). Whoever called or took the call is not in it.

    Parameters
    ----------
    kind
        The incident's type.
    kelurahan
        Where it lies; None says the city alone.

    Returns
    -------
    alert
        The <alert> element, elements in the order of the standard; <info> in Indonesian, then
        in English. No <circle> when the place is not known to a point.
    """
    whole = ET.Element(_tag("alert"))
    _add(whole, "identifier", identifier(incident.code, incident.version))
    _add(whole, "sender", sending.sender)
    _add(whole, "sent", _time(incident.status_at))
    _add(whole, "status", _status(sending))
    _add(whole, "msgType", _message(incident))
    _add(whole, "scope", sending.scope)
    if sending.scope is Scope.RESTRICTED:
        _add(whole, "restriction", _AGENCIES_ONLY)
    if sending.exercise:
        _add(whole, "note", "Latihan. / Exercise.")
    if incident.version > 1:
        first = identifier(incident.code, 1), _time(incident.opened_at)
        _add(whole, "references", ",".join((sending.sender, *first)))
    _add(whole, "incidents", quote(incident.code, safe=""))
    area = f"{kelurahan.name}, {kelurahan.district}, {CITY}" if kelurahan else CITY
    whole.extend(_info(incident, kind, area, sending, tongue) for tongue in _TONGUES)
    return whole


def area_alert(
    area: Area, kind: IncidentType, kelurahan: "Sequence[Kelurahan]", sending: Sending
) -> ET.Element:
    """
    Return a disaster over an area as a CAP 1.2 alert.

    Nothing anybody typed is in it, whatever the scope.

    Parameters
    ----------
    kind
        The type of its incidents.
    kelurahan
        Those it reaches; none says the city alone.

    Returns
    -------
    alert
        The <alert> element; <info> in Indonesian, then in English, each with a <polygon>.
    """
    whole = ET.Element(_tag("alert"))
    _add(whole, "identifier", quote(f"{area.name}.{area.sent:%Y%m%dT%H%M%SZ}", safe=""))
    _add(whole, "sender", sending.sender)
    _add(whole, "sent", _time(area.sent))
    _add(whole, "status", _status(sending))
    _add(whole, "msgType", "Alert")
    _add(whole, "scope", sending.scope)
    if sending.scope is Scope.RESTRICTED:
        _add(whole, "restriction", _AGENCIES_ONLY)
    if sending.exercise:
        _add(whole, "note", "Latihan. / Exercise.")
    _add(whole, "incidents", quote(area.name, safe=""))
    for tongue in _TONGUES:
        whole.append(_area_info(area, kind, kelurahan, sending, tongue))
    return whole


def document(one: ET.Element) -> bytes:
    """Return one alert as an XML document in UTF-8."""
    made: bytes = ET.tostring(one, "utf-8", xml_declaration=True, default_namespace=NAMESPACE)
    return made


def envelope(alerts: Sequence[ET.Element], sending: Sending, *, at: datetime) -> bytes:
    """
    Return many alerts as one XML document in UTF-8: EDXL-DE 1.0, the OASIS envelope for CAP.

    Parameters
    ----------
    at
        When it was made.
    """
    whole = ET.Element(f"{{{ENVELOPE}}}EDXLDistribution")
    for name, text in (
        ("distributionID", f"ambon112-{at.astimezone(WIT):%Y%m%dT%H%M%S}"),
        ("senderID", sending.sender),
        ("dateTimeSent", _time(at)),
        ("distributionStatus", _status(sending)),
        ("distributionType", "Report"),
        ("combinedConfidentiality", sending.scope.value),
    ):
        ET.SubElement(whole, f"{{{ENVELOPE}}}{name}").text = legal(text)
    for one in alerts:
        parent = whole
        for name in ("contentObject", "xmlContent", "embeddedXMLContent"):
            parent = ET.SubElement(parent, f"{{{ENVELOPE}}}{name}")
        parent.append(one)
    made: bytes = ET.tostring(whole, "utf-8", xml_declaration=True)
    return made


def identifier(code: str, version: int) -> str:
    """Return the identifier of one version of an incident; no space, comma, "<" or "&"."""
    return f"{quote(code, safe='')}.v{version}"


def _info(
    incident: Incident, kind: IncidentType, area: str, sending: Sending, tongue: _Tongue
) -> ET.Element:
    """Return what happened in one language."""
    headline = f"{tongue.event(kind)}: {area}"
    info = ET.Element(_tag("info"))
    _add(info, "language", tongue.language)
    _add(info, "category", CATEGORIES.get(kind.code, "Other"))
    _add(info, "event", tongue.event(kind))
    if not incident.open:
        _add(info, "responseType", "AllClear")
    _add(info, "urgency", URGENCIES[incident.status])
    _add(info, "severity", SEVERITIES[incident.severity])
    _add(info, "certainty", _certainty(incident))
    _pair(info, "eventCode", "ambon112:type", kind.code)
    _add(info, "onset", _time(incident.opened_at))
    _add(info, "senderName", tongue.centre)
    _add(info, "headline", f"{tongue.exercise}. {headline}" if sending.exercise else headline)
    if sending.scope is Scope.RESTRICTED:
        said = ((tongue.place, incident.place_text), (tongue.note, incident.note))
        _add(info, "description", "\n".join(f"{label}: {text}" for label, text in said if text))
    _pair(info, "parameter", "ambon112:status", incident.status)
    _area(info, incident, area)
    return info


def _area_info(
    area: Area,
    kind: IncidentType,
    kelurahan: "Sequence[Kelurahan]",
    sending: Sending,
    tongue: _Tongue,
) -> ET.Element:
    """Return what happened over an area in one language; a CAP polygon is latitude first."""
    where = ", ".join(one.name for one in kelurahan)
    words = f"{where}, {CITY}" if where else CITY
    headline = f"{tongue.event(kind)}: {words}"
    info = ET.Element(_tag("info"))
    _add(info, "language", tongue.language)
    _add(info, "category", CATEGORIES.get(kind.code, "Other"))
    _add(info, "event", tongue.event(kind))
    _add(info, "urgency", "Immediate" if area.open else "Past")
    _add(info, "severity", SEVERITIES[area.severity])
    _add(info, "certainty", "Likely")  # told by telephone, by several
    _pair(info, "eventCode", "ambon112:type", kind.code)
    _add(info, "onset", _time(area.first_at))
    _add(info, "senderName", tongue.centre)
    _add(info, "headline", f"{tongue.exercise}. {headline}" if sending.exercise else headline)
    _add(info, "description", f"{area.name}: {area.reports} {tongue.reports}")
    there = ET.SubElement(info, _tag("area"))
    _add(there, "areaDesc", words)
    _add(there, "polygon", " ".join(f"{lat:.6f},{lon:.6f}" for lon, lat in area.corners))
    for one in kelurahan:
        _pair(there, "geocode", "Kemendagri", one.code)
    return info


def _area(info: ET.Element, incident: Incident, words: str) -> None:
    """Add where it is; a CAP circle is latitude first, and its radius in kilometres."""
    area = ET.SubElement(info, _tag("area"))
    _add(area, "areaDesc", words)
    if incident.lon is not None and incident.lat is not None:
        radius_km = incident.radius_m / 1000
        _add(area, "circle", f"{incident.lat:.6f},{incident.lon:.6f} {radius_km:.3f}")
    if incident.kelurahan_code:
        _pair(area, "geocode", "Kemendagri", incident.kelurahan_code)


def _message(incident: Incident) -> str:
    if incident.status is IncidentStatus.CANCELLED or incident.disposition in TAKEN_BACK:
        return "Cancel"
    return "Alert" if incident.version == 1 else "Update"


def _certainty(incident: Incident) -> str:
    seen = ENDED_AS.get(incident.disposition) if incident.disposition else None
    return seen or CERTAINTIES[incident.status]


def _status(sending: Sending) -> str:
    return "Exercise" if sending.exercise else "Actual"


def _time(at: datetime) -> str:
    """Write a time as CAP wants it: whole seconds, the offset spelled out."""
    return at.astimezone(WIT).isoformat(timespec="seconds")


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _add(parent: ET.Element, name: str, text: str) -> None:
    """Add an element; nothing when no legal text is left."""
    if clean := legal(text):
        ET.SubElement(parent, _tag(name)).text = clean


def _pair(parent: ET.Element, name: str, key: str, value: str) -> None:
    """Add a name and its value, as CAP extends itself."""
    pair = ET.SubElement(parent, _tag(name))
    _add(pair, "valueName", key)
    _add(pair, "value", value)
