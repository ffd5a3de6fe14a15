"""Edits of the catalogue: taken back, told, made by two at once; any way through them loads."""

import threading
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from dispatch import desk
from dispatch.catalogue import EditKind
from dispatch.config import load_settings
from dispatch.errors import (
    DispatchError,
    Stale,
    UnknownRow,
    WordTaken,
)
from dispatch.ground import load_ground
from dispatch.incident import Severity
from dispatch.incident_type import type_row
from dispatch.room import Room
from dispatch.store import Store, catalogue_edits
from tests.conftest import TEMPLATE, _database
from tests.dispatch.catalogue_at_work import (
    FIRE,
    NOON,
    SHIPPED,
    counted,
    edit_card,
    edit_type,
    line,
    minutes,
    restore,
    row,
)

# ---- Undo and history ---------------------------------------------------------------------------


def test_undo_goes_back_to_any_former_version_and_to_the_shipped_one(room):
    cards = [counted("fire_attack", count) for count in (3, 4, 5)]
    for n, card in enumerate(cards):
        edit_card(room, card, at=minutes(n))

    restore(room, EditKind.RUN_CARD, 1, at=minutes(3))
    assert room.catalogue.types[FIRE].card == tuple(cards[0])
    restore(room, EditKind.RUN_CARD, None, at=minutes(4))
    assert room.catalogue.types[FIRE] == SHIPPED.types[FIRE]
    restore(room, EditKind.RUN_CARD, 3, at=minutes(5))
    assert room.catalogue.types[FIRE].card == tuple(cards[2])
    restore(room, EditKind.RUN_CARD, 5, at=minutes(6))
    assert room.catalogue.types[FIRE] == SHIPPED.types[FIRE], "an undo can be undone"


def test_history_says_who_when_and_what(room):
    edit_type(room, severity="high", by="sari", at=minutes(1))
    edit_type(room, severity="low", by="budi", at=minutes(2))
    restore(room, EditKind.TYPE, None, at=minutes(3))

    told = desk.catalogue_history(room, "type", FIRE)

    assert [(one.number, one.by, one.at) for one in told] == [
        (3, "sari", minutes(3)), (2, "budi", minutes(2)), (1, "sari", minutes(1)),
    ]  # fmt: skip
    assert [one.after["severity"] for one in told] == ["medium", "low", "high"]
    assert [one.before["severity"] for one in told] == ["low", "high", "medium"]
    assert desk.catalogue_history(room, "run_card", FIRE) == []


def test_the_table_says_which_rows_are_the_rooms_own_and_whose(room):
    edit_card(room, counted("fire_attack", 3), by="budi", at=minutes(1))
    edit_type(room, "animal", severity="high")
    restore(room, EditKind.TYPE, None, "animal")

    assert row(room).edited(EditKind.RUN_CARD).edited_by == "budi"
    assert row(room).edited(EditKind.RUN_CARD).edited_at == minutes(1)
    assert row(room).edited(EditKind.TYPE) is None
    assert row(room, "animal").edited(EditKind.TYPE) is None
    assert all(one.shipped for one in desk.catalogue_rows(room))


def test_saving_what_is_there_already_writes_nothing(room):
    edit_type(room, severity="high")
    edit_type(room, by="budi", at=minutes(1))

    assert len(desk.catalogue_history(room, "type", FIRE)) == 1


@pytest.mark.parametrize("to", [0, 2, -1])
def test_a_version_that_never_was_cannot_be_restored(room, to):
    edit_type(room, severity="high")

    with pytest.raises(UnknownRow):
        restore(room, EditKind.TYPE, to)


# ---- Two editors --------------------------------------------------------------------------------


def test_of_two_who_edit_the_same_row_the_second_is_told(room):
    first = second = type_row(row(room).kind) | {"version": 0}
    desk.edit_type(room, FIRE, by="sari", at=NOON, **(first | {"severity": "high"}))

    with pytest.raises(Stale):
        desk.edit_type(room, FIRE, by="budi", at=NOON, **(second | {"severity": "low"}))
    with pytest.raises(Stale):
        desk.restore(room, "type", FIRE, None, by="budi", at=NOON, version=0)

    assert room.catalogue.types[FIRE].severity is Severity.HIGH


