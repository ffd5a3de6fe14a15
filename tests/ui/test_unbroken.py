"""What somebody presses is done, and done once, whatever else asks for a run meanwhile."""

import pytest
from playwright.sync_api import expect

from tests.ui.conftest import one_desk, room_of

RESTLESS = "setInterval(() => Streamlit.setComponentValue({ kind: 'news', n: Math.random() }), 300)"
"""The map's frame asks for far more runs than a whole room at work would."""
MAP_THEN_LINK = """() => {
  const at = { bubbles: true, clientX: 200, clientY: 150 };
  document.querySelector("#map_div").dispatchEvent(new MouseEvent("click", at));
  parent.document.querySelector("[data-testid=stPageLink-NavLink][href*=shift]").click();
}"""
"""Both within one breath, as when the map has news while somebody presses."""
ONE_EMPTY = """() => {
  const fields = [...document.querySelectorAll(".st-key-words input")];
  return fields.length === 1 && fields[0].value === "";
}"""
"""The former field has gone and the next call's is there."""
COUNT = "SELECT count(*) AS n FROM call WHERE kind = 'prank' AND text LIKE 'gaduh %'"


@pytest.fixture
def restless(desk):
    """A desk that hears news all the time."""
    desk.await_map()
    frame = next(one for one in desk.page.frames if "streamlit_folium" in one.url)
    frame.evaluate(RESTLESS)
    return desk


def test_no_press_is_lost_to_news_of_other_desks(restless):
    words = restless.page.get_by_label("Di mana?")
    for n in range(12):
        words.fill(f"gaduh {n}")
        words.press("Enter")
        words.press("Control+F9")
        restless.page.wait_for_function(ONE_EMPTY)

    with room_of(restless.address) as room, room.store.reading() as tx:
        assert tx.execute(COUNT).fetchone()["n"] == 12


def test_a_link_pressed_while_news_comes_in_leads_where_it_says(browser, address):
    for _ in range(3):
        with one_desk(browser, address, "leaving") as desk:
            desk.page.get_by_role("link", name="Regu jaga").click()  # the map is just coming up
            expect(desk.page.get_by_text("Serah terima")).to_be_visible()
            desk.page.wait_for_timeout(500)
            expect(desk.page.get_by_text("Serah terima")).to_be_visible()
            desk.assert_calm()


def test_what_the_map_says_just_before_a_link_is_pressed_leads_nobody_back(desk):
    desk.await_map()
    desk.settled()
    frame = next(one for one in desk.page.frames if "streamlit_folium" in one.url)
    frame.evaluate(MAP_THEN_LINK)  # the page's own messages come in the other order

    expect(desk.page.get_by_text("Serah terima")).to_be_visible()
    desk.settled()
    expect(desk.page.get_by_text("Serah terima")).to_be_visible()
