"""`ambon112`: how other programs and the room's own scripts use the project."""

from importlib import import_module

import typer

app = typer.Typer(
    name="ambon112",
    help="Peta tanggap darurat 112 Kota Ambon / dispatch map of Kota Ambon's 112 centre.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

for _module in (
    "place",
    "units",
    "service",
    "people",
    "keys",
    "webhooks",
    "report",
    "prepare",
    "serve",
    "check",
    "training",
):
    import_module(f"dispatch.cli.{_module}").register(app)
