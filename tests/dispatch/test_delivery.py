"""Webhooks out: other programs are told in order, at least once, whatever happens to either."""

import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from datetime import timedelta

import psycopg
import pytest

from dispatch import delivery, desk
from dispatch.delivery import Round, deliver_next, delivering
from dispatch.store import events
from tests.dispatch.webhook_receiver import (
    ENGINE,
    NOON,
    SOON_S,
    deliver,
    duty,
    statuses,
    unit_of,
)


class Clock:
    """A time that passes only when told to."""

    def __init__(self):
        self.at = NOON

    def __call__(self):
        return self.at


def state(room):
    (found,) = desk.webhooks(room, by="test", at=NOON)
    return found


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
