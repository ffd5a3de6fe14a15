"""Accounts from the command line of the room's machine."""

from typer.testing import CliRunner

from dispatch.cli import app


def run(*words: str):
    return CliRunner().invoke(app, ["people", *words])


def test_an_account_is_made_listed_and_given_a_new_password(seeded_dsn, tmp_path, monkeypatch):
    monkeypatch.setenv("AMBON112_DATABASE_URL", seeded_dsn)
    monkeypatch.setenv("AMBON112_STATE_DIR", str(tmp_path))

    made = run("add", "ani", "--role", "dispatcher", "--role", "supervisor", "--agency", "damkar")
    again = run("reset", "ani")
    listed = run("list")

    assert made.exit_code == again.exit_code == listed.exit_code == 0
    assert len(made.stdout.strip()) == len(again.stdout.strip()) == 19
    assert made.stdout != again.stdout
    assert "ani  dispatcher,supervisor  damkar  sekali pakai" in listed.stdout


def test_what_cannot_be_is_refused_in_a_sentence(seeded_dsn, tmp_path, monkeypatch):
    monkeypatch.setenv("AMBON112_DATABASE_URL", seeded_dsn)
    monkeypatch.setenv("AMBON112_STATE_DIR", str(tmp_path))

    for words in (
        ["add", "ani", "--role", "king"],
        ["add", "A B", "--role", "bpbd"],
        ["reset", "x"],
    ):
        refused = run(*words)
        assert refused.exit_code == 2
        assert refused.stdout == ""
        assert len(refused.stderr.splitlines()) == 1
