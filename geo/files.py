"""Where the prepared files lie, and what it is called when one of them is broken."""

import os
from pathlib import Path

DATA = Path(os.environ.get("AMBON112_DATA_DIR") or Path(__file__).parents[1] / "data")


class DataFileError(Exception):
    """
    A prepared file is missing or cannot be read.

    Parameters
    ----------
    path
        The file or folder.
    reason
        What is wrong with it, in a few words.
    """

    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = Path(path)
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"
