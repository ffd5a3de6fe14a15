"""Every route as every role and as nobody, against the one table of rights; and how often."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dispatch import api, desk
from dispatch.api import make_api
from dispatch.api_limits import HEADERS, Limit
from dispatch.api_upkeep import OPEN
from dispatch.person import RIGHTS, Role
from dispatch.room import Room

ENGINE = "DAMKAR-MAKO-1"
HERE = {"lon": 128.1934, "lat": -3.6891}
CALL = {"text": "Batu Merah", "type": "fire_building", **HERE}
STEP = {"status": "accepted"}
ROUTES = {  # what each asks, and the action it needs; None for whoever holds a key
    ("POST", "/calls"): (CALL, "take_call"),
    ("GET", "/incidents"): (None, None),
    ("GET", "/incidents/closed"): (None, None),
    ("GET", "/incidents/{incident_id}"): (None, None),
    ("GET", "/incidents/{incident_id}/cap"): (None, None),
    ("GET", "/units"): (None, None),
    ("POST", "/units/{call_sign}/fix"): (HERE, "fix"),
    ("POST", "/units/{call_sign}/duty"): ({"status": "off_duty"}, "unit_off_duty"),
    ("POST", "/assignments/{assignment_id}/status"): (
        {"status": "accepted"},
        "assignment_accepted",
    ),
    ("GET", "/openapi.json"): (None, None),
}


@pytest.fixture
def key(room):
    """Make a key with some roles."""

    def made(*roles, agency=None):
        name = "-".join(roles)
        return desk.add_key(room, name, roles, agency=agency, by="test", at=datetime.now(UTC))

    return made


@pytest.fixture
def scene(room):
    """An incident with an engine sent to it, as a route names them."""
    at = datetime.now(UTC)
    opened = desk.take_call(
        room, text="Batu Merah", type_code="fire_building", level="point", radius_m=0, by="test",
        at=at, **HERE,
    )  # fmt: skip
    sent = desk.assign(room, opened.id, ENGINE, by="test", at=at)
    return {"incident_id": opened.id, "call_sign": ENGINE, "assignment_id": sent.id}


def test_the_table_names_every_route_there_is(room):
    described = make_api(room).openapi()["paths"]
    served = {
        (method.upper(), path)
        for path, said in described.items()
        for method in said
        if path not in OPEN
    }

    assert served == ROUTES.keys() - {("GET", "/openapi.json")}


def test_every_route_lets_in_whom_the_rights_let_in_and_nobody_else(room, serve, key, scene):
    with serve(room) as client:
        for role in (*Role, None):
            client.headers["Authorization"] = f"Bearer {key(role)}" if role else ""
            for (method, path), (body, action) in ROUTES.items():
                answer = client.request(method, path.format(**scene), json=body)

                may = role is not None and (action is None or action in RIGHTS[role])
                expected = may or (403 if role else 401)
                got = answer.status_code not in {401, 403} or answer.status_code
                assert got == expected, (role, method, path, answer.text)
                assert answer.status_code < 500
                assert answer.headers.items() >= {k.lower(): v for k, v in HEADERS.items()}.items()


def test_a_program_that_asks_too_often_is_told_when_to_come_back(room, serve, key):
    slow = Room(replace(room.settings, api_rate=1), room.store, room.ground)
    good, other = key("crew"), key("planner")
    with serve(slow) as client:
        client.headers["Authorization"] = f"Bearer {good}"
        answers = [client.get("/units") for _ in range(api.PAUSE + 1)]
        client.headers["Authorization"] = f"Bearer {other}"
        after = client.get("/units")

    assert [one.status_code for one in answers] == [200] * api.PAUSE + [429]
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert answers[-1].json().keys() == {"error"}
    assert after.status_code == 200


def test_who_tries_keys_waits_while_programs_with_a_key_go_on(room, serve, key):
    good = {"Authorization": f"Bearer {key('crew')}"}
    with serve(room) as client:
        assert client.get("/units", headers=good).status_code == 200
        wrong = [
            client.get("/units", headers={"Authorization": f"Bearer {n}"}).status_code
            for n in range(api.WRONG_BURST + 1)
        ]
        after = client.get("/units", headers=good).status_code

    assert wrong == [401] * api.WRONG_BURST + [429]
    assert after == 200


def test_a_limit_counts_each_name_and_forgets_who_is_done():
    now = [100.0]
    limit = Limit(2.0, 3, lambda: now[0])

    assert [limit.wait_s("a") for _ in range(4)] == [0, 0, 0, 0.5]
    assert limit.wait_s("b") == 0
    now[0] += 0.5
    assert [limit.wait_s("a"), limit.wait_s("a")] == [0, 0.5]
    for n in range(20_001):
        limit.wait_s(n)
    assert len(limit._paid_until) <= 10_000
