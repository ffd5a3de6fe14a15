"""Calls that leave words wherever a case can, and a look at every row for those words."""

from datetime import UTC, datetime, timedelta

import psycopg
from psycopg.sql import SQL, Identifier

from dispatch import desk
from dispatch.person import Person

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
LONG_AGO = NOON - timedelta(days=100)
KEPT = timedelta(days=90)
PHONE, CALLER = "0800 555 0142", "Nona Uji"
SAID, NOTED, LATER = "belakang warung Zanubari", "pintu bercat jingga", "pagar dirantai"
WORDS = (PHONE, CALLER, "Zanubari", "jingga", "dirantai")
TOWN = {"lon": 128.1934, "lat": -3.6891}


def take(room, at=NOON, **other):
    said = {
        "text": SAID,
        "note": NOTED,
        "phone": PHONE,
        "caller_name": CALLER,
        "type_code": "fire_building",
        "level": "point",
        "radius_m": 0.0,
        **TOWN,
        **other,
    }
    return desk.take_call(room, **said, by="ani", at=at)


def end(room, incident, at):
    desk.move_incident(room, incident.id, "closed", by="ani", at=at)


def an_old_case(room, at=LONG_AGO):
    """Leave words wherever a case can: two calls, a note, a suggested name; then end it."""
    incident = take(room, at)
    desk.call_again(
        room, incident.id, text=SAID, note=NOTED, phone=PHONE, caller_name=CALLER, by="ani", at=at
    )
    desk.add_note(room, incident.id, LATER, by="ani", at=at)
    desk.relocate(room, incident.id, 128.19, -3.69, by="ani", at=at)
    desk.assign(room, incident.id, "DAMKAR-MAKO-1", by="ani", at=at)
    (sent,) = desk.incident(room, incident.id).assignments
    desk.withdraw(room, sent.id, by="ani", at=at)
    desk.write_handover(room, LATER, by="ani", at=at)
    end(room, incident, at + timedelta(hours=1))
    return incident


def a_persons(*roles):
    return Person("budi", frozenset(roles))


def only_call(room, incident):
    (call,) = desk.incident(room, incident.id).calls
    return call


def erase(room, older_than=KEPT, **other):
    return desk.erase_callers(room, older_than, by="admin", at=NOON, **other)


def everything(room):
    """Return every row of every table as text; tables and columns of the future too."""
    with psycopg.connect(room.settings.database_url) as connection:
        tables = connection.execute(
            "SELECT table_schema, table_name FROM information_schema.tables"
            " WHERE table_type = 'BASE TABLE'"
            "   AND table_schema NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        return {
            f"{table}": "\n".join(
                row
                for (row,) in connection.execute(
                    SQL("SELECT one::text FROM {} AS one").format(Identifier(schema, table))
                )
            )
            for schema, table in tables
        }


def holding(room, *words):
    """Return the tables in which any of these words stand."""
    return {table for table, rows in everything(room).items() if any(one in rows for one in words)}
