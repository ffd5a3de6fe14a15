"""The board of a shift, its plan, starting it and handing over, in browsers."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from dispatch import desk as rules
from dispatch.shift import shift_at
from dispatch.unit import UnitStatus
from tests.ui.conftest import one_desk, room_of, serving


@pytest.fixture(scope="module")
def own_room(tmp_path_factory):
    """A room of its own: starting a shift would take units from the other tests."""
    with serving(tmp_path_factory.mktemp("shift")) as at:
        yield at


@pytest.fixture
def supervisor(browser, own_room):
    with one_desk(browser, own_room, "penyelia", "supervisor", path="/shift") as desk:
        desk.await_map()
        yield desk
        desk.assert_calm()


def test_the_next_shift_is_planned_by_a_press_on_names(supervisor, own_room):
    page = supervisor.page
    page.get_by_role("tab", name="Rencana").click()
    expect(page.get_by_text("Belum ada rencana; yang ditandai")).to_be_visible()
    page.get_by_role("button", name="DLHP-1", exact=True).click()
    supervisor.pick("Petugas", "penyelia")
    page.keyboard.press("Escape")
    supervisor.pick("Tugas penyelia", "penerima panggilan")
    page.get_by_role("button", name="Simpan rencana").click()
    expect(page.get_by_text("Rencana disimpan.")).to_be_visible()

    with room_of(own_room) as room:
        kept = rules.shift_plan(room, shift_at(datetime.now(UTC)).after())
        everyone = {unit.call_sign for unit in rules.units(room)}
    assert kept.units == everyone - {"DLHP-1"}
    assert kept.people == {"penyelia": "penerima panggilan"}
    page.get_by_role("tab", name="Papan").click()
    expect(supervisor.left()).to_contain_text("penyelia (penerima panggilan)")


def test_starting_a_shift_leaves_a_unit_on_an_incident_and_says_so(supervisor, own_room):
    now = datetime.now(UTC)
    with room_of(own_room) as room:
        incident = rules.take_call(
            room, text="uji", type_code="fire_building", lon=128.19, lat=-3.69, level="point",
            radius_m=0, by="test", at=now,
        )  # fmt: skip
        rules.assign(room, incident.id, "POLRES-11", by="test", at=now)
        rules.plan_shift(room, shift_at(now), {}, ["BPBD-1", "BPBD-2"], by="test", at=now)
    expect(supervisor.left()).to_contain_text("POLRES-12 tidak direncanakan, tetapi siap")

    supervisor.press("Mulai regu sesuai rencana")

    expect(supervisor.page.locator(".st-key-notices")).to_contain_text(
        f"POLRES-11: POLRES-11 sedang bertugas pada {incident.code}."
    )
    expect(supervisor.left()).to_contain_text("Berbeda dari rencana: 1 unit")
    expect(supervisor.left()).to_contain_text("2 dari 4 siaga")
    with room_of(own_room) as room:
        assert rules.unit(room, "POLRES-11").status is UnitStatus.ASSIGNED
        assert rules.unit(room, "POLRES-12").status is UnitStatus.OFF_DUTY


def test_a_dispatcher_sees_the_board_and_neither_plans_nor_starts(browser, own_room):
    with one_desk(browser, own_room, "operator-1", "dispatcher", path="/shift") as desk:
        desk.await_map()
        expect(desk.left()).to_contain_text("operator-1")
        expect(desk.page.get_by_role("tab", name="Rencana")).to_have_count(0)
        expect(desk.page.get_by_role("button", name="Mulai regu")).to_have_count(0)
        desk.assert_calm()


def test_a_note_is_handed_over_from_one_screen_to_the_other(browser, own_room, supervisor):
    with one_desk(browser, own_room, "operator-2", "dispatcher", path="/shift") as leaving:
        leaving.await_map()
        field = leaving.page.get_by_label("Catatan untuk regu berikutnya")
        field.fill("Pompa <b>Passo</b> bocor")
        field.press("Control+Enter")
        leaving.page.get_by_role("button", name="Tulis catatan").click()
        waiting = leaving.page.locator(".st-key-handover")
        expect(waiting).to_contain_text("belum diterima")
        expect(waiting.get_by_role("button", name="Terima")).to_have_count(0)
        expect(field).to_have_value("")

        arriving = supervisor.page.locator(".st-key-handover")
        expect(arriving).to_contain_text("Pompa <b>Passo</b> bocor")
        arriving.get_by_role("button", name="Terima").click()

        expect(waiting).to_contain_text("diterima penyelia")
        leaving.assert_calm()


def test_a_note_without_words_is_refused_in_a_sentence(supervisor):
    supervisor.page.get_by_role("button", name="Tulis catatan").click()

    expect(supervisor.page.locator(".st-key-notices")).to_contain_text("Isi dulu")
