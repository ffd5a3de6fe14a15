"""Webhooks out: other programs are told of what happens, in order, signed, at least once."""

import hmac
import json
import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue

import psycopg
import pytest

from dispatch import delivery, desk
from dispatch.api_bodies import TOLD
from dispatch.delivery import Round, deliver_next, delivering
from dispatch.errors import BadValue, NotAllowed, UnknownRow
from dispatch.person import Person, Role
from dispatch.store import events

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
FIRE = "damkar"
ENGINE = "DAMKAR-MAKO-1"
SOON_S = 60  # for what comes from another thread or program


class Receiver(ThreadingHTTPServer):
    """
    Another program: keeps what it is told and answers `status`.

    `reached` has an item for each POST; while `open` is not set, nobody is answered.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.told, self.headers_told, self.reached = [], [], Queue()
        self.status, self.location = 204, None
        self.open = threading.Event()
        self.open.set()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/events?from=ambon"

    @property
    def kinds(self):
        return [one["kind"] for one in self.told]


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.told.append(json.loads(body))
        self.server.headers_told.append((self.path, self.headers, body))
        self.server.reached.put(len(self.server.told))
        self.server.open.wait(SOON_S)
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def receive():
    """Start other programs that are told."""
    started = []

    def start():
        server = Receiver()
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        started.append((server, thread))
        return server

    yield start
    for server, thread in started:
        server.open.set()
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def receiver(receive):
    return receive()


@pytest.fixture
def tell(room):
    """Have an address told."""

    def add(receiver, **how):
        return desk.add_webhook(room, receiver.url, by="test", at=NOON, **how)

    return add


class Clock:
    """A time that passes only when told to."""

    def __init__(self):
        self.at = NOON

    def __call__(self):
        return self.at


def deliver(room, now=lambda: NOON):
    """Deliver until nothing more can be; returns how many events arrived and how many did not."""
    total = Round()
    while (done := deliver_next(room, now)) != Round():
        total = Round(total.delivered + done.delivered, total.failed + done.failed)
    return total


def duty(room, status, call_sign=ENGINE):
    desk.set_unit_status(room, call_sign, status, note="mogok", by="test", at=NOON)


def statuses(receiver):
    return [one["after"]["status"] for one in receiver.told]


def take_call(room):
    return desk.take_call(
        room, text="dekat rumah Nona Uji", type_code="fire_building", lon=128.1934, lat=-3.6891,
        level="kampung", radius_m=250.0, phone="0800-uji", caller_name="Nona Uji",
        note="asap tebal", by="ani", at=NOON,
    )  # fmt: skip


def unit_of(room, agency):
    return next(one.call_sign for one in desk.units(room, NOON) if one.agency == agency)


def state(room):
    (found,) = desk.webhooks(room, by="test", at=NOON)
    return found


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


# Order and loss.


def test_what_becomes_visible_late_is_told_in_the_order_of_commit(room, settings, receiver, tell):
    """The first to write gets the smaller id; the second is committed, and told, before it."""
    tell(receiver)
    other = unit_of(room, "health")
    with psycopg.connect(settings.database_url) as slow:
        slow.execute("UPDATE unit SET crew = 1 WHERE call_sign = %s", [other])
        duty(room, "off_duty")
        assert deliver(room) == Round(delivered=1)
        slow.commit()
    assert deliver(room) == Round(delivered=1)

    assert [one["subject_id"] for one in receiver.told] == [ENGINE, other]
    with room.store.reading() as tx:
        ids = [events.of_subject(tx, "unit", one)[-1].id for one in (ENGINE, other)]
    assert ids == sorted(ids, reverse=True), "by id, the late one would have been passed over"


def test_many_events_are_told_one_after_the_other_without_a_pause(room, receiver, tell):
    tell(receiver)
    for _ in range(25):
        duty(room, "off_duty")
        duty(room, "available")

    assert deliver(room) == Round(delivered=50)
    assert statuses(receiver) == ["off_duty", "available"] * 25


def test_what_was_taken_is_not_told_again(room, receiver, tell):
    tell(receiver)
    duty(room, "off_duty")

    assert deliver(room) == Round(delivered=1)
    assert deliver(room) == Round()

    assert len(receiver.told) == 1


@pytest.mark.parametrize("status", [500, 503, 404, 301, 302, 307])
def test_after_a_failure_it_is_tried_again_later_and_nothing_is_lost(room, receiver, tell, status):
    now = Clock()
    tell(receiver)
    duty(room, "off_duty")
    duty(room, "available")
    receiver.status = status

    assert deliver(room, now) == Round(failed=1)
    assert deliver(room, now) == Round(), "not before its pause is over"
    assert (state(room).failures, state(room).last_error) == (1, f"HTTP {status}")

    receiver.status = 200
    now.at += timedelta(seconds=2)
    assert deliver(room, now) == Round(delivered=2)
    assert statuses(receiver) == ["off_duty", "off_duty", "available"]
    assert (state(room).failures, state(room).last_error) == (0, None)


def test_each_failure_doubles_the_pause_up_to_ten_minutes(room, receiver, tell):
    now = Clock()
    tell(receiver)
    duty(room, "off_duty")
    receiver.status = 500
    pauses = []
    for _ in range(11):
        assert deliver(room, now) == Round(failed=1)
        pauses.append((state(room).next_try_at - now.at).total_seconds())
        now.at = state(room).next_try_at

    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]


def test_the_clock_is_set_back_and_what_failed_is_tried_again_all_the_same(room, receiver, tell):
    now = Clock()
    now.at += timedelta(hours=5)
    tell(receiver)
    duty(room, "off_duty")
    receiver.status = 500
    assert deliver(room, now) == Round(failed=1)

    receiver.status = 200
    now.at = NOON

    assert deliver(room, now) == Round(delivered=1)


def test_a_redirect_is_not_followed(room, receive, tell):
    receiver, elsewhere = receive(), receive()
    tell(receiver)
    receiver.status, receiver.location = 307, elsewhere.url
    duty(room, "off_duty")

    assert deliver(room) == Round(failed=1)
    assert elsewhere.told == []


def test_a_receiver_that_is_not_there_is_tried_again(room, receive, tell):
    gone = receive()
    tell(gone)
    gone.server_close()
    duty(room, "off_duty")

    assert deliver(room) == Round(failed=1)
    assert "Refused" in state(room).last_error


def test_a_receiver_that_hangs_is_given_up_and_the_others_are_told(
    room, receive, tell, monkeypatch
):
    monkeypatch.setattr(delivery, "TIMEOUT_S", 0.2)
    hanging, other = receive(), receive()
    hanging.open.clear()
    tell(hanging)
    tell(other)
    duty(room, "off_duty")

    assert deliver(room) == Round(delivered=1, failed=1)
    assert statuses(other) == ["off_duty"]


def test_a_receiver_that_answers_a_byte_now_and_then_is_given_up(room, monkeypatch):
    monkeypatch.setattr(delivery, "TIMEOUT_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        desk.add_webhook(room, url, by="test", at=NOON)
        duty(room, "off_duty")

        def drip():
            connection, _ = listening.accept()
            with connection, suppress(OSError):
                connection.sendall(b"HTTP/1.1 200")  # which looks like a yes when it is cut off
                while True:
                    time.sleep(0.1)
                    connection.sendall(b" ")

        dripping = threading.Thread(target=drip, daemon=True)
        dripping.start()
        assert deliver(room) == Round(failed=1)
        dripping.join(SOON_S)
        assert not dripping.is_alive(), "its connection was ended"


def test_the_room_writes_on_while_an_address_is_waited_for(room, receiver, tell):
    receiver.open.clear()
    number, _ = tell(receiver)
    duty(room, "off_duty")
    waiting = threading.Thread(target=deliver_next, args=(room,))
    waiting.start()
    receiver.reached.get(timeout=SOON_S)

    duty(room, "available")
    desk.remove_webhook(room, number, by="test", at=NOON)

    assert waiting.is_alive()
    receiver.open.set()
    waiting.join()


def test_only_one_delivers_at_a_time(room, receiver, tell):
    receiver.open.clear()
    tell(receiver)
    duty(room, "off_duty")
    first = threading.Thread(target=deliver_next, args=(room,))
    first.start()
    receiver.reached.get(timeout=SOON_S)

    assert deliver_next(room) == Round()

    receiver.open.set()
    first.join()
    assert len(receiver.told) == 1
    assert deliver(room) == Round()


COMMAND = [sys.executable, "-m", "dispatch"]


@pytest.fixture
def environment(settings):
    return {
        **os.environ,
        "AMBON112_DATABASE_URL": settings.database_url,
        "AMBON112_STATE_DIR": str(settings.state_dir),
    }


def test_killed_before_it_could_note_the_answer_it_tells_the_event_again(
    room, receiver, tell, environment
):
    receiver.open.clear()
    tell(receiver)
    duty(room, "off_duty")
    duty(room, "available")
    with subprocess.Popen([*COMMAND, "webhooks", "deliver"], env=environment) as program:
        receiver.reached.get(timeout=SOON_S)
        program.kill()
    receiver.open.set()

    while (done := deliver(room)) == Round():
        time.sleep(0.01)  # until the database has noticed that the program is gone
    assert done == Round(delivered=2)
    assert statuses(receiver) == ["off_duty", "off_duty", "available"]


def test_the_endpoints_program_delivers_by_itself(room, receiver, tell, environment):
    tell(receiver)
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    with subprocess.Popen([*COMMAND, "api", "--port", str(port)], env=environment) as program:
        duty(room, "off_duty")
        receiver.reached.get(timeout=SOON_S)
        duty(room, "available")
        receiver.reached.get(timeout=SOON_S)
        program.terminate()

    assert statuses(receiver) == ["off_duty", "available"]


def test_the_worker_ends_with_the_room(room, receiver, tell):
    tell(receiver)
    with delivering(room):
        duty(room, "off_duty")
        receiver.reached.get(timeout=SOON_S)

    assert "webhooks" not in {one.name for one in threading.enumerate()}


def test_how_delivery_goes_is_no_part_of_the_record(room, receiver, tell):
    tell(receiver)
    duty(room, "off_duty")
    with room.store.reading() as tx:
        before = events.head(tx)
    receiver.status = 500

    deliver(room)

    with room.store.reading() as tx:
        assert events.head(tx) == before


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
