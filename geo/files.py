"""Where the prepared files lie, and what it is called when one of them is broken."""

import os
from hashlib import sha256
from pathlib import Path

DATA = Path(os.environ.get("AMBON112_DATA_DIR") or Path(__file__).parents[1] / "data")
SUMS = "SHA256SUMS"
SOURCE = "SOURCE.md"


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


def write_sums(data: Path) -> None:
    """Write down what every file of a data folder holds, as `sha256sum -c SHA256SUMS` reads it."""
    files = sorted(one for one in data.glob("*/*") if one.is_file() and one.name != SOURCE)
    lines = (f"{_sum(one)}  {one.relative_to(data).as_posix()}\n" for one in files)
    (data / SUMS).write_text("".join(lines), "utf-8")


def check_whole(folder: Path) -> None:
    """
    Check that the files of a prepared folder are what was written down when they were prepared.

    A table with a bit turned over is still a table, and would send a unit elsewhere. Nothing is
    checked where no sums lie beside the folder.

    Raises
    ------
    DataFileError
        A file is missing, or is not what it was.
    """
    sums = folder.parent / SUMS
    try:
        lines = sums.read_text("utf-8").splitlines()
        told = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        raise DataFileError(sums, str(error)) from error
    for name, digest in told.items():
        if name.startswith(f"{folder.name}/") and _sum(folder.parent / name) != digest:
            raise DataFileError(folder.parent / name, "damaged: not what was prepared")


def _sum(path: Path) -> str:
    try:
        return sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError as error:
        raise DataFileError(path, "missing") from error
    except OSError as error:
        raise DataFileError(path, error.strerror or str(error)) from error
