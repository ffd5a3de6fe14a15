"""
What somebody pressed is done to its end, whatever else asks for a run meanwhile.

Streamlit (1.67) breaks a run off for a newer one at every look into the session's state: before
the callbacks of a button, and within them. The press is then forgotten. Callbacks are where this
program writes, so a press could be lost when news of another desk came in the same moment. Here the
newer run waits until the callbacks are done. It goes with `runner.fastReruns = false`
(.streamlit/config.toml): a fast rerun stops a run that has not begun, and its press with it.

A browser that has just asked for another page still names the former one in what its widgets and
its map say right after: the press of a link was undone when the map had news in the same moment.
What comes so soon is taken as said on the new page.
"""

import math
import time
from functools import wraps
from threading import local
from typing import Any

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequest, ScriptRequests
from streamlit.runtime.state.safe_session_state import SafeSessionState

_here = local()  # a run has a thread of its own
LEAVING_S = 0.3  # no hand presses two links within it


def keep() -> None:
    """Have every run of this process do its callbacks unbroken."""
    if hasattr(SafeSessionState.on_script_will_rerun, "__wrapped__"):
        return
    begin, pending = SafeSessionState.on_script_will_rerun, ScriptRequests.on_scriptrunner_yield
    ask = AppSession.request_rerun

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

    @wraps(ask)
    def onward(session: AppSession, said: ClientState | None) -> None:
        if said is not None:
            said.page_script_hash = _page(session, said)
        ask(session, said)

    SafeSessionState.on_script_will_rerun = unbroken  # type: ignore[method-assign]
    ScriptRequests.on_scriptrunner_yield = after_it  # type: ignore[method-assign]
    AppSession.request_rerun = onward  # type: ignore[method-assign]


def _page(session: AppSession, said: ClientState) -> str:
    """Return the page a browser means by the one it names: the new one, right after it asked."""
    now, named = time.monotonic(), said.page_script_hash
    page, since, place = getattr(session, "_ambon112_page", (named, -math.inf, said.page_name))
    if not page:  # the first is asked for by its place
        pages = session.get_pages().items()
        page = next((one for one, known in pages if known.get("url_pathname") == place), "")
    if named != page and now - since >= LEAVING_S:
        page, since = named, now
    session._ambon112_page = page, since, place  # type: ignore[attr-defined]
    return str(page)
