"""Edits of the catalogue that cannot be, and people who may not make them."""

import re
import shutil

import pytest

from dispatch import desk
from dispatch.catalogue import EditKind, load_catalogue
from dispatch.cli.sentences import sentence
from dispatch.errors import (
    BadDataFile,
    BadValue,
    EmptyText,
    NobodyAnswers,
    NobodyBrings,
    NotAllowed,
    TextTooLong,
    UnknownRow,
    UnknownType,
    WordTaken,
)
from dispatch.incident_type import type_row
from dispatch.person import RIGHTS, Role
from geo.files import DATA
from tests.dispatch.catalogue_at_work import (
    FIRE,
    NOON,
    SHIPPED,
    counted,
    edit_card,
    edit_type,
    line,
    minutes,
    nothing_changed,
    restore,
)
from tests.dispatch.test_people import sit_down

# ---- Rows that cannot be ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "refusal", "field"),
    [
        ({"name_id": "  "}, EmptyText, "name_id"),
        ({"name_en": "\x00"}, EmptyText, "name_en"),
        ({"name_id": "x" * 61}, TextTooLong, "name_id"),
        ({"aliases": ["ok", "x" * 61]}, TextTooLong, "aliases"),
        ({"lead": "starfleet"}, BadValue, "lead"),
        ({"lead": ""}, EmptyText, "lead"),
        ({"support": ["bpbd", "starfleet"]}, BadValue, "support"),
        ({"severity": "dire"}, BadValue, "severity"),
        ({"severity": ""}, EmptyText, "severity"),
    ],
)
def test_a_type_that_cannot_be_is_refused_by_its_field(room, fields, refusal, field):
    with pytest.raises(refusal) as refused:
        edit_type(room, **fields)

    assert refused.value.field == field
    assert field in sentence(refused.value)
    assert nothing_changed(room)


@pytest.mark.parametrize(
    ("card", "refusal", "field"),
    [
        ([], EmptyText, "card"),
        ([line("", "damkar")], EmptyText, "need"),
        ([line("wizardry", "damkar")], BadValue, "need"),
        ([line("fire_attack")], EmptyText, "agencies"),
        ([line("fire_attack", "starfleet")], BadValue, "agencies"),
        ([line("fire_attack", "damkar", "damkar")], BadValue, "agencies"),
        ([line("fire_attack", "damkar", medium=0)], EmptyText, "medium"),
        ([line("fire_attack", "damkar", low=-1)], BadValue, "low"),
        ([line("fire_attack", "damkar", high=21)], BadValue, "high"),
        ([line("fire_attack", "damkar", high=1.5)], BadValue, "high"),
        ([line("fire_attack", "damkar", high=True)], BadValue, "high"),
    ],
)
def test_a_run_card_that_cannot_be_is_refused_by_its_field(room, card, refusal, field):
    with pytest.raises(refusal) as refused:
        edit_card(room, card)

    assert refused.value.field == field
    assert nothing_changed(room)


def test_what_the_room_may_not_write_the_shipped_files_may_not_either(tmp_path):
    shutil.copytree(DATA / "catalogue", tmp_path / "catalogue")
    cards = tmp_path / "catalogue/run_cards.toml"
    empty = re.sub(r"animal = \[.*?\n\]", "animal = []", cards.read_text("utf-8"), flags=re.DOTALL)
    cards.write_text(empty, "utf-8")

    with pytest.raises(BadDataFile, match=r"animal: .*card"):
        load_catalogue(tmp_path / "catalogue")


@pytest.mark.parametrize(
    "words",
    [{"aliases": ["Banjir"]}, {"name_en": "flood"}, {"name_id": "FIRE-LAND"}, {"aliases": ["sos"]}],
)
def test_a_word_of_another_type_is_refused_with_that_type(room, words):
    edit_type(room, "flood", aliases=["sos"])

    with pytest.raises(WordTaken) as refused:
        edit_type(room, "animal", **words)

    assert refused.value.owner in {"Banjir", "Kebakaran lahan atau hutan"}


def test_a_lead_that_nothing_on_the_card_is_for_is_refused(room):
    with pytest.raises(NobodyAnswers):
        edit_type(room, "animal", lead="pln")
    with pytest.raises(NobodyAnswers):
        edit_card(room, [line("patrol", "polresta"), line("animal_handling", "bpbd")], "animal")

    assert nothing_changed(room)


def test_a_line_that_the_questions_rest_on_stays(room):
    with pytest.raises(NobodyBrings) as refused:
        edit_card(room, [line("first_aid", "damkar")], "rabies_animal")

    assert refused.value.need == SHIPPED.capabilities["animal_handling"].name_id
    assert nothing_changed(room)


def test_an_undo_that_no_longer_fits_is_refused(room):
    edit_type(room, "animal", aliases=["kata"], at=minutes(1))
    edit_type(room, "animal", aliases=[], at=minutes(2))
    edit_type(room, "flood", aliases=["kata"], at=minutes(3))

    with pytest.raises(WordTaken):
        restore(room, EditKind.TYPE, 1, "animal", at=minutes(4))


def test_nobody_edits_what_is_not_there(room):
    fields = type_row(SHIPPED.types[FIRE])

    with pytest.raises(UnknownType):
        desk.edit_type(room, "Robert'); --", version=0, by="sari", at=NOON, **fields)
    with pytest.raises(UnknownType):
        desk.edit_run_card(room, "nothing", [], version=0, by="sari", at=NOON)
    with pytest.raises(UnknownRow):
        desk.restore(room, "type", "nothing", None, version=0, by="sari", at=NOON)
    with pytest.raises(BadValue):
        desk.restore(room, "agency", FIRE, None, version=0, by="sari", at=NOON)


# ---- Who may ------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_only_supervisors_and_admins_edit_the_catalogue(room, role):
    person = sit_down(room, role)
    seen = {"by": person, "at": NOON, "version": 0}
    tries = [
        lambda: edit_type(room, severity="high", by=person),
        lambda: desk.edit_run_card(room, FIRE, counted("fire_attack", 4), **seen),
        lambda: desk.add_type(
            room, name_id="Gas bocor", name_en="Gas leak", like=FIRE, by=person, at=NOON
        ),
        lambda: desk.restore(room, "type", FIRE, None, **(seen | {"version": 1})),
    ]

    assert ("edit_catalogue" in RIGHTS[role]) == (role in {Role.SUPERVISOR, Role.ADMIN})
    for doing in tries:
        if role in {Role.SUPERVISOR, Role.ADMIN}:
            doing()
        else:
            with pytest.raises(NotAllowed):
                doing()
    assert nothing_changed(room) == (role not in {Role.SUPERVISOR, Role.ADMIN})
