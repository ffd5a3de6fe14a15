"""What whoever looks after the server is told: by `ambon112 check`, /health and /metrics."""

import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from dispatch import checkup, desk, journal
from dispatch.checkup import Finding, State, What
from dispatch.desk.outage import folder_of
from dispatch.ground import Ground, load_ground
from dispatch.room import Room
from dispatch.store import open_store
from geo.files import DATA
from tests.dispatch.away import FIRE, UNIT, carried, without_database
from tests.dispatch.callers import PHONE, SAID, WORDS, take

DEPLOY = Path(__file__).parents[2] / "deploy"
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def states(room):
    return {one.what: one.state for one in checkup.examine(room.settings, room.store)}


def execute(room, statement):
    with room.store.owner() as connection:
        connection.execute(statement)


@pytest.fixture
def lost(settings):
    """Lend a room whose database is nowhere."""
    nowhere = replace(settings, database_url="host=/nowhere password=rahasia")
    room = Room(nowhere, open_store(nowhere), load_ground())
    yield room
    room.close()


def figures(client):
    """Fetch the figures as Prometheus does."""
    answer = client.get("/metrics")
    answer.raise_for_status()
    return {
        (one.name, *sorted(one.labels.values())): one.value
        for family in text_string_to_metric_families(answer.text)
        for one in family.samples
    }


def test_a_room_in_order_is_said_to_be(run, room):
    told = states(room)
    said = run("check")

    assert (told[What.DATABASE], told[What.SCHEMA], told[What.CLOCK]) == (State.OK,) * 3
    assert said.exit_code == (checkup.worst(checkup.examine(room.settings, room.store)) != "ok")
    assert "Basis data menjawab" in said.stdout
    assert "Berkas data utuh" in said.stdout
    assert len(said.stdout.splitlines()) == len(What)


def test_without_a_database_what_it_would_say_is_unknown(run, monkeypatch, lost):
    told = states(lost)
    monkeypatch.setenv("AMBON112_DATABASE_URL", "host=/nowhere")
    said = run("check")

    assert told[What.DATABASE] is State.FAILED
    assert {told[one] for one in (What.SCHEMA, What.CLOCK, What.DATABASE_DISK)} == {State.UNKNOWN}
    assert said.exit_code == 1
    assert "X Basis data tidak menjawab" in said.stdout


@pytest.mark.parametrize(
    ("change", "sign"),
    [
        ("DELETE FROM migration WHERE name = '0023_journal.sql'", "- 0023_journal.sql"),
        ("INSERT INTO migration (name) VALUES ('9999_later.sql')", "+ 9999_later.sql"),
        ("DROP TABLE migration", "- 0001_record.sql"),
    ],
)
def test_a_schema_that_is_not_the_programs_fails(room, run, change, sign):
    execute(room, change)

    (found,) = (
        one for one in checkup.examine(room.settings, room.store) if one.what is What.SCHEMA
    )

    assert found.state is State.FAILED
    assert found.about.startswith(sign)
    assert sign[2:] in run("check").stdout


