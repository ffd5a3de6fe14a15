"""Environment -> frozen settings; nothing else in the program reads the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import platformdirs

from dispatch.errors import BadSetting

NAME = "ambon112"


@dataclass(frozen=True, slots=True)
class Settings:
    """
    What may differ from one installation to the next.

    Parameters
    ----------
    database_url
        DSN of a PostgreSQL server; None starts the embedded one inside `state_dir`.
    state_dir
        What the program writes: the embedded database.
    data_dir
        The prepared data; None means the `data` folder of the project.
    fix_max_age
        A unit's reported position older than this is stale.
    api_token_file
        Holds the bearer token of the HTTP endpoint, one line.
    cap_sender
        Who sends CAP alerts, unique worldwide: an address or a domain the centre holds.
    """

    database_url: str | None
    state_dir: Path
    data_dir: Path | None
    port: int = 8501
    api_port: int = 8112
    operator: str = "operator"
    fix_max_age: timedelta = timedelta(minutes=5)
    api_token_file: Path | None = None
    cap_sender: str = "ambon112.invalid"  # no centre's name until somebody sets it


def default_state_dir() -> Path:
    """Return the user's data folder, or the system's when run by root."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/lib") / NAME
    return platformdirs.user_data_path(NAME, appauthor=False)


def load_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """
    Read the `AMBON112_*` variables.

    Raises
    ------
    BadSetting
        A number is not one, or out of range; the sender of CAP alerts holds what CAP forbids.
    """
    said = {key: value.strip() for key, value in environment.items() if value.strip()}
    state_dir = Path(said.get("AMBON112_STATE_DIR") or default_state_dir()).expanduser().absolute()
    data_dir = said.get("AMBON112_DATA_DIR")
    token_file = said.get("AMBON112_API_TOKEN_FILE")
    return Settings(
        database_url=said.get("AMBON112_DATABASE_URL"),
        state_dir=state_dir,
        data_dir=Path(data_dir).expanduser().absolute() if data_dir else None,
        port=_whole(said, "AMBON112_PORT", 8501, 1, 65535),
        api_port=_whole(said, "AMBON112_API_PORT", 8112, 1, 65535),
        operator=said.get("AMBON112_OPERATOR", "operator"),
        fix_max_age=timedelta(seconds=_whole(said, "AMBON112_FIX_MAX_AGE_S", 300, 1, 86_400)),
        api_token_file=Path(token_file).expanduser() if token_file else state_dir / "api-token",
        cap_sender=_sender(said, "AMBON112_CAP_SENDER", "ambon112.invalid"),
    )


def _whole(said: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    """Read a whole number within its range."""
    value = said.get(name, str(default))
    if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
        raise BadSetting(name, value)
    return int(value)


def _sender(said: Mapping[str, str], name: str, default: str) -> str:
    """Read who sends CAP alerts: no space, comma, "<" or "&", as CAP 1.2 says."""
    value = said.get(name, default)
    if not value.isprintable() or any(one.isspace() or one in ",<&" for one in value):
        raise BadSetting(name, value)
    return value
