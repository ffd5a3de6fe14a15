"""Types and run cards edited in the tables, in a room that no other test looks into."""

import pytest
from playwright.sync_api import expect

from tests.ui.conftest import one_desk, serving

TYPES, CARD = 0, 1  # the tables, from the top
NAME, IN_USE = 60, 305  # pixels from the left edge of the table
MARGIN, PLACE, NEED, WHOM, HIGH = 15, 90, 220, 400, 780
FIRST_ROW, ROW = 48, 31
RETIRED = " (tidak dipakai)"
TOLD_MS = 500  # a table takes what was typed, and tells the server, a moment later


@pytest.fixture(scope="module")
def edited_room(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("catalogue")) as at:
        yield at


@pytest.fixture
def desk(browser, edited_room):
    with one_desk(browser, edited_room, path="/catalogue") as opened:
        opened.page.locator("[data-testid=stDataFrame] canvas").nth(CARD).wait_for()
        yield opened
        opened.assert_calm()


def cell(desk, table: int, x: int, row: int = 0):
    """Return where a cell of a table is on the screen, scrolled into view."""
    grid = desk.page.locator("[data-testid=stDataFrame]").nth(table)
    box = None
    while box is None:  # another card's table takes the place of the one before
        grid.evaluate("one => one.scrollIntoViewIfNeeded()")
        box = grid.bounding_box()
    return box["x"] + x, box["y"] + FIRST_ROW + ROW * row


def opened(desk, table: int, x: int, row: int):
    """Open a cell; a table that is being drawn anew does not hear the first click."""
    editor = desk.page.locator("#portal input, #portal textarea").first
    for _ in range(5):
        desk.page.mouse.dblclick(*cell(desk, table, x, row))
        desk.page.wait_for_timeout(TOLD_MS)
        if editor.count():
            break
    return editor


def write(desk, table: int, x: int, words: str, row: int = 0) -> None:
    editor = opened(desk, table, x, row)
    desk.page.keyboard.type(words)
    desk.page.wait_for_timeout(TOLD_MS)
    desk.page.keyboard.press("Enter")
    expect(editor).to_be_hidden()
    expect(desk.page.locator("[data-testid=stDataFrame]").nth(table)).to_contain_text(words)
    desk.page.wait_for_timeout(TOLD_MS)


def pick(desk, x: int, words: str, row: int) -> None:
    """Choose in a cell of the card, and click beside it."""
    opened(desk, CARD, x, row).press("ArrowDown")
    desk.page.locator("#portal").get_by_role("option", name=words, exact=True).click()
    desk.page.wait_for_timeout(TOLD_MS)
    desk.page.get_by_role("heading", name="Kartu tanggap").click()
    desk.page.wait_for_timeout(TOLD_MS)


def history(desk):
    return desk.page.locator(".st-key-right")


def choose(desk, name: str) -> None:
    desk.pick("Kartu dan riwayat untuk", name)
    expect(desk.left()).to_contain_text(f"Kartu tanggap: {name.removesuffix(RETIRED)}")


def test_a_card_changed_in_the_table_is_what_the_next_call_is_answered_with(desk):
    write(desk, CARD, HIGH, "5")
    desk.press("Simpan kartu")
    expect(history(desk)).to_contain_text("pemadaman (Damkar): 1/2/4 → 1/2/5")
    expect(history(desk)).to_contain_text("operator")

    desk.open("/")
    desk.say_where("Batu Merah")
    desk.choose_place()
    desk.choose_type("Kebakaran bangunan")
    desk.page.get_by_role("radio", name="Berat").click()
    expect(desk.page.locator(".st-key-card")).to_contain_text("5×pemadaman", timeout=20_000)


