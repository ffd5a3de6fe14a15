"""The pages work under the headers that deploy/nginx/ambon112.conf has the proxy send."""

import re

import pytest
from playwright.sync_api import expect

from tests.deploy.nginx import CONF
from tests.ui.conftest import AT_THE_DESK, one_desk

HEADERS = dict(re.findall(r'add_header (\S+) "?([^"\n]*?)"? always;', CONF.read_text("utf-8")))
del HEADERS["Strict-Transport-Security"]  # the pages are asked over plain HTTP here


@pytest.fixture
def guarded(browser, address):
    """A desk whose every answer comes with the headers; yields it and what the browser refused."""
    with one_desk(browser, address, path="/_stcore/health", **AT_THE_DESK) as desk:
        refused = []
        desk.page.on(
            "console",
            lambda said: "Content Security Policy" in said.text and refused.append(said.text),
        )

        def answer(route):
            got = route.fetch()
            kept = {k: v for k, v in got.headers.items() if k not in {"content-encoding",
                                                                     "content-length"}}  # fmt: skip
            route.fulfill(status=got.status, body=got.body(), headers={**kept, **HEADERS})

        # What is answered here has no address: Chromium would keep it from our own machine.
        desk.page.context.grant_permissions(["local-network-access"])
        desk.page.route("**/*", answer)
        desk.open()
        yield desk, refused
        desk.assert_calm()


def test_a_call_is_taken_and_a_unit_sent_under_the_policy(guarded):
    desk, refused = guarded
    desk.say_where("Batu Merah Dalam")
    desk.choose_place()
    desk.choose_type()
    desk.send()
    expect(desk.left()).to_contain_text("ditangani")
    desk.click_map()
    desk.settled()

    assert refused == []


def test_the_other_pages_are_drawn_under_the_policy(guarded):
    desk, refused = guarded
    for page in ("units", "bpbd", "history"):
        desk.open(f"/{page}")
        expect(desk.left()).to_be_visible()
        if page != "history":
            desk.await_map()
    assert desk.taken("save_csv").path()

    assert refused == []


def test_what_the_policy_forbids_is_refused(guarded):
    desk, refused = guarded
    desk.page.evaluate(
        "document.body.append(Object.assign(new Image, {src: 'http://evil.test/x'}))"
    )
    desk.page.wait_for_timeout(300)

    assert len(refused) == 1
    desk.asked.clear()  # it was asked, and not fetched
