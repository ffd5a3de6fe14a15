"""The pages of the room."""

import streamlit as st

from ui import frame

st.set_page_config(page_title="112 Ambon", page_icon="🚨", layout="wide")
frame.show()
