"""Who may sign in, for how long, and what each role may write."""

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import Type, extract_parameters

from dispatch import desk
from dispatch.errors import (
    BadValue,
    LastAdmin,
    LockedOut,
    LoginTaken,
    NotAllowed,
    PasswordToChange,
    SignedOut,
    UnknownRow,
    WeakPassword,
    WrongPassword,
)
from dispatch.person import RIGHTS, Person, Role
from dispatch.shift import ShiftName, shift_at
from dispatch.store import events
from tests.conftest import HASHER

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # 12:00 in Ambon: the shift ends at 05:00 UTC
OWN = "kata sandi yang panjang"
ROOT = Path(__file__).parents[2]


def sit_down(room, *roles: Role, login: str = "ani", agency: str | None = None) -> Person:
    """Make an account, choose its password, and sign in."""
    first = desk.add_account(room, login, roles, agency=agency, by="test", at=NOON)
    begun = desk.sign_in(room, login, first, at=NOON)
    desk.choose_password(room, begun.token, OWN, at=NOON)
    return desk.session(room, begun.token, at=NOON).person


def take_call(room, by) -> int:
    return desk.take_call(
        room,
        text="Batu Merah",
        type_code="fire_building",
        lon=128.19,
        lat=-3.69,
        level="point",
        radius_m=0,
        by=by,
        at=NOON,
    ).id


def test_a_new_room_makes_one_admin_whose_password_is_shown_once(room):
    password = desk.first_admin(room, at=NOON)

    assert desk.first_admin(room, at=NOON) is None
    assert desk.sign_in(room, "admin", password, at=NOON).must_change


def test_a_one_time_password_opens_once_and_only_to_choose_another(room):
    first = desk.add_account(room, "ani", [Role.DISPATCHER], by="test", at=NOON)
    begun = desk.sign_in(room, "Ani ", first, at=NOON)

    with pytest.raises(PasswordToChange):
        take_call(room, begun.person)
    with pytest.raises(WrongPassword):
        desk.sign_in(room, "ani", first, at=NOON)

    desk.choose_password(room, begun.token, OWN, at=NOON)
    assert take_call(room, begun.person)
    assert not desk.sign_in(room, "ani", OWN, at=NOON).must_change


@pytest.mark.parametrize("new", ["", "pendek", "x" * 201])
def test_a_password_that_is_no_good_is_refused(room, new):
    first = desk.add_account(room, "ani", [Role.DISPATCHER], by="test", at=NOON)
    begun = desk.sign_in(room, "ani", first, at=NOON)

    with pytest.raises(WeakPassword):
        desk.choose_password(room, begun.token, new, at=NOON)


def test_changing_a_password_asks_for_the_present_one_and_ends_the_other_sessions(room):
    sit_down(room, Role.DISPATCHER)
    here, there = (desk.sign_in(room, "ani", OWN, at=NOON) for _ in range(2))

    with pytest.raises(WrongPassword):
        desk.choose_password(room, here.token, "another long one", old="wrong", at=NOON)
    desk.choose_password(room, here.token, "another long one", old=OWN, at=NOON)

    assert desk.session(room, here.token, at=NOON)
    with pytest.raises(SignedOut):
        desk.session(room, there.token, at=NOON)


def test_nobody_learns_whether_a_login_exists(room):
    sit_down(room, Role.DISPATCHER)

    for login in ("ani", "nobody", "", "x" * 500, "ani'--"):
        with pytest.raises(WrongPassword):
            desk.sign_in(room, login, "wrong", at=NOON)


def test_five_wrong_passwords_close_an_account_for_a_while(room):
    sit_down(room, Role.DISPATCHER)
    for _ in range(4):
        with pytest.raises(WrongPassword):
            desk.sign_in(room, "ani", "wrong", at=NOON)
    with pytest.raises(LockedOut) as refused:
        desk.sign_in(room, "ani", "wrong", at=NOON)

    with pytest.raises(LockedOut):
        desk.sign_in(room, "ani", OWN, at=NOON)
    assert desk.sign_in(room, "ani", OWN, at=refused.value.until)
    with room.store.reading() as tx:
        told = [one.after["locked_until"] for one in events.of_subject(tx, "account", "ani")]
    assert any(told), "the record says that it was closed"


def test_a_reset_opens_a_closed_account_with_a_new_one_time_password(room):
    sit_down(room, Role.DISPATCHER)
    for _ in range(5):
        with pytest.raises((WrongPassword, LockedOut)):
            desk.sign_in(room, "ani", "wrong", at=NOON)

    password = desk.reset_password(room, "ani", by="test", at=NOON)

    assert desk.sign_in(room, "ani", password, at=NOON).must_change
    with pytest.raises(UnknownRow):
        desk.reset_password(room, "nobody", by="test", at=NOON)


