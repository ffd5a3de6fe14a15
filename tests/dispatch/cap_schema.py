"""CAP documents held against the schema OASIS published for them."""

from functools import cache
from pathlib import Path

from lxml import etree

from dispatch.cap import NAMESPACE

SCHEMA = Path(__file__).parents[1] / "data" / "cap" / "CAP-v1.2.xsd"


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMA))


def alerts_of(document: bytes) -> list[etree._Element]:
    """Return every alert of a document: it may be one, or the content of an envelope."""
    reader = etree.XMLParser(resolve_entities=False, no_network=True)
    return list(etree.fromstring(document, reader).iter(f"{{{NAMESPACE}}}alert"))


def assert_valid(document: bytes) -> None:
    """Hold every alert of a document against the schema; a document without one proves nothing."""
    alerts = alerts_of(document)
    assert alerts, "no alert in it"
    for one in alerts:
        _schema().validate(one)
        assert not list(_schema().error_log)
