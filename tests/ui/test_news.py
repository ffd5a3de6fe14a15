"""News of the room on a disk that is full."""

import shutil
import time
from types import SimpleNamespace

import pytest

from ui import news

WITHIN_S = 20


def test_news_that_could_not_be_written_is_told_once_there_is_room(tmp_path, monkeypatch):
    folder = tmp_path / "news"
    monkeypatch.setattr(news, "_folder", folder)
    monkeypatch.setattr(news, "PAUSE_S", 0.05)
    room = SimpleNamespace(store=SimpleNamespace(version=lambda: told[-1]), outage=None)
    told = [1]
    news.start(room)
    seen(folder, "1")
    shutil.rmtree(folder)
    folder.touch()
    told.append(2)
    time.sleep(2 * news.LOOK_S)

    folder.unlink()

    seen(folder, "2")


@pytest.mark.parametrize(
    ("passed_s", "worked_s", "tells"),
    [(0.2, 0.01, True), (0.2, 0.15, False), (0.5, 0.4, False), (0.5, 0.25, True), (0.6, 0.6, True)],
)
def test_news_waits_while_its_last_repainting_keeps_the_program_busy(passed_s, worked_s, tells):
    assert news.rested(passed_s, worked_s) is tells


def seen(folder, version):
    until = time.monotonic() + WITHIN_S
    while time.monotonic() < until:
        written = folder / "version.txt"
        if written.exists() and written.read_text() == version:
            return
        time.sleep(0.05)
    raise AssertionError(f"{version} was never told")
