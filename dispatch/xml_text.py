"""Text that XML 1.0 can hold."""

import re

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    """Return the text without the characters XML 1.0 forbids; `<` and `&` stay for the writer."""
    return _ILLEGAL.sub("", text)
