"""Keys: which program comes in, what it may do, and whose units it is shown."""

from datetime import UTC, datetime, timedelta

import pytest

from dispatch import desk
from dispatch.errors import BadValue, KeyNameTaken, NotAllowed, UnknownRow
from dispatch.person import Person, Role
from dispatch.store import events

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
HERE = {"lon": 128.1934, "lat": -3.6891}
FIRE = "damkar"


@pytest.fixture
def engine(room):
    return next(one.call_sign for one in desk.units(room, NOON) if one.agency == FIRE)


@pytest.fixture
def ambulance(room):
    return next(one.call_sign for one in desk.units(room, NOON) if one.agency == "health")


@pytest.fixture
def client(room, serve):
    with serve(room) as opened:
        yield opened


@pytest.fixture
def come(room, client):
    """Come in with a new key."""

    def came(name, *roles, agency=None):
        key = desk.add_key(room, name, roles, agency=agency, by="test", at=NOON)
        client.headers["Authorization"] = f"Bearer {key}"
        return client

    return came


def take_call(room, by="test", at=NOON) -> int:
    return desk.take_call(
        room, text="Batu Merah", type_code="fire_building", level="point", radius_m=0, by=by,
        at=at, **HERE,
    ).id  # fmt: skip


def test_a_key_is_shown_once_and_only_its_hash_is_kept(room):
    key = desk.add_key(room, "mdt", [Role.CREW], agency=FIRE, by="test", at=NOON)

    with room.store.reading() as tx:
        (row,) = tx.execute("SELECT * FROM api_key").fetchall()
        recorded = events.of_subject(tx, "api_key", "mdt")
    assert len(key) >= 43, "32 random bytes"
    assert key not in str(row)
    assert row["key_hash"] not in str(recorded)
    assert desk.program(room, key, at=NOON) == Person("key:mdt", frozenset({Role.CREW}), FIRE)


@pytest.mark.parametrize("key", ["", " ", "x" * 5_000, "api_key'--", "kunci"])
def test_a_wrong_key_is_nobodys(room, key):
    desk.add_key(room, "mdt", [Role.CREW], by="test", at=NOON)

    assert desk.program(room, key, at=NOON) is None


@pytest.mark.parametrize(
    ("name", "roles", "agency"),
    [("Dua Kata", ["crew"], None), ("", ["crew"], None), ("mdt", [], None),
     ("mdt", ["king"], None), ("mdt", ["crew"], "nato"), ("m" * 61, ["crew"], None)],
)  # fmt: skip
def test_a_key_that_cannot_be_is_refused(room, name, roles, agency):
    with pytest.raises(BadValue):
        desk.add_key(room, name, roles, agency=agency, by="test", at=NOON)


def test_a_name_is_given_once_so_that_the_record_stays_clear(room):
    desk.add_key(room, "mdt", ["crew"], by="test", at=NOON)
    desk.revoke_key(room, "mdt", by="test", at=NOON)

    with pytest.raises(KeyNameTaken):
        desk.add_key(room, "mdt", ["crew"], by="test", at=NOON)


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.ADMIN])
def test_only_an_admin_gives_revokes_and_lists_keys(room, role):
    desk.add_key(room, "mdt", ["crew"], by=Person("key:a", frozenset({Role.ADMIN})), at=NOON)
    somebody = Person("key:b", frozenset({role}))

    for doing in (
        lambda: desk.add_key(room, "other", ["crew"], by=somebody, at=NOON),
        lambda: desk.revoke_key(room, "mdt", by=somebody, at=NOON),
        lambda: desk.keys(room, by=somebody, at=NOON),
    ):
        with pytest.raises(NotAllowed):
            doing()


def test_a_revoked_key_stops_at_the_next_request(room, come):
    client = come("mdt", "dispatcher")
    assert client.get("/incidents").status_code == 200

    desk.revoke_key(room, "mdt", by="test", at=NOON)

    assert client.get("/incidents").status_code == 401
    with pytest.raises(UnknownRow):
        desk.revoke_key(room, "mdt", by="test", at=NOON)


def test_when_a_key_was_last_used_is_known_and_no_part_of_the_record(room, come):
    client = come("mdt", "crew")
    with room.store.reading() as tx:
        before = events.head(tx)

    client.get("/units")

    (key,) = desk.keys(room, by="test", at=NOON)
    assert datetime.now(UTC) - key.last_used_at < timedelta(minutes=1)
    with room.store.reading() as tx:
        assert events.head(tx) == before


def test_what_a_program_does_is_recorded_under_its_keys_name(room, come):
    opened = come("simda", "dispatcher").post("/calls", json={"text": "", "type": "fire", **HERE})

    with room.store.reading() as tx:
        (event,) = events.of_subject(tx, "incident", opened.json()["id"])
    assert (event.actor, event.source, event.action) == ("key:simda", "api", "take_call")