def test_a_row_taken_back_meanwhile_is_not_the_row_that_was_seen(room):
    edit_type(room, severity="high")
    seen = row(room).version(EditKind.TYPE)
    restore(room, EditKind.TYPE, None)

    with pytest.raises(Stale):
        edit_type(room, severity="low", version=seen)
    with pytest.raises(Stale):
        edit_type(room, severity="low", version=0)


def test_two_who_give_one_word_to_two_types_at_once_are_not_both_heard(room):
    refused = []

    def name(code: str) -> None:
        try:
            edit_type(room, code, aliases=["kata baru"])
        except WordTaken as taken:
            refused.append(taken)

    editors = [threading.Thread(target=name, args=(code,)) for code in ("animal", "flood")]
    for one in editors:
        one.start()
    for one in editors:
        one.join()

    assert len(refused) == 1


# ---- Any way through ----------------------------------------------------------------------------

CODES = ["animal", "rabies_animal", "gas_leak"]
SOME_WORDS = st.sampled_from(["ular", "kata baru", "kata lain", "banjir", ""])
SOME_AGENCIES = st.lists(st.sampled_from(["damkar", "bpbd", "starfleet"]), max_size=2)
TYPES = st.fixed_dictionaries(
    {"aliases": st.lists(SOME_WORDS, min_size=1, max_size=2)},
    optional={
        "name_id": SOME_WORDS,
        "lead": st.sampled_from(["damkar", "pln"]),
        "support": SOME_AGENCIES,
        "severity": st.sampled_from(["low", "high", "dire"]),
        "active": st.booleans(),
    },
)
CARDS = st.lists(
    st.builds(
        lambda need, agencies, counts: line(need, *agencies, **counts),
        st.sampled_from(["animal_handling", "first_aid", "wizardry"]),
        SOME_AGENCIES,
        st.fixed_dictionaries({one.value: st.sampled_from([0, 1, 2, 21]) for one in Severity}),
    ),
    max_size=3,
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("type"), st.sampled_from(CODES), TYPES),
        st.tuples(st.just("card"), st.sampled_from(CODES), CARDS),
        st.tuples(st.just("add"), st.just("gas_leak"), st.sampled_from([FIRE, "animal"])),
        st.tuples(
            st.just("undo"),
            st.sampled_from(CODES),
            st.tuples(st.sampled_from(EditKind), st.one_of(st.none(), st.integers(1, 4))),
        ),
    ),
    min_size=3,
    max_size=15,
)


def step(room: Room, what: str, code: str, said: Any) -> None:
    if what == "add":
        desk.add_type(room, name_id="Gas bocor", name_en="Gas leak", like=said, by="a", at=NOON)
    elif code not in room.catalogue.types:
        return
    elif what == "type":
        edit_type(room, code, **said)
    elif what == "card":
        edit_card(room, said, code)
    else:
        restore(room, *said, code)


@pytest.fixture(scope="module")
def ground():
    return load_ground()


@settings(  # a database for each example: looking for the shortest one would take minutes
    max_examples=20, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate]
)
@given(steps=STEPS)
def test_any_way_of_editing_and_undoing_ends_in_a_catalogue_that_loads(server, ground, steps):
    with contextmanager(_database)(server, TEMPLATE) as dsn:
        room = Room(load_settings({"AMBON112_DATABASE_URL": dsn}), Store(dsn), ground)
        try:
            _walk(room, steps)
            _assert_whole(room)
        finally:
            room.close()


def _walk(room: Room, steps: list[tuple[str, str, Any]]) -> None:
    for what, code, said in steps:
        before = room.catalogue
        try:
            step(room, what, code, said)
        except DispatchError:
            room.look_again()
            assert room.catalogue is before, "nothing half written"


def _assert_whole(room: Room) -> None:
    room.look_again()
    made = room.catalogue
    with room.store.reading() as tx:
        assert len(made.edits) == sum(one.edit is not None for one in catalogue_edits.rows(tx))
    for code, kind in made.types.items():
        assert made.type(code) is kind
        assert all(any(one.counts[severity] for one in kind.card) for severity in Severity)
        assert room.scripts[code].code == code
        for word in (kind.name_id, kind.name_en, *kind.aliases) if kind.active else ():
            assert made.type(word) is kind
