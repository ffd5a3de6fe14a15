"""The HTTP endpoint: what a program with a key does and reads; keys: test_keys.py."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dispatch import desk
from dispatch.api_room import router
from dispatch.api_upkeep import OPEN
from dispatch.config import load_settings
from dispatch.ground import load_ground
from dispatch.room import Room, open_room
from dispatch.store import events, open_store
from dispatch.unit import PositionBasis
from tests.dispatch.cap_schema import assert_valid

ENGINE = "DAMKAR-MAKO-1"
HERE = {"lon": 128.1934, "lat": -3.6891}


@pytest.fixture
def key(room):
    """A key that may do what the room's desk does."""
    return desk.add_key(room, "test", ["dispatcher"], by="test", at=datetime.now(UTC))


@pytest.fixture
def client(room, serve, key):
    with serve(room) as opened:
        opened.headers["Authorization"] = f"Bearer {key}"
        yield opened


def test_a_unit_says_where_it_is(room, client):
    at = datetime.now(UTC) - timedelta(seconds=20)

    answer = client.post(f"/units/{ENGINE}/fix", json={**HERE, "at": at.isoformat()})

    unit = desk.unit(room, ENGINE)
    assert answer.status_code == 204
    assert (unit.position, unit.position_basis, unit.fix_at) == (
        (HERE["lon"], HERE["lat"]),
        PositionBasis.FIX,
        at,
    )
    with room.store.reading() as tx:
        assert (events.latest(tx, 1)[0].actor, events.latest(tx, 1)[0].source) == (
            "key:test",
            "api",
        )


