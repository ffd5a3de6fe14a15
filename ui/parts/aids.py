"""For eyes and hands: light or dark, the page's language for whoever listens, the list of keys."""

import json
from collections.abc import Collection
from html import escape

import streamlit as st

from ui.parts import draft
from ui.text import Words

CHOICES = {"System": "aids.as_device", "Light": "aids.light", "Dark": "aids.night"}
KEYS = {
    "Tab": "aids.key_tab",
    "Ctrl+Enter": "aids.key_send",
    "Ctrl+F2": "aids.key_next",
    "Ctrl+F7": "aids.key_same",
    "Ctrl+F8 F9 F10": "aids.key_none",
    "← ↑ ↓ → + −": "aids.key_move",
    "Enter": "aids.key_middle",
    "Esc": "aids.key_close",
}
_DRESS = """<script>(() => {{
  const page = document.documentElement, app = document.querySelector("[data-testid=stApp]");
  const night = () => getComputedStyle(app).colorScheme === "dark";
  const dress = () => page.toggleAttribute("data-night", night());
  page.lang = {language};
  const look = new MutationObserver(dress);
  if (!window.ambon112Dress) look.observe(app, {{ attributeFilter: ["class"] }});
  window.ambon112Dress = true;
  dress();
}})();</script>"""
_CHOOSE = """<script>(() => {{
  const base = location.pathname.replace(/[^/]*$/, "");
  const key = (page) => `stActiveTheme-${{base}}${{page}}-v2`;
  const now = JSON.parse(localStorage.getItem(key("")) || '"System"');
  document.querySelectorAll(".choose-light button").forEach((button) => {{
    button.setAttribute("aria-pressed", String(button.value === now));
    button.onclick = () => {{
      for (const page of {pages}) localStorage.setItem(key(page), JSON.stringify(button.value));
      location.reload();
    }};
  }});
}})();</script>"""


def dress(language: str) -> str:
    """
    Return a script that tells the page its language, and the style sheet whether it is night.

    Streamlit says so in the colour scheme of its outermost element; the map's frame looks at the
    page's own.
    """
    return _DRESS.format(language=json.dumps(language))


def choose_light(pages: Collection[str], say: Words) -> None:
    """
    Offer light, dark, or as the device is; this browser keeps it.

    Streamlit reads the choice from the browser's storage, by the address a page was opened at, and
    only when it begins: so every page's is set, and the page is opened anew. A call being taken
    would be lost with that.
    """
    if draft.busy():
        st.caption(say("aids.not_now"))
        return
    buttons = "".join(
        f"<button type='button' value='{value}'>{escape(say(key))}</button>"
        for value, key in CHOICES.items()
    )
    st.html(
        f"<div class='choose-light' role='group' aria-label='{escape(say('aids.display'))}'>"
        f"{buttons}</div>" + _CHOOSE.format(pages=json.dumps(["", *pages])),
        unsafe_allow_javascript=True,
    )


def keys(say: Words) -> None:
    """List the keys that do something."""
    rows = "".join(
        f"<dt><kbd>{escape(key)}</kbd></dt><dd>{escape(say(does))}</dd>"
        for key, does in KEYS.items()
    )
    st.html(f"<b>{escape(say('aids.keys'))}</b><dl class='keys'>{rows}</dl>")