def test_a_session_ends_when_signed_out(room):
    sit_down(room, Role.DISPATCHER)
    begun = desk.sign_in(room, "ani", OWN, at=NOON)

    desk.sign_out(room, begun.token, by=begun.person, at=NOON)

    with pytest.raises(SignedOut):
        desk.session(room, begun.token, at=NOON)
    with pytest.raises(SignedOut):
        take_call(room, begun.person)


def test_a_session_nobody_uses_ends_and_one_in_use_goes_on(room):
    sit_down(room, Role.DISPATCHER)
    idle, busy = (desk.sign_in(room, "ani", OWN, at=NOON) for _ in range(2))
    later = NOON + timedelta(minutes=50)

    desk.session(room, busy.token, at=later, active=True)
    desk.session(room, idle.token, at=later)

    later += timedelta(minutes=50)
    assert desk.session(room, busy.token, at=later)
    with pytest.raises(SignedOut, match="idle"):
        desk.session(room, idle.token, at=later)


def test_a_session_ends_with_the_shift_half_an_hour_for_handing_over(room):
    sit_down(room, Role.DISPATCHER)
    begun = desk.sign_in(room, "ani", OWN, at=NOON)
    end = datetime(2026, 11, 24, 5, 30, tzinfo=UTC)

    for minutes in range(0, 150, 30):
        desk.session(room, begun.token, at=NOON + timedelta(minutes=minutes), active=True)

    assert begun.ends_at == end
    with pytest.raises(SignedOut, match="shift"):
        desk.session(room, begun.token, at=end)


def test_who_comes_a_little_early_is_there_for_the_next_shift(room):
    sit_down(room, Role.DISPATCHER)

    begun = desk.sign_in(room, "ani", OWN, at=datetime(2026, 11, 24, 4, 45, tzinfo=UTC))

    assert begun.ends_at == datetime(2026, 11, 24, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hour", "name", "begins", "ends"),
    [(0, "night", 21, 7), (6, "night", 21, 7), (7, "morning", 7, 14), (13, "morning", 7, 14),
     (14, "afternoon", 14, 21), (20, "afternoon", 14, 21), (21, "night", 21, 7)],
)  # fmt: skip
def test_three_shifts_a_day_by_ambons_clock(hour, name, begins, ends):
    at = datetime(2026, 11, 24, hour, 30, tzinfo=UTC) - timedelta(hours=9)
    shift = shift_at(at)

    assert shift.name == ShiftName(name)
    assert shift.begins_at <= at < shift.ends_at
    local = [(moment + timedelta(hours=9)).hour for moment in (shift.begins_at, shift.ends_at)]
    assert local == [begins, ends]


def _actions() -> set[str]:
    """The names of the actions that the desk writes under."""
    found: set[str] = set()
    for file in (ROOT / "dispatch/desk").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "writing":
                value = next(one.value for one in node.keywords if one.arg == "action")
                if isinstance(value, ast.Constant):
                    found.add(value.value)
    return found


def test_every_action_of_the_desk_belongs_to_some_role():
    assert _actions() <= set().union(*RIGHTS.values())


def test_only_the_desk_writes_and_always_through_the_gate():
    """
    Signing in is the exception: nobody is anybody yet. What comes in from a journal goes through
    the gate within a transaction that also says it is done.
    """
    allowed = {"dispatch/desk/checks.py", "dispatch/desk/people.py", "dispatch/desk/replaying.py"}
    allowed |= {"dispatch/store/seed.py", "dispatch/store/training.py"}
    found = {
        str(file.relative_to(ROOT))
        for folder in ("dispatch", "ui")
        for file in (ROOT / folder).rglob("*.py")
        if "store.writing(" in file.read_text() and "dispatch/store/__" not in str(file)
    }

    assert found <= allowed


@pytest.mark.parametrize("role", Role)
def test_a_role_writes_what_it_may_and_nothing_else(room, role):
    person = sit_down(room, role)
    tries = {
        "take_call": lambda: take_call(room, person),
        "unit_off_duty": lambda: desk.set_unit_status(
            room, desk.units(room, NOON)[0].call_sign, "off_duty", by=person, at=NOON
        ),
        "place_name": lambda: desk.save_place_name(
            room, desk.PlaceNameRow(name="Uji", kind="kampung", lon=128.19, lat=-3.69),
            by=person, at=NOON,
        ),
        "close_road": lambda: desk.close_road(
            room, {"type": "Point", "coordinates": [128.19, -3.69]}, reason="uji",
            by=person, at=NOON,
        ),
        "add_account": lambda: desk.add_account(room, "budi", ["planner"], by=person, at=NOON),
    }  # fmt: skip
    for action, doing in tries.items():
        if action in RIGHTS[role]:
            doing()
        else:
            with pytest.raises(NotAllowed):
                doing()


