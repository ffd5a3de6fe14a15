"""`python -m dispatch` is `ambon112`."""

from dispatch.cli import app

app()
