"""A page stands open while the program is killed under it, and while BMKG's server never ends."""

import os
import re
import signal
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from dispatch.store import keeper
from tests.dispatch.test_bmkg_poll import never_ending
from tests.ui.alone import keep_what_bmkg_said
from tests.ui.conftest import RUNNING, free_port, one_desk, serving

pytestmark = pytest.mark.drill


def take(desk, words):
    """Take a call about a place and send the first unit."""
    desk.say_where(words)
    desk.choose_place()
    desk.choose_type()
    unit = desk.send()
    expect(desk.left()).to_contain_text("ditangani")
    return unit


def kill(address, state, *, server):
    """End the program as a power cut would, and its database server with it."""
    postmaster = keeper.postmaster(state / "postgres/data")
    RUNNING[address].kill()
    if server:
        os.kill(postmaster, signal.SIGKILL)
        while keeper.alive(postmaster):
            time.sleep(0.02)
    RUNNING[address].wait()


def test_killed_under_an_open_page_it_comes_back_and_what_was_done_is_there(browser, tmp_path):
    again = {"port": str(free_port())}
    with serving(tmp_path, **again) as address, one_desk(browser, address) as desk:
        first = take(desk, "Waihaong")
        kill(address, tmp_path, server=False)
        expect(desk.page.get_by_text(re.compile("Connection error|Connecting"))).to_be_visible()

        with serving(tmp_path, **again):
            expect(desk.board()).to_contain_text(first)
            second = take(desk, "Batu Merah")
            kill(address, tmp_path, server=True)

            with serving(tmp_path, **again):
                for unit in (first, second):
                    expect(desk.board()).to_contain_text(unit)
                assert take(desk, "Passo") not in (first, second)
                desk.assert_calm()


def test_the_desk_works_while_a_feed_hangs_and_its_age_is_said(browser, tmp_path):
    keep_what_bmkg_said(tmp_path)
    with never_ending("silent") as host:
        feeds = {
            "AMBON112_BMKG": "1",
            "AMBON112_BMKG_QUAKES_URL": f"{host}/TEWS/",
            "AMBON112_BMKG_WARNINGS_URL": f"{host}/rss",
        }
        with serving(tmp_path, **feeds) as address, one_desk(browser, address) as desk:
            take(desk, "Waihaong")
            desk.open("/bpbd")
            desk.page.get_by_text("BMKG", exact=True).first.click()
            expect(desk.left()).to_contain_text(
                re.compile(r"dijawab 24-11-2026 12:00 WIT, [\d.]+ menit yang lalu")
            )
            desk.assert_calm()


def test_the_clock_is_set_back_while_a_call_is_taken_and_every_press_counts(browser, tmp_path):
    said = tmp_path / "clock"
    said.write_text("0")
    clock = {"PYTHONPATH": str(Path(__file__).with_name("set_clock")), "SET_CLOCK": str(said)}
    with serving(tmp_path, **clock) as address, one_desk(browser, address) as desk:
        desk.say_where("Waihaong")
        desk.choose_place()
        desk.choose_type()
        desk.offered()
        for behind_s in (5 * 3600, 5 * 3600, 0):
            said.write_text(str(-behind_s))
            unit = desk.send()
            expect(desk.board()).to_contain_text(unit)
        desk.assert_calm()
