"""Commands that run with a small disk of their own, in a namespace: nobody else ever sees it."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest


def with_small_disk(folder: Path, megabytes: int, command: Sequence[str]) -> list[str]:
    """
    Return a command that runs another while a folder is a disk of so many megabytes.

    Skips where namespaces are not permitted. Root stays root in a mount namespace; anybody else
    is root of a user namespace for the mount, and themselves again for the command.
    """
    me = f"--map-user={os.getuid()} --map-group={os.getgid()}"
    root = os.geteuid() == 0
    apart = ["unshare", "--mount"] if root else ["unshare", "--user", "--map-root-user", "--mount"]
    back = "" if root else f"unshare --user {me} "
    mount = f'mount -t tmpfs -o size={megabytes}m,mode=755 tmpfs "$0" && exec {back}"$@"'
    made = [*apart, "sh", "-c", mount, str(folder)]
    if shutil.which("unshare") is None or subprocess.run([*made, "true"], check=False).returncode:
        pytest.skip("a mount namespace is not permitted here (unshare --mount)")
    return [*made, *command]
