"""On PYTHONPATH: the pages' clock is ahead by as many seconds as the file $SET_CLOCK says."""

import os
import sys
from datetime import UTC, datetime, timedelta
from importlib.machinery import PathFinder
from pathlib import Path


def now() -> datetime:
    """Return the present moment by a clock that was set."""
    return datetime.now(UTC) + timedelta(seconds=float(Path(os.environ["SET_CLOCK"]).read_text()))


class _OnceLoaded(PathFinder):
    """Has `ui.session` tell the time so from the moment it is loaded."""

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        spec = super().find_spec(name, path, target) if name == "ui.session" else None
        if spec is not None:
            load = spec.loader.exec_module

            def then_set(module):
                load(module)
                module.now = now

            spec.loader.exec_module = then_set
        return spec


sys.meta_path.insert(0, _OnceLoaded)