def test_a_prepared_file_that_is_damaged_is_named(run, monkeypatch, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(DATA, data)
    network = data / "roads/network.npz"
    network.write_bytes(network.read_bytes()[:100_000])

    found = checkup.files(Ground(data))
    monkeypatch.setenv("AMBON112_DATA_DIR", str(data))
    said = run("check")

    assert found.state is State.FAILED
    assert "network.npz" in found.about
    assert said.exit_code == 1
    assert "X Berkas data rusak" in said.stdout


def test_a_folder_that_is_not_there_yet_is_on_its_parents_disk(tmp_path):
    here, there = (checkup.disk(What.DISK, one) for one in (tmp_path, tmp_path / "a/b"))

    assert here.free_bytes is not None
    assert there.value == pytest.approx(here.value, abs=0.01)


@pytest.mark.parametrize(
    ("found", "worst"),
    [
        ([], "ok"),
        (["ok", "unknown"], "ok"),
        (["ok", "warning"], "warning"),
        (["warning", "failed", "unknown"], "failed"),
    ],
)
def test_the_worst_decides_and_the_unknown_is_no_fault(found, worst):
    assert checkup.worst([Finding(What.DISK, State(one)) for one in found]) == worst


def test_health_says_words_and_no_more(room, lost, serve):
    with serve(room) as client:
        well = client.get("/health")
    with serve(lost) as client:
        ill = client.get("/health")

    assert (well.status_code, ill.status_code) == (200, 503)
    for answer in (well, ill):
        told = answer.json()
        assert told["checks"].keys() == set(What) - {What.FILES}
        assert {told["status"], *told["checks"].values()} <= set(State)
    assert (ill.json()["status"], ill.json()["checks"]["database"]) == ("failed", "failed")


def test_the_figures_are_the_rooms(room, serve):
    opened = take(room)
    desk.assign(room, opened.id, UNIT, by="ani", at=NOW)
    desk.receive_call(room, text=SAID, by="ani", at=NOW)
    with serve(room) as client:
        before = figures(client)
        client.get("/incidents")
        client.get("/units/NOBODY/fix")
        after = figures(client)

    assert before["ambon112_database_up",] == before["ambon112_schema_current",] == 1
    assert before["ambon112_open_incidents",] == len(desk.open_incidents(room)) == 1
    assert before["ambon112_waiting_calls",] == len(desk.waiting_calls(room)) == 1
    assert before["ambon112_units", "assigned"] == 1
    assert sum(before["ambon112_units", one] for one in ("available", "off_duty")) > 10
    assert abs(before["ambon112_clock_offset_seconds",]) < 60
    assert 0 < before["ambon112_disk_free_ratio",] < 1
    assert after["ambon112_http_request_seconds_count", "-", "401"] == 2
    assert after["ambon112_http_request_seconds_count", "/metrics", "200"] == 1


def test_requests_are_counted_by_route_and_never_by_what_was_asked_for(room, serve):
    key = desk.add_key(room, "uji", ["dispatcher"], by="test", at=datetime.now(UTC))
    with serve(room) as client:
        headers = {"Authorization": f"Bearer {key}"}
        for number in (7001, 7002):
            client.get(f"/incidents/{number}", headers=headers)
        client.post("/calls", json={"text": SAID, "type": "none", "phone": PHONE}, headers=headers)
        client.get("/Zanubari?jingga", headers=headers)
        told, text = figures(client), client.get("/metrics").text

    assert told["ambon112_http_request_seconds_count", "/incidents/{incident_id}", "404"] == 2
    assert told["ambon112_http_request_seconds_count", "/calls", "422"] == 1
    assert not any(word in text for word in (*WORDS, UNIT, key))
    labels = {one for _, *values in told for one in values}
    assert not any("7001" in one for one in labels)  # figures may hold any digits


def test_figures_go_to_this_machine_only(room, serve):
    with serve(room) as client:
        for header in ("X-Forwarded-For", "Forwarded"):
            answer = client.get("/metrics", headers={header: "127.0.0.1"})
            assert answer.status_code == 403
            assert answer.json().keys() == {"error"}


def test_without_a_database_the_machines_figures_remain(lost, serve):
    with serve(lost) as client:
        told = figures(client)

    assert told["ambon112_database_up",] == 0
    assert ("ambon112_disk_free_bytes",) in told
    assert ("ambon112_open_incidents",) not in told


def test_what_waits_in_journals_is_counted(room, serve):
    carried(room)
    with without_database(room), serve(room) as client:
        for _ in range(2):
            desk.do(room, "take_call", **FIRE, by="ani", at=NOW)
        assert journal.count(folder_of(room.settings)) == 2
        assert figures(client)["ambon112_journal_entries",] == 2
    assert journal.count(folder_of(room.settings)) == 0
    assert journal.count(Path("/nowhere")) == 0


def test_every_alert_asks_for_figures_there_are(room, serve):
    rules = (DEPLOY / "prometheus/ambon112.rules.yml").read_text("utf-8")
    asked = set(re.findall(r"\bambon112_\w+", rules))
    with serve(room) as client:
        client.get("/health")
        told = {name for name, *_ in figures(client)}

    assert asked
    assert asked <= told
