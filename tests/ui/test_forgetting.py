"""A browser that is open for a shift holds what it shows, not what it has ever shown."""

from streamlit.testing.v1 import AppTest

from ui import forgetting


def incidents_come_and_go() -> None:
    """Show ten rows with a button each, one of them new in every run, and a field."""
    import streamlit as st  # noqa: PLC0415 - a page stands for itself

    from ui import forgetting  # noqa: PLC0415

    forgetting.keep_few()
    first = st.session_state.setdefault("first", 0)
    st.text_input("Di mana?", key="words")
    for n in range(first, first + 10):
        st.button("Buka", key=f"open_{n}", on_click=print, args=(n,))
    st.session_state.first += 1


def known(page: AppTest) -> list[str]:
    """Return the keys of what the session knows as widgets."""
    state = page.session_state._state._state
    keys = state._key_id_mapper._id_key_mapping
    assert set(keys) == set(state._new_widget_state.widget_metadata)
    assert set(state._key_id_mapper._key_id_mapping.values()) == set(keys)
    return list(keys.values())


def test_widgets_that_are_long_gone_are_forgotten_and_the_rest_are_not():
    page = AppTest.from_function(incidents_come_and_go).run()
    page.text_input(key="words").set_value("Batu Merah").run()
    last = 2 * forgetting.KEPT
    for _ in range(last - 2):
        page.run()

    kept = known(page)
    assert len(kept) == forgetting.KEPT + 10 + 1
    shown = {f"open_{n}" for n in range(last - 1, last + 9)} | {"words"}
    lately = {f"open_{n}" for n in range(last - 1 - forgetting.KEPT, last - 1)}
    assert set(kept) == shown | lately
    assert page.text_input(key="words").value == "Batu Merah"


def a_call_is_sent() -> None:
    """Show the places of a call until it is sent; then the next call, with none."""
    import streamlit as st  # noqa: PLC0415

    from ui import forgetting  # noqa: PLC0415

    forgetting.keep_few()
    took = st.session_state.setdefault("took", [])
    if not st.session_state.setdefault("sent", False):
        st.radio(
            "Tempat", [0, 1, 2], index=None, key="place", on_change=took.append, args=("place",)
        )
        st.button("Kirim", key="send", on_click=st.session_state.__setitem__, args=("sent", True))


def test_what_a_browser_repeats_of_a_widget_just_gone_is_no_press():
    page = AppTest.from_function(a_call_is_sent).run()
    page.radio(key="place").set_value(1).run()
    assert page.session_state.took == ["place"]
    repeated = page._tree.get_widget_states()
    page.button(key="send").click().run()
    assert not page.radio

    page._run(repeated)

    assert page.session_state.took == ["place"]


def test_what_somebody_presses_on_a_widget_just_gone_counts():
    page = AppTest.from_function(a_call_is_sent).run()
    page.radio(key="place").set_value(1).run()
    other = page.radio(key="place").set_value(2)
    late = page._tree.get_widget_states()
    other.set_value(1)
    page.button(key="send").click().run()

    page._run(late)

    assert page.session_state.took == ["place", "place"]
