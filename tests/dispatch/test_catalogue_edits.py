"""Types and run cards edited by the room: what that changes, and what it leaves alone."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from dispatch import desk
from dispatch.catalogue import EditKind
from dispatch.errors import (
    BadValue,
    EmptyText,
    UnknownRow,
    UnknownType,
    WordTaken,
)
from dispatch.ground import load_ground
from dispatch.incident import IncidentStatus, Severity
from dispatch.incident_type import card_row
from dispatch.record import replay
from dispatch.room import Room
from dispatch.scripts import no_script
from dispatch.store import catalogue_edits, open_store
from geo.files import DATA
from tests.dispatch.catalogue_at_work import (
    FIRE,
    NOON,
    SHIPPED,
    add_leak,
    asked_for,
    call,
    counted,
    edit_card,
    edit_type,
    line,
    nothing_changed,
    recommended,
    replayed,
    restore,
    row,
)

# ---- What an edit changes, and what it leaves alone ---------------------------------------------


def test_an_edited_run_card_changes_the_next_recommendation_and_not_the_kept_one(room):
    before = recommended(room)
    edit_card(room, counted("fire_attack", 5))
    after = recommended(room)

    assert (asked_for(before, "fire_attack"), asked_for(after, "fire_attack")) == (2, 5)
    for found, count in ((before, 2), (after, 5)):
        again = replayed(room, found.id)
        assert again.same, "to the millisecond"
        assert again.changed == ()
        assert asked_for(again.answer, "fire_attack") == count
        assert again.answer == replace(found, id=again.answer.id)


def test_every_recommendation_replays_on_the_catalogue_of_its_day(room):
    kept = []
    for count in (1, 3, 4):
        edit_card(room, counted("fire_attack", count))
        kept.append((recommended(room).id, count))
    restore(room, EditKind.RUN_CARD, None)
    desk.add_type(room, name_id="Gas bocor", name_en="Gas leak", like=FIRE, by="sari", at=NOON)
    leak = recommended(room, "gas_leak").id
    edit_type(room, "gas_leak", lead="bpbd", support=["damkar"], active=False)

    for number, count in kept:
        again = replayed(room, number)
        assert again.same
        assert asked_for(again.answer, "fire_attack") == count
    assert replayed(room, leak).same


def test_the_fingerprint_of_the_catalogue_changes_with_every_edit_and_comes_back_with_undo(room):
    def fingerprint() -> str:
        return desk.recommendation(room, recommended(room).id).inputs["ground"]["catalogue"]

    shipped = fingerprint()
    edit_card(room, counted("fire_attack", 3))
    edited = fingerprint()
    edit_type(room, severity="high")
    twice = fingerprint()
    restore(room, EditKind.TYPE, None)
    once = fingerprint()
    restore(room, EditKind.RUN_CARD, None)

    assert len({shipped, edited, twice}) == 3
    assert (once, fingerprint()) == (edited, shipped)


def test_a_recommendation_kept_before_there_were_edits_still_replays(room):
    kept = desk.recommendation(room, recommended(room).id)
    old = {name: one for name, one in kept.inputs.items() if name != "edits"}
    edit_card(room, counted("fire_attack", 5))

    assert replay(old, kept.outputs, room.ground, room.catalogue).same


def test_an_edited_type_is_known_by_its_new_words_with_its_new_severity(room):
    edit_type(room, aliases=["api besar"], name_id="Kebakaran rumah", severity="high")

    kind = room.catalogue.type("API-besar")
    assert (kind.code, kind.name_id, kind.severity) == (FIRE, "Kebakaran rumah", Severity.HIGH)
    assert kind.card == SHIPPED.types[FIRE].card
    with pytest.raises(UnknownType):
        room.catalogue.type("karhutla rumah")


def test_another_program_of_the_room_sees_an_edit_without_a_restart(room):
    other = Room(room.settings, open_store(room.settings), room.ground)
    try:
        assert other.catalogue.type(FIRE).severity is Severity.MEDIUM
        edit_type(room, severity="high")
        other.look_again()

        assert other.catalogue.type(FIRE).severity is Severity.HIGH
    finally:
        other.close()


def test_the_catalogue_is_made_anew_only_when_it_was_edited(room):
    first = room.catalogue
    call(room, FIRE)
    room.look_again()
    assert room.catalogue is first

    edit_type(room, severity="high")
    assert room.catalogue is not first


# ---- The program's own rows ---------------------------------------------------------------------


@pytest.fixture
def updated(room: Room, tmp_path: Path):
    """Lend a way to open the same room under a program whose catalogue has other words."""
    opened = []

    def update(file: str, old: str, new: str) -> Room:
        folder = tmp_path / f"update{len(opened)}"
        shutil.copytree(DATA / "catalogue", folder / "catalogue")
        path = folder / "catalogue" / file
        assert old in path.read_text("utf-8")
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
        opened.append(Room(room.settings, open_store(room.settings), load_ground(folder)))
        return opened[-1]

    yield update
    for one in opened:
        one.close()


Update = Callable[[str, str, str], Room]


def test_an_update_of_the_program_reaches_the_rows_nobody_edited(room, updated: Update):
    edit_type(room, FIRE, name_id="Rumah terbakar api")
    edit_card(room, counted("animal_handling", 3, "animal"), "animal")

    after = updated("types.toml", '"Kebakaran', '"Api').catalogue

    assert after.type("fire_land").name_id == "Api lahan atau hutan"
    assert after.type(FIRE).name_id == "Rumah terbakar api"
    assert after.type("animal").card[0].counts[Severity.LOW] == 3


def test_a_row_taken_back_follows_the_program_again(room, updated: Update):
    edit_type(room, FIRE, name_id="Rumah terbakar api")
    restore(room, EditKind.TYPE, None)

    after = updated("types.toml", '"Kebakaran bangunan"', '"Bangunan terbakar"').catalogue

    assert after.type(FIRE).name_id == "Bangunan terbakar"


def test_a_row_that_an_update_no_longer_allows_is_set_aside_and_the_room_goes_on(room):
    edit_type(room, "animal", name_id="Binatang")
    with room.store.writing(by="sari", at=NOON, action="edit_catalogue") as tx:
        gone = card_row([line("fire_attack", "an agency that is gone")])
        catalogue_edits.save(tx, EditKind.RUN_CARD, FIRE, gone, version=0, by="sari", at=NOON)
    room.look_again()

    assert room.catalogue.types[FIRE] == SHIPPED.types[FIRE]
    assert room.catalogue.types["animal"].name_id == "Binatang"
    edit_card(room, counted("fire_attack", 3))
    assert asked_for(recommended(room), "fire_attack") == 3


# ---- New and retired types ----------------------------------------------------------------------


def test_a_new_type_can_be_taken_at_once(room):
    code = add_leak(room)

    incident = call(room, "gas bocor")
    found = recommended(room, code, incident_id=incident.id)
    sent = desk.assign(room, incident.id, found.options[0].call_sign, by="ani", at=NOON)

    assert incident.type_code == code == "gas_leak"
    assert list(room.catalogue.offered)[-1] == code
    assert found.card.complete
    assert sent.incident_id == incident.id
    assert room.scripts[code] == no_script(code)
    answered = desk.answer_questions(room, incident.id, {}, by="ani", at=NOON)
    assert answered.severity is incident.severity


def test_a_new_type_has_a_history_and_no_shipped_row(room):
    code = add_leak(room)
    edit_card(room, counted("fire_attack", 4), code)

    assert not row(room, code).shipped
    assert [one.number for one in desk.catalogue_history(room, "run_card", code)] == [2, 1]
    assert desk.catalogue_history(room, "type", code)[0].before is None
    for kind in EditKind:
        with pytest.raises(UnknownRow):
            restore(room, kind, None, code)
    restore(room, EditKind.RUN_CARD, 1, code)
    assert room.catalogue.types[code].card == SHIPPED.types[FIRE].card


@pytest.mark.parametrize(
    ("names", "refusal"),
    [
        ({"name_en": "Building fire"}, WordTaken),
        ({"name_en": "Fire (building)"}, WordTaken),
        ({"name_id": "banjir"}, WordTaken),
        ({"name_en": "غاز"}, BadValue),
        ({"name_en": "112"}, BadValue),
        ({"name_en": " "}, EmptyText),
        ({"name_id": ""}, EmptyText),
        ({"like": "nothing"}, UnknownType),
    ],
)
def test_a_new_type_that_cannot_be_is_refused(room, names, refusal):
    asked = {"name_id": "Gas bocor", "name_en": "Gas leak", "like": FIRE} | names

    with pytest.raises(refusal):
        desk.add_type(room, by="sari", at=NOON, **asked)

    assert nothing_changed(room)


def test_a_retired_type_leaves_the_list_and_its_open_incidents_go_on(room):
    incident = call(room, "animal")
    edit_type(room, "animal", active=False)

    assert "animal" not in room.catalogue.offered
    found = recommended(room, "animal", incident_id=incident.id)
    desk.assign(room, incident.id, found.options[0].call_sign, by="ani", at=NOON)
    worse = desk.regrade(room, incident.id, severity="high", by="ani", at=NOON)
    asked = room.scripts["animal"].opening[0]
    answer = room.scripts["animal"].questions[asked].answers[0].code
    told = desk.answer_questions(room, incident.id, {asked: answer}, by="ani", at=NOON)

    assert worse.severity is Severity.HIGH
    assert told.answers == {asked: answer}
    assert told.status is IncidentStatus.IN_PROGRESS


def test_a_call_being_taken_when_its_type_is_retired_still_goes_through(room):
    edit_type(room, "animal", active=False)

    assert call(room, "animal").type_code == "animal"


def test_the_words_of_a_retired_type_are_free_for_another(room):
    edit_type(room, "animal", active=False)
    edit_type(room, "rabies_animal", aliases=["ular", "hewan"])

    assert room.catalogue.type("ular").code == "rabies_animal"
    assert room.catalogue.type("Hewan").code == "rabies_animal", "its name as well"
    assert room.catalogue.type("animal").code == "animal"
    with pytest.raises(WordTaken):
        edit_type(room, "animal", active=True)
