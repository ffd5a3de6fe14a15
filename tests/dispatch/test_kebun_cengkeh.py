"""Kebun Cengkeh, 18 Sep 2024, drew 3 from Mako, 2 from Hative Besar, 1 from Passo."""

from pathlib import Path

from tests.dispatch.kebun_cengkeh import page, posts, proposal


def test_the_proposal_draws_on_mako_first_and_fills_the_card() -> None:
    found, _, _ = proposal()

    by_post = posts(found.card)
    assert by_post.most_common(1)[0][0] == "MAKO"
    assert sum(by_post.values()) >= 6
    assert found.card.complete
    assert found.told == ("pln", "dishub")


def test_no_appliance_left_at_home_would_have_been_there_sooner() -> None:
    """For each line: whoever stays could not replace a chosen unit and arrive earlier."""
    found, units, _ = proposal()
    drive = {one.call_sign: one.arrival_s for one in found.options}
    can = {unit.call_sign: unit.capabilities for unit in units}
    at_home = set(drive) - set(found.card.call_signs)

    for line in found.card.lines:
        for pick in line.chosen:
            if pick.call_sign in drive:
                able = {call for call in at_home if line.need in can[call]}
                assert all(drive[call] >= pick.arrival_s for call in able)


def test_the_page_in_docs_is_what_the_program_says_today() -> None:
    written = Path(__file__).parents[2] / "docs/kebun_cengkeh.md"

    assert written.read_text("utf-8") == "\n".join(page()) + "\n"
