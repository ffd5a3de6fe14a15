"""
What Streamlit keeps of buttons that are gone is let go.

Streamlit (1.67) drops the value of a widget that a run no longer shows, and keeps for good what
belongs to it: its callback, with the incident the callback was made for. A browser stays open for a
shift and every incident has buttons of its own, so each grew by tens of kilobytes with every
incident the room ever had (11 MB a minute under twenty browsers and an incident a second).

The last few hundred stay: a press on a button that another run is just taking away still counts.
"""

from functools import wraps

from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx
from streamlit.runtime.state.session_state import SessionState

KEPT = 300  # a full page has about a hundred


def keep_few() -> None:
    """Have every session of this process let go of all but the last widgets it no longer shows."""
    if hasattr(SessionState._remove_stale_widgets, "__wrapped__"):
        return
    end = SessionState._remove_stale_widgets

    @wraps(end)
    def remove(state: SessionState, shown: frozenset[str]) -> None:
        end(state, shown)
        run = get_script_run_ctx()
        if run is not None and not run.fragment_ids_this_run:  # a fragment's run shows its own only
            _let_go(state, shown)

    SessionState._remove_stale_widgets = remove  # type: ignore[method-assign]


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
