"""How a command says no: one sentence on stderr, nothing on stdout."""

from typing import NoReturn

import typer

REFUSED = 1
BAD_INPUT = 2


def bad_input(sentence: str) -> NoReturn:
    """Say what is wrong with what was typed; exit 2."""
    typer.echo(sentence, err=True)
    raise typer.Exit(BAD_INPUT)


def failed(sentence: str) -> NoReturn:
    """Say why it could not be done; exit 1."""
    typer.echo(sentence, err=True)
    raise typer.Exit(REFUSED)
