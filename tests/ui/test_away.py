"""The database server stops under a served page: the room works on, nothing is lost or doubled."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import expect
from psycopg.rows import dict_row

from dispatch.config import load_settings
from tests.clusters import Cluster
from tests.dispatch.away import entry, leave_behind
from tests.ui.conftest import one_desk, serving


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="away"))
    folder.chmod(0o755)
    made = Cluster(folder / "db").make()
    made.start()
    yield made
    made.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def served(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a room whose last program was killed with something in its journal."""
    state = tmp_path_factory.mktemp("room")
    leave_behind(
        load_settings({"AMBON112_STATE_DIR": str(state)}),
        entry("assign", incident_id=99, call_sign="DAMKAR-MAKO-1"),
        entry("discard_call", text="", kind="prank"),
    )
    with serving(state, AMBON112_DATABASE_URL=cluster.dsn) as at_address:
        yield at_address


def rows(cluster, statement):
    with psycopg.connect(cluster.dsn, row_factory=dict_row) as connection:
        return connection.execute(statement).fetchall()


def board_row(desk, words):
    return desk.board().locator("[class*='st-key-row_']", has_text=words)


def test_calls_are_taken_and_units_sent_without_the_database_and_are_there_once(
    browser, cluster, served
):
    with one_desk(browser, served) as desk, one_desk(browser, served, "cici") as other:
        desk.await_map()
        other.await_map()
        words = desk.page.get_by_label("Di mana?")
        words.press_sequentially("Batu")
        words.evaluate("field => { field.dataset.before = 'yes'; }")
        cluster.stop()
        for one in (desk, other):
            expect(one.page.locator(".away")).to_contain_text("Basis data tidak terjangkau sejak")
            one.settled()
        expect(words).to_have_value("Batu")
        expect(words).to_have_attribute("data-before", "yes")  # the field itself: nothing moved
        expect(words).to_be_focused()

        desk.say_where("Batu Merah")
        desk.choose_place()
        desk.choose_type()
        unit = desk.send()
        expect(desk.left()).to_contain_text("ditangani")
        expect(desk.page.locator(".away")).to_contain_text("(2 catatan)")
        row = board_row(other, "SEMENTARA-1")
        expect(row).to_contain_text(unit)

        # Nobody else is offered what has gone out; a note has to wait, and is said to.
        other.say_where("Waihaong")
        other.choose_place()
        other.choose_type()
        assert unit not in other.offered()
        other.press("Kosongkan")
        other.press("Iseng")
        expect(other.page.locator(".away")).to_contain_text("(3 catatan)")
        desk.left().get_by_role("button", name="Diterima").click()
        expect(desk.left()).to_contain_text("diterima")
        desk.page.reload()
        expect(board_row(desk, "SEMENTARA-1")).to_contain_text("diterima")
        expect(desk.page.locator(".st-key-line")).to_contain_text("operator")

        cluster.start()
        for one in (desk, other):
            expect(one.page.locator(".away")).to_have_count(0)
            expect(board_row(one, "Batu Merah")).to_contain_text("diterima")
            expect(one.board()).not_to_contain_text("SEMENTARA")
            one.assert_calm()

    (incident,) = rows(cluster, "SELECT * FROM incident WHERE source = 'desk'")
    (sent,) = rows(cluster, "SELECT * FROM assignment")
    assert (sent["incident_id"], sent["call_sign"]) == (incident["id"], unit)
    assert (sent["status"], sent["predicted_travel_s"] > 0) == ("accepted", True)
    told = rows(cluster, "SELECT DISTINCT actor FROM event WHERE source = 'journal'")
    assert {one["actor"] for one in told} == {"operator", "cici", "ani"}


def test_what_could_not_come_in_is_shown_until_somebody_has_seen_to_it(browser, served):
    with one_desk(browser, served) as desk, one_desk(browser, served, "cici") as other:
        shown = desk.board().locator("[class*='st-key-conflict_']")
        expect(shown).to_contain_text("Belum masuk ke basis data")
        expect(shown).to_contain_text("mengirim DAMKAR-MAKO-1 ke AMB0187")
        expect(shown).to_contain_text("Tidak bisa dari “ditutup”")
        expect(shown).to_contain_text("24-11-2026 12:00 ani")

        shown.get_by_role("button", name="Selesai").click()

        for one in (desk, other):
            expect(one.board()).not_to_contain_text("Belum masuk ke basis data")
            one.assert_calm()


def test_nobody_new_can_sign_in_meanwhile_and_is_told_so(browser, cluster, served):
    with one_desk(browser, served, None) as stranger:
        expect(stranger.page.get_by_label("Nama akun")).to_be_visible()
        cluster.stop()
        try:
            stranger.page.get_by_label("Nama akun").fill("operator")
            stranger.page.get_by_label("Kata sandi").fill("kata sandi untuk uji")
            stranger.page.get_by_role("button", name="Masuk", exact=True).click()
            expect(stranger.page.locator(".st-key-notices")).to_contain_text("Basis data tidak")
            expect(stranger.page.locator(".st-key-sign_in")).to_contain_text("Yang sudah masuk")
            stranger.assert_calm()
        finally:
            cluster.start()
