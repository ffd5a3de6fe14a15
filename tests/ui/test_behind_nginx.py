"""Two processes of the pages behind nginx with TLS, as docs/operations.md has them."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from playwright.sync_api import Browser, expect

from tests.deploy.nginx import PAGES, TLS, Ports, free_ports, proxying
from tests.ui.conftest import AT_THE_DESK, HERE, Desk, cookie_of, serving

pytestmark = pytest.mark.drill


class Proxied:
    """Two processes of one room, and nginx before them."""

    def __init__(self, ports: Ports, processes: dict[int, ExitStack], known: str) -> None:
        self.ports, self.known = ports, known
        self._processes = processes
        self.address = f"https://{HERE}:{ports[TLS]}"

    def stop(self, port: int) -> None:
        """Let one process of the pages go."""
        self._processes[port].close()

    @contextmanager
    def desk(self, browser: Browser, login: str, node: int) -> Iterator[tuple[Desk, list[str]]]:
        """Sit down at a screen that one process carries; also what its browser complains of."""
        context = browser.new_context(**AT_THE_DESK, ignore_https_errors=True)
        token = cookie_of(self.known, login, "supervisor")
        cookies = {f"ambon112_{self.ports[TLS]}": token, "ambon112_node": str(node)}
        context.add_cookies(
            [{"name": name, "value": one, "url": self.address} for name, one in cookies.items()]
        )
        complaints: list[str] = []
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text))
        try:
            yield Desk(page, self.address).open(), complaints
        finally:
            context.close()


@pytest.fixture
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    ports = free_ports()
    state = tmp_path_factory.mktemp("proxied")
    with ExitStack() as everything:
        processes, known = {}, ""
        for one in PAGES:
            processes[ports[one]] = everything.enter_context(ExitStack())
            known = processes[ports[one]].enter_context(
                serving(
                    state,
                    port=str(ports[one]),
                    STREAMLIT_BROWSER_SERVER_PORT=str(ports[TLS]),
                    AMBON112_LOG="json",
                )
            )
        everything.enter_context(proxying(ports))
        yield Proxied(ports, processes, known)


def test_desks_of_two_processes_see_each_other_and_outlive_one_of_them(browser, proxied):
    first, second = (proxied.ports[one] for one in PAGES)
    with (
        proxied.desk(browser, "kiri", first) as (left, complaints),
        proxied.desk(browser, "kanan", second) as (right, _),
    ):
        for screen in (left, right):
            screen.await_map()
        left.say_where("Passo")
        left.choose_place()
        left.choose_type("Banjir")
        unit = left.send()
        expect(right.board()).to_contain_text(unit, timeout=10_000)
        left.assert_calm()
        assert [one for one in complaints if "Content Security Policy" in one] == []

        proxied.stop(first)
        left.await_map()
        expect(left.board()).to_contain_text(unit, timeout=30_000)
        left.say_where("Rumah Tiga")
        left.choose_place()
        left.choose_type("Kecelakaan lalu lintas")
        other = left.send()

        expect(right.board()).to_contain_text(other, timeout=10_000)
        (node,) = (
            one["value"] for one in left.page.context.cookies() if one["name"] == "ambon112_node"
        )
        assert node == str(second)
