"""Streamlit's records are written as ours are; by itself it gives each logger a handler."""

import logging

from streamlit import logger

from dispatch import logs


def set_up(how: str) -> None:
    """Have this process write its records as `how` says, with nobody's data in them."""
    logs.set_up(how)
    logger.setup_formatter = _as_ours  # for loggers it makes later
    logger.update_formatter()


def _as_ours(one: logging.Logger) -> None:
    one.handlers.clear()
    one.propagate = True
