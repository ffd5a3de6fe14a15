"""The strip that says on every page: this is the training room."""

from html import escape

import streamlit as st

from dispatch.config import load_settings
from ui.text import Words


def strip(say: Words) -> None:
    """Draw the strip; nothing in the real room. It needs no database, so it never goes away."""
    if load_settings().training:
        st.html(f"<div class='training'>{escape(say('training.strip'))}</div>")