def test_a_change_is_taken_back_and_the_history_keeps_both(desk):
    choose(desk, "Banjir")
    write(desk, CARD, HIGH, "7")
    desk.press("Simpan kartu")
    expect(history(desk)).to_contain_text("→ 1/1/7")

    desk.press("Batalkan", ".st-key-right")

    expect(history(desk)).to_contain_text("1/1/7 → 1/1/2")
    expect(desk.left()).to_contain_text("bawaan")
    expect(history(desk).get_by_role("button", name="Kembalikan ke bawaan")).to_be_hidden()


def test_lines_are_added_moved_and_deleted_in_the_table(desk):
    choose(desk, "Hewan")
    desk.page.locator("[data-testid=stDataFrame]").nth(CARD).hover()
    desk.page.get_by_role("button", name="Add row").click()
    desk.page.wait_for_timeout(TOLD_MS)
    pick(desk, NEED, "perahu", row=1)
    desk.press("Simpan kartu")
    expect(desk.page.get_by_text("Isi dulu: dari instansi.")).to_be_visible()

    pick(desk, WHOM, "BPBD", row=1)
    write(desk, CARD, PLACE, "1", row=1)
    desk.press("Simpan kartu")
    expect(history(desk)).to_contain_text("perahu (BPBD): - → 0/0/0")

    desk.page.wait_for_timeout(TOLD_MS)  # until the table is drawn anew
    desk.page.mouse.click(*cell(desk, CARD, MARGIN, row=0))  # the new line came first
    desk.page.keyboard.press("Delete")
    desk.page.wait_for_timeout(TOLD_MS)
    desk.press("Simpan kartu")
    expect(history(desk)).to_contain_text("perahu (BPBD): 0/0/0 → -")


def test_a_name_that_is_another_types_is_refused_in_a_sentence(desk):
    write(desk, TYPES, NAME, "Longsor", row=3)
    desk.press("Simpan jenis")

    expect(desk.page.get_by_text("“Longsor” sudah berarti Tanah longsor.")).to_be_visible()
    expect(desk.page.get_by_text("Tidak ada perubahan.")).to_be_visible()


def test_a_new_type_can_be_taken_at_once(desk):
    desk.page.get_by_text("Jenis baru", exact=True).click()
    desk.page.get_by_label("Nama Indonesia").fill("Gas <b>bocor</b>")
    desk.page.get_by_label("Nama Inggris").fill("Gas leak")
    desk.press("Tambah jenis", ".st-key-right")
    expect(desk.left()).to_contain_text("Kartu tanggap: Gas <b>bocor</b>")
    expect(history(desk)).to_contain_text("ditambahkan")

    desk.open("/")
    desk.pick("Apa yang terjadi?", "Gas <b>bocor</b>", written="Gas")
    desk.say_where("Batu Merah")
    desk.choose_place()
    desk.press("Catat tanpa kirim")
    expect(desk.board()).to_contain_text("Gas <b>bocor</b>")


def test_a_type_taken_out_of_use_leaves_the_intake_list(desk):
    desk.page.mouse.click(*cell(desk, TYPES, IN_USE, row=4))
    desk.page.wait_for_timeout(TOLD_MS)
    desk.press("Simpan jenis")
    expect(desk.page.get_by_text("Disimpan: 1 jenis")).to_be_visible()
    choose(desk, f"Hewan penular rabies{RETIRED}")

    desk.open("/")
    desk.page.get_by_role("combobox", name="Apa yang terjadi?").click()
    expect(desk.page.get_by_role("option", name="Banjir")).to_be_visible()
    expect(desk.page.get_by_role("option", name="Hewan penular rabies")).to_be_hidden()


def test_a_dispatcher_does_not_get_to_the_catalogue(browser, edited_room):
    with one_desk(browser, edited_room, "petugas", "dispatcher") as dispatcher:
        expect(dispatcher.page.get_by_role("link", name="Tanggap darurat")).to_be_visible()
        expect(dispatcher.page.get_by_role("link", name="Jenis & kartu")).to_be_hidden()
        dispatcher.open("/catalogue")
        expect(dispatcher.page.get_by_text("Peran Anda tidak mengizinkan ini.")).to_be_visible()
        dispatcher.assert_calm()
