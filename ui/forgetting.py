"""
What Streamlit keeps of buttons that are gone is let go.

Streamlit (1.67) drops the value of a widget that a run no longer shows, and keeps for good what
belongs to it: its callback, with the incident the callback was made for. A browser stays open for a
shift and every incident has buttons of its own, so each grew by tens of kilobytes with every
incident the room ever had (11 MB a minute under twenty browsers and an incident a second).

The last few hundred stay: a press on a button that another run is just taking away still counts.

A browser says with every press what stands in all its widgets, those too that a run has just taken
away. Streamlit takes that for a change and calls what it kept: the place of a call just sent was
chosen again, for the next call. What says no more than was known when the widget went is no change.
"""

from functools import wraps
from typing import Any

from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx
from streamlit.runtime.state.session_state import SessionState

KEPT = 300  # a full page has about a hundred
LAST = "ambon112_last"  # on what belongs to a widget that is gone: its last value


def keep_few() -> None:
    """Have every session of this process let go of all but the last widgets it no longer shows."""
    if hasattr(SessionState._remove_stale_widgets, "__wrapped__"):
        return
    end, differs = SessionState._remove_stale_widgets, SessionState._widget_changed

    @wraps(end)
    def remove(state: SessionState, shown: frozenset[str]) -> None:
        before = _values(state)
        end(state, shown)
        _note_last(state, before)
        run = get_script_run_ctx()
        if run is not None and not run.fragment_ids_this_run:  # a fragment's run shows its own only
            _let_go(state, shown)

    @wraps(differs)
    def changed(state: SessionState, widget: str) -> bool:
        last = getattr(state._new_widget_state.widget_metadata.get(widget), LAST, None)
        if last is None or widget in state._old_state:
            return differs(state, widget)
        return bool(state._new_widget_state.get(widget) != last[0])

    SessionState._remove_stale_widgets = remove  # type: ignore[method-assign]
    SessionState._widget_changed = changed  # type: ignore[method-assign]


def _values(state: SessionState) -> dict[str, Any]:
    """Return the value of every widget that has one."""
    found = {}
    for widget in state._new_widget_state.widget_metadata:
        try:
            found[widget] = state._getitem(widget, None)
        except KeyError:
            continue
    return found


def _note_last(state: SessionState, before: dict[str, Any]) -> None:
    """Note of the widgets that went what they last said; one that comes back is another."""
    known, after = state._new_widget_state.widget_metadata, _values(state)
    for widget in before.keys() - after.keys():
        object.__setattr__(known[widget], LAST, (before[widget],))


def _let_go(state: SessionState, shown: frozenset[str]) -> None:
    """Forget the widgets that have not been shown for longest."""
    known, keys = state._new_widget_state.widget_metadata, state._key_id_mapper
    for widget in [one for one in known if one in shown]:
        known[widget] = known.pop(widget)  # to the end: the first were shown longest ago
    gone = [one for one in known if one not in shown]
    for widget in gone[:-KEPT]:
        del known[widget]
        key = keys._id_key_mapping.pop(widget, None)
        if key is not None and keys._key_id_mapping.get(key) == widget:
            del keys._key_id_mapping[key]
