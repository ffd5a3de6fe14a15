"""
What somebody pressed is done to its end, whatever else asks for a run meanwhile.

Streamlit (1.67) breaks a run off for a newer one at every look into the session's state: before
the callbacks of a button, and within them. The press is then forgotten. Callbacks are where this
program writes, so a press could be lost when news of another desk came in the same moment. Here the
newer run waits until the callbacks are done. It goes with `runner.fastReruns = false`
(.streamlit/config.toml): a fast rerun stops a run that has not begun, and its press with it.
"""

from functools import wraps
from threading import local
from typing import Any

from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequest, ScriptRequests
from streamlit.runtime.state.safe_session_state import SafeSessionState

_here = local()  # a run has a thread of its own


def keep() -> None:
    """Have every run of this process do its callbacks unbroken."""
    if hasattr(SafeSessionState.on_script_will_rerun, "__wrapped__"):
        return
    begin, pending = SafeSessionState.on_script_will_rerun, ScriptRequests.on_scriptrunner_yield

    @wraps(begin)
    def unbroken(state: SafeSessionState, *args: Any, **kwargs: Any) -> None:
        _here.acting = True
        try:
            begin(state, *args, **kwargs)
        finally:
            _here.acting = False

    @wraps(pending)
    def after_it(requests: ScriptRequests) -> ScriptRequest | None:
        return None if getattr(_here, "acting", False) else pending(requests)

    SafeSessionState.on_script_will_rerun = unbroken  # type: ignore[method-assign]
    ScriptRequests.on_scriptrunner_yield = after_it  # type: ignore[method-assign]
