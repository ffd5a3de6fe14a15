"""`ambon112 locate` and `evaluate-locate`: a caller's words -> a place."""

import typer


def register(app: typer.Typer) -> None:  # noqa: ARG001 - the commands follow
    """Add the commands to `app`."""
