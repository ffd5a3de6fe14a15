"""Records of the programs: one object a line where asked for, and never a caller's data."""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime

import httpx
import pytest

from dispatch import desk
from dispatch.config import load_settings
from dispatch.errors import BadSetting
from tests.dispatch.callers import CALLER, NOTED, PHONE, SAID, WORDS
from tests.ui.conftest import free_port

BARE = "missing ScriptRunContext"  # Streamlit, of pages' code imported by another program
FAILURES = 4  # of the desk in quoting.py: told on screen, forgotten, in a thread, at the end


def program(room, *command, how):
    """Start one of the room's programs."""
    environment = {
        **os.environ,
        "AMBON112_DATABASE_URL": room.settings.database_url,
        "AMBON112_STATE_DIR": str(room.settings.state_dir),
        "AMBON112_LOG": how,
    }
    return subprocess.Popen(
        [sys.executable, "-m", *command],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(running):
    """Wait until a program ends; what it wrote."""
    try:
        return running.communicate(timeout=60)
    finally:
        running.kill()


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
@pytest.mark.parametrize("how", ["json", "text"])
def test_no_record_holds_what_a_caller_said(room, how):
    with program(room, "tests.dispatch.quoting", how=how) as desk_at_work:
        out, err = ended(desk_at_work)

    assert not any(word in out + err for word in WORDS)
    assert err.count("RuntimeError") == err.count("NotNullViolation") == FAILURES, err
    assert all(word in err for word in ("words of ours", "some.library", "streamlit.later"))
    if how == "json":
        records = [json.loads(line) for line in err.splitlines() if BARE not in line]
        assert {"at", "level", "logger"} <= set.intersection(*map(set, records))
        assert "two\nlines: words of ours" in [one.get("message") for one in records]
        assert all(datetime.fromisoformat(one["at"]).utcoffset() is not None for one in records)


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_the_endpoint_says_nothing_of_calls_it_took(room):
    key = desk.add_key(room, "uji", ["dispatcher"], by="test", at=datetime.now(UTC))
    port = free_port()
    call = {"text": SAID, "note": NOTED, "phone": PHONE, "caller_name": CALLER, "type": "fire"}
    headers = {"Authorization": f"Bearer {key}"}
    with (
        program(room, "dispatch", "api", "--port", str(port), how="json") as serving,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers) as client,
    ):
        try:
            await_health(client)
            taken = client.post("/calls", json={**call, "lon": 128.19, "lat": -3.69})
            refused = [client.post("/calls", json=one) for one in (call, {"type": call})]
            refused += [client.post("/calls", content=f"{SAID}"), client.get(f"/{SAID}?{PHONE}")]
        finally:
            serving.terminate()
            out, err = ended(serving)

    assert taken.status_code == 201
    assert all(400 <= answer.status_code < 500 for answer in refused)
    assert not any(word in out + err for word in WORDS)
    assert all(json.loads(line) for line in err.splitlines())


def await_health(client):
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            client.get("/health")
        except httpx.ConnectError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the endpoint did not come up")


def test_how_records_are_written_is_one_of_two_words():
    assert load_settings({"AMBON112_LOG": "json"}).log == "json"
    with pytest.raises(BadSetting):
        load_settings({"AMBON112_LOG": "xml"})
