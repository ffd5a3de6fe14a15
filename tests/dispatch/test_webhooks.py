"""Webhooks out: what other programs are told of, and who has them told."""

import hmac
from hashlib import sha256

import pytest

from dispatch import desk
from dispatch.api_bodies import TOLD
from dispatch.delivery import Round
from dispatch.errors import BadValue, NotAllowed, UnknownRow
from dispatch.person import Person, Role
from dispatch.store import events
from tests.dispatch.webhook_receiver import ENGINE, NOON, deliver, duty, statuses, unit_of

FIRE = "damkar"


def take_call(room):
    return desk.take_call(
        room, text="dekat rumah Nona Uji", type_code="fire_building", lon=128.1934, lat=-3.6891,
        level="kampung", radius_m=250.0, phone="0800-uji", caller_name="Nona Uji",
        note="asap tebal", by="ani", at=NOON,
    )  # fmt: skip


# What is told.


def test_events_arrive_in_order_with_their_number_in_the_record(room, receiver, tell):
    tell(receiver)
    for status in ("off_duty", "available", "out_of_service"):
        duty(room, status)

    assert deliver(room) == Round(delivered=3)

    numbers = [one["n"] for one in receiver.told]
    assert statuses(receiver) == ["off_duty", "available", "out_of_service"]
    assert numbers == sorted(set(numbers))
    assert [int(head["X-Ambon112-Event"]) for _, head, _ in receiver.headers_told] == numbers
    assert receiver.told[0]["before"]["status"] == "available"
    assert receiver.told[0]["action"] == "unit_off_duty"
    assert receiver.told[0]["subject_id"] == ENGINE


def test_a_body_is_signed_with_the_secret(room, receiver, tell):
    _, secret = tell(receiver)
    duty(room, "off_duty")

    deliver(room)

    ((path, head, body),) = receiver.headers_told
    expected = hmac.new(secret.encode(), body, sha256).hexdigest()
    assert head["X-Ambon112-Signature"] == f"sha256={expected}"
    assert head["Content-Type"] == "application/json"
    assert path == "/events?from=ambon"


def test_an_incident_is_told_as_the_endpoint_gives_it(room, receiver, tell, serve):
    tell(receiver)
    opened = take_call(room)
    desk.assign(room, opened.id, ENGINE, by="test", at=NOON)
    key = desk.add_key(room, "test", ["dispatcher"], by="test", at=NOON)

    deliver(room)

    with serve(room) as client:
        client.headers["Authorization"] = f"Bearer {key}"
        given = client.get(f"/incidents/{opened.id}").json()
    assert receiver.kinds == ["incident", "assignment", "incident"]
    assert [one["incident"] for one in receiver.told] == [given] * 3


def test_nothing_about_callers_leaves_nor_what_anybody_noted(room, receiver, tell):
    tell(receiver)
    opened = take_call(room)
    desk.answer_questions(room, opened.id, {}, by="test", at=NOON)
    desk.add_note(room, opened.id, "catatan", by="test", at=NOON)
    duty(room, "off_duty")
    sent = desk.assign(room, opened.id, unit_of(room, "health"), by="test", at=NOON)
    desk.withdraw(room, sent.id, by="test", at=NOON)

    deliver(room)

    said = str([body for *_, body in receiver.headers_told])
    assert receiver.told
    for word in ("Uji", "0800", "asap", "catatan", "mogok", "place_text", "answers", "ani"):
        assert word not in said, word


def test_of_each_kind_exactly_the_named_columns_are_told(room, receiver, tell):
    tell(receiver)
    opened = take_call(room)
    desk.assign(room, opened.id, ENGINE, by="test", at=NOON)
    duty(room, "off_duty", unit_of(room, "health"))
    point = {"type": "Point", "coordinates": [128.19, -3.69]}
    desk.close_road(room, point, reason="longsor", by="test", at=NOON)

    deliver(room)

    assert {one["kind"]: one["after"].keys() for one in receiver.told} == TOLD
    assert all(one["before"] is None or one["before"].keys() for one in receiver.told)
    assert {one["kind"] for one in receiver.told if "incident" in one} == {"incident", "assignment"}


def test_only_the_kinds_asked_for_are_told(room, receiver, tell):
    tell(receiver, kinds=["unit"])
    take_call(room)
    duty(room, "off_duty")

    deliver(room)

    assert receiver.kinds == ["unit"]


def test_a_new_webhook_hears_nothing_of_before(room, receiver, tell):
    duty(room, "off_duty")
    tell(receiver)
    duty(room, "available")

    deliver(room)

    assert statuses(receiver) == ["available"]


