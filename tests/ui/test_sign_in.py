"""Signing in and out, what each role sees, and the accounts an admin keeps."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from dispatch.desk import add_account, change_account, choose_password, reset_password
from dispatch.desk import sign_in as begin
from dispatch.person import Role
from tests.ui.conftest import PASSWORD, SCREEN, cookie_of, free_port, one_desk, room_of, serving
from tests.ui.identity_provider import CLIENT, providing
from ui import frame

PAGES = {
    "dispatch": "Tanggap darurat",
    "closures": "Penutupan jalan",
    "units": "Unit & pos",
    "places": "Nama tempat",
    "shift": "Regu jaga",
    "catalogue": "Jenis & kartu",
    "bpbd": "BPBD",
    "history": "Riwayat",
    "planner": "Perencanaan",
    "reach": "Jangkauan",
    "people": "Petugas",
}
SEES = {
    "dispatcher": {"dispatch", "closures", "units", "shift", "history"},
    "planner": {"history", "planner", "reach"},
    "bpbd": {"closures", "bpbd", "history"},
    "supervisor": {
        "dispatch",
        "closures",
        "units",
        "places",
        "shift",
        "catalogue",
        "bpbd",
        "history",
    }
    | {"planner", "reach"},
    "admin": {"places", "catalogue", "history", "people"},
    "crew": {"units"},
}


def sign_in(desk, login: str, password: str) -> None:
    desk.page.get_by_label("Nama akun").fill(login)
    desk.page.get_by_label("Kata sandi").fill(password)
    desk.page.get_by_label("Kata sandi").press("Enter")


def links(desk) -> set[str]:
    line = desk.page.locator(".st-key-line")
    expect(line.get_by_role("link").first).to_be_visible()
    desk.settled()  # links come one by one
    return {words.splitlines()[-1] for words in line.get_by_role("link").all_inner_texts()}


@pytest.mark.parametrize("roles", [("supervisor",), ("planner",), ("supervisor", "admin")])
def test_every_link_of_the_line_is_on_the_screen(browser, address, roles):
    with one_desk(browser, address, "line-" + "-".join(roles), *roles) as desk:
        links(desk)
        for one in [*desk.page.locator(".st-key-line").get_by_role("link").all(),
                    desk.page.locator(".st-key-language_switch")]:  # fmt: skip
            box = one.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= SCREEN["width"]
        desk.assert_calm()


def test_nobody_sees_anything_before_signing_in(browser, address):
    with one_desk(browser, address, None) as desk:
        for path in ("", *PAGES):
            desk.open(f"/{path}")
            expect(desk.page.get_by_label("Nama akun")).to_be_visible()
            expect(desk.page.locator("iframe")).to_have_count(0)
            assert desk.page.locator(".st-key-line").get_by_role("link").count() == 0
        desk.assert_calm()


def test_a_reload_keeps_somebody_signed_in_and_signing_out_ends_it(browser, address):
    cookie_of(address, "reload", "dispatcher")
    with one_desk(browser, address, None) as desk:
        sign_in(desk, "reload", PASSWORD)
        desk.await_map()
        desk.page.reload()
        desk.await_map()

        desk.page.get_by_role("button", name="reload").click()
        desk.page.get_by_role("button", name="Keluar").click()

        expect(desk.page.get_by_label("Nama akun")).to_be_visible()
        desk.page.reload()
        expect(desk.page.get_by_label("Nama akun")).to_be_visible()
        desk.assert_calm()


def test_a_wrong_password_is_said_in_a_sentence_and_five_close_the_account(browser, address):
    cookie_of(address, "forgetful", "dispatcher")
    with one_desk(browser, address, None) as desk:
        for _ in range(4):
            sign_in(desk, "forgetful", "salah")
            expect(desk.page.get_by_text("Nama akun atau kata sandi salah.")).to_be_visible()
            expect(desk.page.get_by_label("Kata sandi")).to_have_value("")
        sign_in(desk, "forgetful", "salah")
        expect(desk.page.get_by_text("Terlalu banyak kata sandi salah.")).to_be_visible()
        desk.assert_calm()


def test_the_first_admin_chooses_a_password_and_makes_an_account(browser, tmp_path):
    with serving(tmp_path) as at, one_desk(browser, at, None) as desk:
        expect(desk.page.get_by_label("Nama akun")).to_be_visible()
        said = (tmp_path / "server.log").read_text()
        first = re.search(r"kata sandi sekali pakai: (\S+)", said)
        assert first, "the one-time password is shown once, where the program was started"
        sign_in(desk, "admin", first[1])

        for field in ("Kata sandi baru", "Sekali lagi"):
            desk.page.get_by_label(field).fill(PASSWORD)
        desk.page.get_by_role("button", name="Simpan").click()
        desk.await_map()
        assert links(desk) == set(PAGES.values())

        desk.page.get_by_role("link", name="Petugas").click()
        desk.page.get_by_label("Nama akun").fill("operator-1")
        desk.pick("Peran", "operator")
        desk.page.keyboard.press("Escape")
        expect(desk.page.get_by_role("listbox")).to_have_count(0)  # else a click closes it
        desk.page.get_by_role("button", name="Buat akun").click()
        shown = desk.page.locator(".st-key-right code")
        expect(shown).to_be_visible()
        password = shown.inner_text()
        with one_desk(browser, at, None) as other:
            sign_in(other, "operator-1", password)
            expect(other.page.get_by_text("Buat kata sandi sendiri")).to_be_visible()
            other.assert_calm()
        desk.assert_calm()


@pytest.mark.parametrize("role", SEES)
def test_a_role_sees_its_pages_and_no_other(browser, address, role):
    with one_desk(browser, address, f"only-{role}", role) as desk:
        assert links(desk) == {PAGES[name] for name in SEES[role]}
        for name in PAGES.keys() - SEES[role]:
            desk.open(f"/{name}")
            expect(desk.page.get_by_text("Peran Anda tidak mengizinkan ini.")).to_be_visible()
            expect(desk.page.locator("iframe")).to_have_count(0)
        desk.assert_calm()


def test_the_matrix_names_every_page_and_every_role():
    assert PAGES.keys() == frame.PAGES.keys()
    assert SEES.keys() == set(Role)


def test_a_session_ended_elsewhere_asks_to_sign_in_and_keeps_the_words_of_the_call(
    browser, address
):
    cookie_of(address, "mid-call", "dispatcher")
    with one_desk(browser, address, None) as desk:
        sign_in(desk, "mid-call", PASSWORD)
        desk.await_map()
        desk.say_where("Batu Merah Dalam")
        desk.choose_place()
        with room_of(address) as room:
            first = reset_password(room, "mid-call", by="test", at=datetime.now(UTC))
            begun = begin(room, "mid-call", first, at=datetime.now(UTC))
            choose_password(room, begun.token, PASSWORD, at=datetime.now(UTC))
        expect(desk.page.get_by_label("Nama akun")).to_be_visible()
        sign_in(desk, "mid-call", PASSWORD)
        desk.await_map()

        expect(desk.page.get_by_label("Di mana?")).to_have_value("Batu Merah Dalam")
        desk.assert_calm()


def test_an_admin_takes_a_role_away_and_it_is_gone_at_the_next_press(browser, address):
    with one_desk(browser, address, "until-now", "dispatcher") as desk:
        desk.say_where("Passo")
        desk.choose_place()
        desk.choose_type("Pohon tumbang")
        with room_of(address) as room:
            change_account(
                room, "until-now", roles=["planner"], agency=None, active=True, by="test",
                at=datetime.now(UTC),
            )  # fmt: skip
        expect(desk.page.locator(".st-key-line")).not_to_contain_text("Unit & pos")
        assert links(desk) == {PAGES[name] for name in SEES["planner"]}
        expect(desk.page.locator(".st-key-send_1, .option")).to_have_count(0)


def test_history_shows_what_was_reported_and_writes_it_to_a_file(browser, address):
    with one_desk(browser, address, "only-planner", "planner") as desk:
        desk.page.locator(".st-key-history_from [role=spinbutton]").last.click()
        desk.page.keyboard.type("2020")
        desk.page.keyboard.press("Escape")
        expect(desk.left()).to_contain_text(re.compile(r"[1-9]\d+ kejadian"))
        lines = desk.taken("save_csv").path().read_text("utf-8-sig").splitlines()
        assert len(lines) > 10
        assert lines[0].startswith("code,")
        desk.assert_calm()


def test_somebody_changes_their_own_password(browser, address):
    cookie_of(address, "careful", "planner")
    with one_desk(browser, address, None) as desk:
        sign_in(desk, "careful", PASSWORD)
        desk.page.get_by_role("button", name="careful").click()
        desk.page.get_by_role("button", name="Ganti kata sandi").click()
        new = "kalimat lain yang panjang"
        for field, words in (
            ("Kata sandi sekarang", PASSWORD),
            ("Kata sandi baru", new),
            ("Sekali lagi", new),
        ):
            desk.page.get_by_label(field).fill(words)
        desk.page.get_by_role("button", name="Simpan").click()
        expect(desk.page.get_by_text("Riwayat kejadian")).to_be_visible()
        desk.assert_calm()
    with one_desk(browser, address, None) as desk:
        sign_in(desk, "careful", new)
        expect(desk.page.get_by_text("Riwayat kejadian")).to_be_visible()


SECRETS = """
[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "for a test of one minute"
client_id = "{client}"
client_secret = "also for a test"
server_metadata_url = "{provider}/.well-known/openid-configuration"
"""


@pytest.mark.parametrize("known", [True, False])
def test_an_identity_provider_opens_the_account_an_admin_registered(browser, tmp_path, known):
    port, secrets = free_port(), tmp_path / "secrets.toml"
    with providing(free_port(), "ani@example.org") as provider:
        secrets.write_text(SECRETS.format(port=port, client=CLIENT, provider=provider))
        with (
            serving(tmp_path, port=str(port), STREAMLIT_SECRETS_FILES=str(secrets)) as at,
            one_desk(browser, at, None) as desk,
        ):
            if known:
                with room_of(at) as room:
                    add_account(
                        room, "ani", ["planner"], provider_id="ani@example.org", by="test",
                        at=datetime.now(UTC),
                    )  # fmt: skip
            desk.page.get_by_role("button", name="Masuk dengan akun dinas").click()
            if known:
                expect(desk.page.get_by_text("Riwayat kejadian")).to_be_visible()
                desk.page.get_by_role("button", name="ani").click()
                desk.page.get_by_role("button", name="Keluar").click()
            else:
                expect(desk.page.get_by_text("belum didaftarkan admin")).to_be_visible()
            expect(desk.page.get_by_label("Nama akun")).to_be_visible()
            desk.assert_calm()
