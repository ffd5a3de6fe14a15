"""Environment -> frozen settings; nothing else in the program reads the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import platformdirs

from dispatch.errors import BadSetting

NAME = "ambon112"
BMKG_QUAKES = "https://data.bmkg.go.id/DataMKG/TEWS/"
BMKG_WARNINGS = "https://www.bmkg.go.id/alerts/nowcast/id"


@dataclass(frozen=True, slots=True)
class Settings:
    """
    What may differ from one installation to the next.

    Parameters
    ----------
    database_url
        DSN of a PostgreSQL server; None starts the embedded one inside `state_dir`.
    owner_url
        DSN of the user who owns the schema there, where the app works as another.
    state_dir
        What the program writes: the embedded database.
    data_dir
        The prepared data; None means the `data` folder of the project.
    api_rate
        Requests a second that each program may make over HTTP, on average.
    fix_max_age
        A unit's reported position older than this is stale.
    cap_sender
        Who sends CAP alerts, unique worldwide: an address or a domain the centre holds.
    training
        The training room: a schema of its own in the same database.
    log
        How records are written: `text`, or `json` for one object a line.
    bmkg
        Whether BMKG is asked for earthquakes and warnings; nothing leaves the machine otherwise.
    bmkg_quakes_url, bmkg_warnings_url
        Folder of BMKG's earthquake files, and its list of weather warnings.
    """

    database_url: str | None
    state_dir: Path
    data_dir: Path | None
    port: int = 8501
    api_port: int = 8112
    api_rate: int = 50
    owner_url: str | None = None
    operator: str = "operator"
    fix_max_age: timedelta = timedelta(minutes=5)
    cap_sender: str = "ambon112.invalid"  # no centre's name until somebody sets it
    training: bool = False
    log: str = "text"
    bmkg: bool = False
    bmkg_quakes_url: str = BMKG_QUAKES
    bmkg_warnings_url: str = BMKG_WARNINGS


def default_state_dir() -> Path:
    """Return the user's data folder, or the system's when run by root."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/lib") / NAME
    return platformdirs.user_data_path(NAME, appauthor=False)


def load_settings(
    environment: Mapping[str, str] = os.environ, *, training: bool = False
) -> Settings:
    """
    Read the `AMBON112_*` variables. A DSN may lie in a file that NAME_FILE names instead.

    Parameters
    ----------
    training
        The training room, whatever AMBON112_TRAINING says. Its ports, when not said, are the next
        ones, so that both rooms can be open on one machine.

    Raises
    ------
    BadSetting
        A number is not one, or out of range; a word is none of those known; the sender of CAP
        alerts holds what CAP forbids; a file named cannot be read.
    """
    said = {key: value.strip() for key, value in environment.items() if value.strip()}
    training = training or _whole(said, "AMBON112_TRAINING", 0, 0, 1) == 1
    state_dir = Path(said.get("AMBON112_STATE_DIR") or default_state_dir()).expanduser().absolute()
    data_dir = said.get("AMBON112_DATA_DIR")
    return Settings(
        database_url=_secret(said, "AMBON112_DATABASE_URL"),
        owner_url=_secret(said, "AMBON112_OWNER_URL"),
        state_dir=state_dir,
        data_dir=Path(data_dir).expanduser().absolute() if data_dir else None,
        port=_whole(said, "AMBON112_PORT", 8501 + training, 1, 65535),
        api_port=_whole(said, "AMBON112_API_PORT", 8112 + training, 1, 65535),
        api_rate=_whole(said, "AMBON112_API_RATE", 50, 1, 1_000_000),
        operator=said.get("AMBON112_OPERATOR", "operator"),
        fix_max_age=timedelta(seconds=_whole(said, "AMBON112_FIX_MAX_AGE_S", 300, 1, 86_400)),
        cap_sender=_sender(said, "AMBON112_CAP_SENDER", "ambon112.invalid"),
        training=training,
        log=_one_of(said, "AMBON112_LOG", "text", "json"),
        bmkg=bool(_whole(said, "AMBON112_BMKG", 0, 0, 1)),
        bmkg_quakes_url=said.get("AMBON112_BMKG_QUAKES_URL", BMKG_QUAKES),
        bmkg_warnings_url=said.get("AMBON112_BMKG_WARNINGS_URL", BMKG_WARNINGS),
    )


def _secret(said: Mapping[str, str], name: str) -> str | None:
    """Read what others must not see: from the variable, or from the file NAME_FILE names."""
    file = said.get(f"{name}_FILE")
    if file is None or name in said:
        return said.get(name)
    try:
        return Path(file).expanduser().read_text("utf-8").strip() or None
    except (OSError, ValueError):
        raise BadSetting(f"{name}_FILE", file) from None


def _whole(said: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    """Read a whole number within its range."""
    value = said.get(name, str(default))
    if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
        raise BadSetting(name, value)
    return int(value)


def _one_of(said: Mapping[str, str], name: str, *known: str) -> str:
    """Read one of a few words; the first when nothing is said."""
    value = said.get(name, known[0])
    if value not in known:
        raise BadSetting(name, value)
    return value


def _sender(said: Mapping[str, str], name: str, default: str) -> str:
    """Read who sends CAP alerts: no space, comma, "<" or "&", as CAP 1.2 says."""
    value = said.get(name, default)
    if not value.isprintable() or any(one.isspace() or one in ",<&" for one in value):
        raise BadSetting(name, value)
    return value
