"""Who runs the embedded server: ourselves, or for root an unprivileged user (it refuses root)."""

import os
import pwd
import shutil
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dispatch.errors import DatabaseDown

UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Owner:
    """The user the server runs as; `other` when that is not ourselves."""

    uid: int
    gid: int
    other: bool

    def own_folder(self, folder: Path) -> None:
        """
        Make a folder only this user can enter.

        Raises
        ------
        DatabaseDown
            The folder is there already and belongs to somebody else.
        """
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.other and folder.lstat().st_uid == 0 and not folder.is_symlink():
            os.chown(folder, self.uid, self.gid)
        found = folder.lstat()
        if found.st_uid != self.uid or not stat.S_ISDIR(found.st_mode):
            raise DatabaseDown(f"{folder} belongs to somebody else")

    def command(self, command: Sequence[str], reaching: Iterable[Path]) -> list[str]:
        """
        Return `command` as this user runs it.

        Where a folder on the way is closed to the user (root's home, a private temporary folder),
        the process keeps the one right to pass, instead of us opening other people's folders.
        """
        if not self.other:
            return list(command)
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            raise DatabaseDown("as root, setpriv (util-linux) is needed to start the database")
        rights = ["--clear-groups", f"--reuid={self.uid}", f"--regid={self.gid}"]
        if not all(_open_to_all(folder) for folder in reaching):
            rights += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
        return [setpriv, *rights, *command]


def owner_of(data: Path) -> Owner:
    """
    Return who runs the server on the cluster `data`.

    Raises
    ------
    DatabaseDown
        The cluster belongs to another user, or root finds nobody to run it as.
    """
    me = os.geteuid()
    found = data.stat().st_uid if data.exists() else me
    if me != 0:
        if found != me:
            raise DatabaseDown(f"{data} belongs to user {found}")
        return Owner(me, os.getegid(), other=False)
    if found != 0:
        return Owner(found, data.stat().st_gid, other=True)
    for name in UNPRIVILEGED:
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return Owner(user.pw_uid, user.pw_gid, other=True)
    raise DatabaseDown("as root, a user named postgres or nobody is needed to run the database")


def _open_to_all(folder: Path) -> bool:
    """Return whether anybody may pass through to `folder`."""
    return all(path.stat().st_mode & stat.S_IXOTH for path in (folder, *folder.parents))
