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
