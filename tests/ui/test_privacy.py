"""Who called is masked on every desk until somebody asks, and again after."""

from playwright.sync_api import expect

PHONE, MASKED, CALLER = "0800 555 0142", "••••••••42", "Nona Uji"


def take(desk, words):
    """Record a call that left a number and a name; its incident is open afterwards."""
    desk.say_where(words)
    desk.choose_place()
    desk.choose_type("Cuaca ekstrem")
    for field, said in (("Nomor penelepon", PHONE), ("Nama penelepon", CALLER)):
        desk.page.get_by_label(field).press_sequentially(said)
        desk.page.get_by_label(field).press("Tab")
    desk.press("Catat tanpa kirim")
    expect(desk.left()).to_contain_text("menunggu unit")


def reopen(desk, words):
    """Go back to the calls and open the incident again."""
    desk.page.keyboard.press("Control+F2")
    expect(desk.page.get_by_label("Di mana?")).to_be_visible()
    row = desk.board().locator("[class*='st-key-row_']", has_text=words)
    row.get_by_role("button", name="Buka", exact=True).first.click()
    expect(desk.left()).to_contain_text("menunggu unit")


def test_one_press_shows_the_caller_until_another_case_is_opened(desk):
    take(desk, "Kudamati")
    expect(desk.left()).to_contain_text(MASKED)
    assert PHONE not in desk.text()
    assert CALLER not in desk.text()

    desk.press("Lihat penelepon")

    expect(desk.left()).to_contain_text(f"{PHONE} · {CALLER}")
    expect(desk.left().get_by_role("button", name="Lihat penelepon")).to_have_count(0)

    reopen(desk, "Kudamati")

    expect(desk.left()).to_contain_text(MASKED)
    assert PHONE not in desk.text()


def test_a_call_without_number_and_name_has_nothing_to_show(desk):
    desk.say_where("Silale")
    desk.choose_place()
    desk.choose_type("Cuaca ekstrem")
    desk.press("Catat tanpa kirim")
    expect(desk.left()).to_contain_text("menunggu unit")

    expect(desk.left().get_by_role("button", name="Lepas")).to_be_visible()
    expect(desk.left().get_by_role("button", name="Lihat penelepon")).to_have_count(0)


def test_a_loose_call_shows_its_words_and_not_its_caller(desk):
    take(desk, "Batu Gantung")

    desk.left().get_by_role("button", name="Lepas").click()

    waiting = desk.board().locator("[class*='st-key-waiting_']", has_text="Batu Gantung")
    expect(waiting).to_contain_text("Batu Gantung")
    assert not any(word in desk.text() for word in (PHONE, CALLER, MASKED))