def test_a_role_taken_away_is_gone_at_the_next_press(room):
    person = sit_down(room, Role.DISPATCHER)
    desk.change_account(
        room, "ani", roles=["planner"], agency=None, active=True, by="test", at=NOON
    )

    with pytest.raises(NotAllowed):
        take_call(room, person)


def test_a_closed_account_is_out_at_once(room):
    person = sit_down(room, Role.DISPATCHER)
    desk.change_account(
        room, "ani", roles=["dispatcher"], agency=None, active=False, by="test", at=NOON
    )

    with pytest.raises(SignedOut):
        take_call(room, person)
    with pytest.raises(WrongPassword):
        desk.sign_in(room, "ani", OWN, at=NOON)


def test_who_is_here_for_one_agency_moves_no_other_units(room):
    person = sit_down(room, Role.DISPATCHER, agency="damkar")
    fleet = desk.units(room, NOON)
    own = next(one.call_sign for one in fleet if one.agency == "damkar")
    other = next(one.call_sign for one in fleet if one.agency != "damkar")
    incident = take_call(room, person)

    sent = desk.assign(room, incident, own, by=person, at=NOON)
    desk.move_assignment(room, sent.id, "accepted", by=person, at=NOON)
    elsewhere = desk.assign(room, incident, other, by="test", at=NOON)

    for doing in (
        lambda: desk.assign(room, incident, other, by=person, at=NOON),
        lambda: desk.move_assignment(room, elsewhere.id, "accepted", by=person, at=NOON),
        lambda: desk.set_unit_status(room, other, "off_duty", by=person, at=NOON),
        lambda: desk.record_fix(room, other, 128.19, -3.69, at=NOON, by=person),
    ):
        with pytest.raises(NotAllowed):
            doing()


def test_the_last_admin_stays(room):
    admin = sit_down(room, Role.ADMIN)

    for roles, active in ((["planner"], True), (["admin"], False)):
        with pytest.raises(LastAdmin):
            desk.change_account(
                room, "ani", roles=roles, agency=None, active=active, by=admin, at=NOON
            )


def test_an_account_that_cannot_be_is_refused(room):
    desk.add_account(room, "ani", ["planner"], provider_id="ani@example.org", by="t", at=NOON)

    for login, roles, agency in (
        ("Dua Kata", ["planner"], None),
        ("", ["planner"], None),
        ("budi", ["king"], None),
        ("budi", [], None),
        ("budi", ["planner"], "nato"),
    ):
        with pytest.raises(BadValue):
            desk.add_account(room, login, roles, agency=agency, by="t", at=NOON)
    for login, known in (("ani", None), ("budi", "ani@example.org")):
        with pytest.raises(LoginTaken):
            desk.add_account(room, login, ["planner"], provider_id=known, by="t", at=NOON)


def test_the_identity_provider_opens_only_accounts_an_admin_made(room):
    desk.add_account(room, "ani", ["planner"], provider_id="ani@example.org", by="t", at=NOON)

    begun = desk.sign_in_known(room, "ani@example.org", at=NOON)

    assert begun.person.login == "ani"
    assert not begun.must_change
    with pytest.raises(WrongPassword):
        desk.sign_in_known(room, "budi@example.org", at=NOON)


def test_the_record_never_holds_a_password_or_its_hash(room):
    sit_down(room, Role.DISPATCHER)
    with room.store.reading() as tx:
        kept = str(events.latest(tx, 100))

    assert "argon2" not in kept
    assert OWN not in kept


def test_a_password_is_kept_with_the_work_owasp_asks_for():
    kept = extract_parameters(HASHER.hash(OWN))

    assert kept.type is Type.ID
    assert (kept.memory_cost, kept.time_cost) >= (19 * 1024, 2)


def test_only_an_admin_sees_the_accounts(room):
    admin = sit_down(room, Role.ADMIN)
    planner = sit_down(room, Role.PLANNER, login="budi")

    assert [one.login for one in desk.accounts(room, by=admin, at=NOON)] == ["ani", "budi"]
    with pytest.raises(NotAllowed):
        desk.accounts(room, by=planner, at=NOON)
