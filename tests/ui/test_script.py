"""The questions of a script, asked one by one while the call is taken."""

from playwright.sync_api import expect


def test_somebody_inside_makes_it_worse_and_puts_more_on_the_card(desk):
    desk.say_where("Kebun Cengkeh")
    desk.choose_place()
    desk.choose_type("Kebakaran bangunan")
    expect(desk.left()).to_contain_text("Apakah masih ada orang di dalam?")
    before = desk.page.locator(".st-key-card tr").count()

    desk.page.get_by_role("radio", name="Masih ada orang").or_(
        desk.page.get_by_role("button", name="Masih ada orang")
    ).first.click()

    expect(desk.left()).to_contain_text("Di lantai berapa?")
    expect(desk.page.locator(".facts-told")).to_contain_text("Masih ada orang")
    expect(desk.page.locator(".st-key-right")).to_contain_text("Berat")
    assert desk.page.locator(".st-key-card tr").count() >= before

    desk.send()

    expect(desk.left()).to_contain_text("ditangani")
    expect(desk.page.locator(".facts-told")).to_contain_text("Masih ada orang")


def test_the_sentences_for_the_caller_are_one_press_away(desk):
    desk.say_where("Waihaong")
    desk.choose_place()
    desk.choose_type("Kebakaran bangunan")

    desk.left().get_by_text("Bacakan kepada penelepon").click()

    expect(desk.page.get_by_text("Segera keluar dari bangunan")).to_be_visible()