def test_an_agency_is_told_of_its_own_units_and_their_incidents_only(room, receiver, tell):
    tell(receiver, agency=FIRE)
    ambulance = unit_of(room, "health")
    shared, theirs = take_call(room), take_call(room)
    desk.assign(room, theirs.id, ambulance, by="test", at=NOON)
    desk.assign(room, shared.id, ENGINE, by="test", at=NOON)
    second = unit_of(room, "polresta")
    desk.assign(room, shared.id, second, by="test", at=NOON)
    duty(room, "off_duty", next(
        one.call_sign for one in desk.units(room, NOON)
        if one.agency == FIRE and one.call_sign != ENGINE
    ))  # fmt: skip
    duty(room, "off_duty", unit_of(room, "satpol_pp"))
    desk.close_road(
        room, {"type": "Point", "coordinates": [128.19, -3.69]}, reason="uji", by="test", at=NOON
    )

    deliver(room)

    about = {one["incident"]["id"] for one in receiver.told if "incident" in one}
    sent = [one["after"]["call_sign"] for one in receiver.told if one["kind"] == "assignment"]
    units = [one["after"]["agency"] for one in receiver.told if one["kind"] == "unit"]
    assert about == {shared.id}
    assert sent == [ENGINE, second], "who else comes to its incident is its business"
    assert units == [FIRE]
    assert "closure" not in receiver.kinds


# Who adds them.


@pytest.mark.parametrize(
    "url",
    ["", "ambon", "ftp://ambon.example/", "http://", "http:///x", "https://a:b@ambon.example/",
     "http://ambon.example:99999/", "http://ambon.example:x/", "http://ambon.example/a b",
     "http://ambon.example/\n", "http://é.example/", "file:///etc/passwd", "http://[::1/",
     "http://ambon.example/" + "x" * 2_000],
)  # fmt: skip
def test_what_is_no_address_is_refused(room, url):
    with pytest.raises(BadValue) as refused:
        desk.add_webhook(room, url, by="test", at=NOON)

    assert refused.value.field == "url"


def test_a_kind_or_an_agency_that_cannot_be_is_refused(receiver, tell):
    for how in ({"kinds": ["call"]}, {"agency": "nato"}, {"agency": FIRE, "kinds": ["closure"]}):
        with pytest.raises(BadValue):
            tell(receiver, **how)


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.ADMIN])
def test_only_an_admin_adds_removes_and_lists_webhooks(room, receiver, role):
    admin, somebody = (Person(f"key:{one}", frozenset({one})) for one in (Role.ADMIN, role))
    number, _ = desk.add_webhook(room, receiver.url, by=admin, at=NOON)

    for doing in (
        lambda: desk.add_webhook(room, receiver.url, by=somebody, at=NOON),
        lambda: desk.remove_webhook(room, number, by=somebody, at=NOON),
        lambda: desk.webhooks(room, by=somebody, at=NOON),
    ):
        with pytest.raises(NotAllowed):
            doing()


def test_the_record_holds_who_added_it_but_not_its_secret(room, receiver, tell):
    number, secret = tell(receiver)

    with room.store.reading() as tx:
        (added,) = events.of_subject(tx, "webhook", number)
    assert (added.actor, added.after["url"]) == ("test", receiver.url)
    assert secret not in str(added)


def test_a_removed_webhook_is_told_nothing_more(room, receiver, tell):
    number, _ = tell(receiver)
    duty(room, "off_duty")
    desk.remove_webhook(room, number, by="test", at=NOON)

    assert deliver(room) == Round()
    assert desk.webhooks(room, by="test", at=NOON) == []
    with pytest.raises(UnknownRow):
        desk.remove_webhook(room, number, by="test", at=NOON)


def test_webhooks_are_added_delivered_listed_and_removed_at_the_command_line(run, room, receiver):
    added = run("webhooks", "add", receiver.url, "--kind", "unit", "--kind", "incident")
    number, secret = added.stdout.split()
    duty(room, "off_duty")

    done = run("webhooks", "deliver")
    listed = run("webhooks", "list").stdout

    assert (done.exit_code, done.stdout) == (0, "1 terkirim / delivered\n")
    assert f"{number}  {receiver.url}  incident,unit  semua / all\n" == listed
    assert secret not in listed
    assert run("webhooks", "remove", number).exit_code == 0
    assert run("webhooks", "list").stdout == ""
    assert run("webhooks", "remove", number).exit_code == 2
    assert run("webhooks", "add", "ambon").exit_code == 2


def test_a_failure_is_said_at_the_command_line(run, room, receiver, tell):
    tell(receiver)
    duty(room, "off_duty")
    receiver.status = 500

    done = run("webhooks", "deliver")

    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 1
    assert "HTTP 500" in run("webhooks", "list").stdout


def test_the_description_shows_what_is_told(room, receiver, tell, serve):
    tell(receiver)
    take_call(room)
    deliver(room)
    key = desk.add_key(room, "test", ["planner"], by="test", at=NOON)

    with serve(room) as client:
        described = client.get("/openapi.json", headers={"Authorization": f"Bearer {key}"}).json()

    body = described["webhooks"]["event"]["post"]["requestBody"]["content"]["application/json"]
    assert body["schema"] == {"$ref": "#/components/schemas/EventOut"}
    told = described["components"]["schemas"]["EventOut"]
    assert set(told["required"]) <= receiver.told[0].keys() <= told["properties"].keys()