def test_a_role_does_not_do_what_it_may_not(room, come, engine):
    crew = come("mdt", "crew")
    refused = crew.post("/calls", json={"text": "", "type": "fire", **HERE})
    assert crew.post(f"/units/{engine}/fix", json=HERE).status_code == 204

    assert refused.status_code == 403
    assert "take_call" in refused.json()["error"]
    assert desk.open_incidents(room) == []
    assert come("kantor", "planner").post(f"/units/{engine}/fix", json=HERE).status_code == 403


def test_two_roles_on_one_key_are_both_held(come, engine):
    both = come("simda", "crew", "dispatcher")

    assert both.post("/calls", json={"text": "", "type": "fire", **HERE}).status_code == 201
    assert both.post(f"/units/{engine}/fix", json=HERE).status_code == 204


def test_an_agencys_key_moves_no_other_agencys_units(room, come, engine, ambulance):
    incident = take_call(room)
    own = desk.assign(room, incident, engine, by="test", at=NOON)
    other = desk.assign(room, incident, ambulance, by="test", at=NOON)
    client = come("mdt", "crew", agency=FIRE)

    for path, body in (
        (f"/units/{ambulance}/fix", HERE),
        (f"/units/{ambulance}/duty", {"status": "off_duty"}),
        (f"/assignments/{other.id}/status", {"status": "accepted"}),
    ):
        assert client.post(path, json=body).status_code == 403, path
    answer = client.post(f"/assignments/{own.id}/status", json={"status": "accepted"})
    assert answer.status_code == 200


def test_a_crews_key_is_shown_only_its_agencys_units_and_their_incidents(
    room, come, engine, ambulance
):
    shared, theirs, nobodys = (take_call(room) for _ in range(3))
    desk.assign(room, theirs, ambulance, by="test", at=NOON)
    desk.assign(room, shared, engine, by="test", at=NOON)
    client = come("mdt", "crew", agency=FIRE)

    assert [one["id"] for one in client.get("/incidents").json()] == [shared]
    assert {one["agency"] for one in client.get("/units").json()} == {FIRE}
    assert client.get(f"/incidents/{shared}").status_code == 200
    for hidden in (theirs, nobodys):
        for path in (f"/incidents/{hidden}", f"/incidents/{hidden}/cap"):
            assert client.get(path).status_code == 404, path


def test_a_crews_key_is_shown_the_ended_incidents_its_units_were_on(room, come, engine, ambulance):
    ended = []
    for minute, call_sign in enumerate((engine, ambulance, ambulance)):
        at = NOON + timedelta(minutes=minute)
        incident = take_call(room, at=at)
        sent = desk.assign(room, incident, call_sign, by="test", at=at)
        desk.withdraw(room, sent.id, by="test", at=at)
        desk.move_incident(room, incident, "closed", by="test", at=at)
        ended.append(incident)
    client = come("mdt", "crew", agency=FIRE)

    found = client.get("/incidents/closed", params={"limit": 1}).json()

    assert [one["id"] for one in found] == ended[:1], "the last one of its own, not of everybody"
    assert client.get(f"/incidents/{ended[0]}").status_code == 200


@pytest.mark.parametrize(
    ("roles", "agency"), [(["crew"], None), (["dispatcher"], FIRE), (["crew", "bpbd"], FIRE)]
)
def test_any_other_key_is_shown_everything(room, come, roles, agency):
    incident = take_call(room)
    client = come("kantor", *roles, agency=agency)

    assert [one["id"] for one in client.get("/incidents").json()] == [incident]
    assert len(client.get("/units").json()) == len(desk.units(room, NOON))


def test_keys_are_given_listed_and_revoked_at_the_command_line(run, room):
    added = run("keys", "add", "mdt", "--role", "crew", "--role", "bpbd", "--agency", FIRE)
    key = added.stdout.strip()

    found = desk.program(room, key, at=NOON)
    listed = run("keys", "list").stdout
    assert found == Person("key:mdt", frozenset({Role.CREW, Role.BPBD}), FIRE)
    assert "mdt  bpbd,crew  damkar" in listed
    assert key not in listed

    assert run("keys", "revoke", "mdt").exit_code == 0
    assert desk.program(room, key, at=NOON) is None
    assert "dicabut" in run("keys", "list").stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("add", "mdt", "--role", "king"), 2),
        (("add", "mdt", "--role", "crew", "--agency", "nato"), 2),
        (("add", "Dua Kata", "--role", "crew"), 2),
        (("revoke", "nobody"), 2),
        (("add", "taken", "--role", "crew"), 1),
    ],
)
def test_a_key_that_cannot_be_given_gets_one_sentence(run, room, arguments, code):
    desk.add_key(room, "taken", ["crew"], by="test", at=NOON)

    done = run("keys", *arguments)

    assert done.exit_code == code
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