def test_without_a_time_it_is_there_now(room, client):
    before = datetime.now(UTC)

    assert client.post(f"/units/{ENGINE}/fix", json=HERE).status_code == 204

    assert desk.unit(room, ENGINE).fix_at >= before


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer wrong", "Basic {}", "Bearer {}x", "Bearer Bearer {}", "{}"],
)
def test_without_the_key_nothing_is_read_or_written(room, client, key, header):
    del client.headers["Authorization"]
    headers = {} if header is None else {"Authorization": header.format(key)}

    answer = client.post(f"/units/{ENGINE}/fix", content="not even JSON", headers=headers)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert desk.unit(room, ENGINE).fix_at is None


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 422),
        ("", 422),
        ("[]", 422),
        ("null", 422),
        ('{"lon": 128.2}', 422),
        ('{"lon": "timur", "lat": -3.7}', 422),
        ('{"lon": NaN, "lat": -3.7}', 422),
        ('{"lon": 1e999, "lat": -3.7}', 422),
        ('{"lon": -3.7, "lat": 128.2}', 422),
        ('{"lon": 106.8, "lat": -6.2}', 422),
        ('{"lon": 128.2, "lat": -3.7, "at": "kemarin"}', 422),
        ('{"lon": 128.2, "lat": -3.7, "at": "2026-11-24T03:00:00"}', 422),
        ('{"lon": 128.2, "lat": -3.7, "at": "2999-01-01T00:00:00Z"}', 422),
        ('{"lon": 128.2, "lat": -3.7, "speed": 3}', 422),
        ("[" * 9_000, 422),
        ("x" * 30_000, 413),
    ],
)
def test_what_cannot_be_used_is_said_in_one_sentence(room, client, body, status):
    answer = client.post(
        f"/units/{ENGINE}/fix", content=body, headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == status
    assert "\n" not in answer.json()["error"]
    assert desk.unit(room, ENGINE).fix_at is None


@pytest.mark.parametrize(
    ("way", "path", "status"), [("GET", "/", 404), ("GET", "/units/X/fix", 405)]
)
def test_what_it_does_not_serve_is_said_the_same_way(client, way, path, status):
    answer = client.request(way, path)

    assert answer.status_code == status
    assert answer.json().keys() == {"error"}


def test_an_unknown_unit_is_not_found(client):
    answer = client.post("/units/NOBODY/fix", json=HERE)

    assert answer.status_code == 404
    assert "NOBODY" in answer.json()["error"]


def test_health_needs_no_key_and_says_when_the_database_is_down(client, serve, tmp_path):
    del client.headers["Authorization"]
    assert client.get("/health").json()["checks"]["database"] == "ok"

    down = load_settings(
        {"AMBON112_DATABASE_URL": "host=/nowhere", "AMBON112_STATE_DIR": str(tmp_path)}
    )
    with serve(Room(down, open_store(down), load_ground())) as lost:
        assert lost.get("/health").status_code == 503
        answer = lost.get("/incidents", headers={"Authorization": "Bearer any"})
    assert answer.status_code == 503
    assert answer.json().keys() == {"error"}


def take(client, **said):
    return client.post("/calls", json={"text": "Kebun Cengkeh", "type": "kebakaran", **said})


def test_another_program_takes_a_call_and_follows_it(room, client):
    opened = take(client, note="asap tebal", phone="0800-uji").json()
    sent = desk.assign(room, opened["id"], ENGINE, by="ani", at=datetime.now(UTC))

    client.post(f"/assignments/{sent.id}/status", json={"status": "accepted"}).raise_for_status()

    (listed,) = client.get("/incidents").json()
    assert listed["code"] == opened["code"]
    assert listed["assignments"][0]["status"] == "accepted"
    assert client.get(f"/incidents/{opened['id']}").json() == listed
    units = {one["call_sign"]: one for one in client.get("/units").json()}
    assert units[ENGINE]["incident"] == opened["code"]


def test_nothing_about_callers_leaves(client):
    opened = take(client, note="asap tebal", phone="0800-uji", caller_name="Nona Uji").json()

    said = "".join(
        client.get(path).text
        for path in ("/incidents", f"/incidents/{opened['id']}", "/incidents/closed")
    )

    assert not any(word in said for word in ("0800-uji", "Nona Uji", "asap tebal"))


def test_words_that_may_mean_two_places_open_nothing(client):
    answer = take(client, text="Kampung Kolam")

    assert answer.status_code == 422
    assert "Nania" in answer.json()["error"]
    assert client.get("/incidents").json() == []


def test_an_alert_of_one_incident_is_cap(client):
    opened = take(client).json()

    answer = client.get(f"/incidents/{opened['id']}/cap")

    assert answer.headers["content-type"].startswith("application/cap+xml")
    assert_valid(answer.content)


def test_a_crew_goes_off_duty_and_is_not_sent(room, client):
    client.post(f"/units/{ENGINE}/duty", json={"status": "off_duty"}).raise_for_status()

    assert desk.unit(room, ENGINE).status.value == "off_duty"
    again = client.post(f"/units/{ENGINE}/duty", json={"status": "off_duty"})
    assert again.status_code == 409


def test_an_alert_of_the_training_room_is_an_exercise(settings, serve):
    room = open_room(replace(settings, training=True))
    key = desk.add_key(room, "uji", ["dispatcher"], by="test", at=datetime.now(UTC))
    with serve(room) as client:
        client.headers["Authorization"] = f"Bearer {key}"
        answer = client.get(f"/incidents/{take(client).json()['id']}/cap")
    room.close()

    assert "<status>Exercise</status>" in answer.text
    assert "LATIHAN" in answer.text


@pytest.mark.parametrize("path", ["/incidents/999999", "/incidents/999999/cap"])
def test_what_is_not_there_is_not_found(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("number", [2**70, -(2**70), 0, -1])
def test_a_number_no_row_can_have_is_refused_in_a_sentence(client, number):
    answers = [
        client.get(f"/incidents/{number}"),
        client.post(f"/assignments/{number}/status", json={"status": "accepted"}),
    ]

    assert all(400 <= answer.status_code < 500 for answer in answers)
    assert all(answer.json().keys() == {"error"} for answer in answers)


def test_a_step_that_cannot_be_is_refused(room, client):
    opened = take(client).json()
    sent = desk.assign(room, opened["id"], ENGINE, by="ani", at=datetime.now(UTC))

    answer = client.post(f"/assignments/{sent.id}/status", json={"status": "on_scene"})

    assert answer.status_code == 409
    assert "\n" not in answer.json()["error"]


WRITING = {"401", "403", "404", "409", "413", "422", "429", "503"}
READING = {"401", "413", "422", "429", "503"}


@pytest.fixture
def described(client):
    return client.get("/openapi.json").json()


def routes(described):
    """Every route of the description that needs a key: its method, path and what is said of it."""
    return [
        (method, path, said)
        for path, methods in described["paths"].items()
        for method, said in methods.items()
        if path not in OPEN
    ]


def test_it_describes_every_route_it_serves(room, described):
    served = {
        (path, method.lower())
        for route in router(room).routes
        for path in [route.path]
        for method in route.methods
    }

    assert {(path, method) for method, path, _ in routes(described)} == served
    assert all(described["paths"][path]["get"].get("security") is None for path in OPEN)


def test_every_route_is_described_with_its_key_and_its_refusals(described):
    scheme = described["components"]["securitySchemes"]["key"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    for method, path, said in routes(described):
        refusals = {status for status in said["responses"] if status >= "400"}
        expected = READING | ({"404"} if "{incident_id}" in path else set())

        assert said["security"] == [{"key": []}], path
        assert refusals == (WRITING if method == "post" else expected), path
        for status in refusals:
            schema = said["responses"][status]["content"]["application/json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/ErrorOut"}, path
    assert described["components"]["schemas"]["ErrorOut"]["required"] == ["error"]


def test_every_route_refuses_without_a_key_as_described(client, described):
    del client.headers["Authorization"]
    for method, path, _ in routes(described):
        answer = client.request(method, path.replace("{", "").replace("}", ""))

        assert answer.status_code == 401, path
        assert answer.json().keys() == {"error"}
