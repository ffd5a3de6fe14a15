"""No internet, ever: every page opens where there is no network but the machine itself."""

import subprocess
import sys

import pytest

from tests.ui.conftest import CHROMIUM, ROOT
from ui.frame import PAGES

pytestmark = pytest.mark.drill

NOT_PERMITTED = 77


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_every_page_opens_without_a_network_whether_bmkg_is_asked_or_not(tmp_path):
    command = [ROOT / "tools/loopback", sys.executable, "-m", "tests.ui.alone", tmp_path]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)

    if done.returncode == NOT_PERMITTED:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [f"{bmkg} {name}" for bmkg in "01" for name in PAGES]
