"""What the call taker asks: every type has its script, and the answers decide what goes."""

from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.catalogue import IncidentType, load_catalogue
from dispatch.errors import BadDataFile, BadValue
from dispatch.incident import Severity
from dispatch.recommend import recommend
from dispatch.scripts import Assessment, assess, card_with, load_scripts
from dispatch.unit import Unit, UnitStatus
from geo.files import DATA
from geo.travel import Trip

CATALOGUE = load_catalogue()
SCRIPTS = load_scripts(None, CATALOGUE)
FIRE, FIRE_SCRIPT = CATALOGUE.type("fire_building"), SCRIPTS["fire_building"]

every_type = pytest.mark.parametrize("code", CATALOGUE.types)
Rewrite = Callable[[str, str], Path]


def told(code: str, **answers: str) -> Assessment:
    return assess(SCRIPTS[code], answers, CATALOGUE.type(code))


def asked(code: str, **answers: str) -> list[str]:
    return [question.id for question in SCRIPTS[code].asked(answers)]


def counts(code: str, severity: Severity, **answers: str) -> dict[tuple[str, str], int]:
    card = card_with(CATALOGUE.type(code), told(code, **answers).extra).card
    return {(line.need, line.agencies[0]): line.counts[severity] for line in card}


# ---- The scripts as written ---------------------------------------------------------------------


@every_type
def test_every_type_asks_3_to_6_questions_and_reads_2_to_5_sentences(code: str) -> None:
    script = SCRIPTS[code]

    assert 3 <= len(set(script.opening)) == len(script.opening) <= 6
    assert 2 <= len(set(script.instructions)) == len(script.instructions) <= 5


@every_type
def test_a_question_behind_an_answer_is_not_in_the_opening_too(code: str) -> None:
    script = SCRIPTS[code]
    behind = {id_ for one in script.may_ask() for answer in one.answers for id_ in answer.then}

    assert not behind & set(script.opening)


@every_type
def test_every_question_and_sentence_is_said_in_both_languages(code: str) -> None:
    script = SCRIPTS[code]

    for question in script.may_ask():
        assert question.ask_id.endswith((")", "?", ".")), question.id
        assert question.ask_id != question.ask_en
        assert all(answer.say_id and answer.say_en for answer in question.answers)
    assert all(one.id != one.en for one in script.instructions)


def test_nothing_is_written_that_nobody_asks() -> None:
    may_be_asked = {question.id for script in SCRIPTS.values() for question in script.may_ask()}

    assert may_be_asked == set(FIRE_SCRIPT.questions)


def test_a_question_of_many_types_is_written_once() -> None:
    assert FIRE_SCRIPT.questions["injured"] is SCRIPTS["crime"].questions["injured"]
    assert "injured" in FIRE_SCRIPT.opening
    assert "injured" in SCRIPTS["crime"].opening


def test_whoever_does_not_breathe_gets_compressions_without_breaths() -> None:
    first, *_ = SCRIPTS["medical"].instructions

    assert "tanpa napas buatan" in first.id
    assert "without rescue breaths" in first.en


# ---- What is asked ------------------------------------------------------------------------------


def test_before_any_answer_the_opening_is_asked_in_order() -> None:
    assert asked("fire_building") == list(FIRE_SCRIPT.opening)
    assert asked("fire_building")[0] == "inside"


def test_the_floor_is_asked_only_when_somebody_is_inside_and_straight_after() -> None:
    assert asked("fire_building", inside="yes")[:2] == ["inside", "inside_where"]
    assert "inside_where" not in asked("fire_building", inside="none")


@every_type
def test_a_question_behind_an_answer_comes_up_only_after_that_answer(code: str) -> None:
    script = SCRIPTS[code]

    for question in script.may_ask():
        for answer in question.answers:
            if question.id in script.opening and answer.then:
                assert set(answer.then) <= set(asked(code, **{question.id: answer.code}))
                assert not set(answer.then) & set(asked(code))


def test_the_answer_to_a_question_no_longer_asked_does_not_count() -> None:
    upstairs = told("fire_building", inside="yes", inside_where="upstairs")
    all_out = told("fire_building", inside="none", inside_where="upstairs")

    assert upstairs.needs["ladder"] == 1
    assert not all_out.needs


def test_answers_go_along_when_the_type_is_changed() -> None:
    answers = {"injured": "some", "inside": "yes"}

    assert assess(SCRIPTS["crime"], answers, CATALOGUE.type("crime")).needs == {"ambulance": 1}


def test_an_answer_the_question_does_not_have_is_refused_with_those_it_has() -> None:
    with pytest.raises(BadValue) as refused:
        told("fire_building", inside="perhaps")

    assert refused.value.field == "inside"
    assert refused.value.known == ("none", "yes", "unknown")


# ---- What the answers come to -------------------------------------------------------------------


@every_type
def test_without_answers_a_type_is_what_the_catalogue_says(code: str) -> None:
    nothing, kind = told(code), CATALOGUE.type(code)

    assert nothing.severity is kind.severity
    assert not nothing.needs
    assert not nothing.facts
    assert (nothing.note.id, nothing.note.en) == ("", "")
    assert card_with(kind, nothing.extra) == kind


def test_somebody_inside_a_burning_house_makes_it_high_and_adds_rescue_and_an_ambulance() -> None:
    inside = told("fire_building", what_burns="house", inside="yes")
    usual = {(line.need, line.agencies[0]): line.counts[Severity.HIGH] for line in FIRE.card}
    more = counts("fire_building", Severity.HIGH, what_burns="house", inside="yes")

    assert inside.severity is Severity.HIGH
    assert inside.needs == {"rescue": 1, "ambulance": 1}
    assert {line: more[line] - usual[line] for line in usual if more[line] != usual[line]} == {
        ("rescue", "damkar"): 1,
        ("ambulance", "health"): 1,
    }


def test_burning_rubbish_is_low_unless_it_reaches_houses() -> None:
    assert told("fire_land", land_burns="rubbish").severity is Severity.LOW
    assert told("fire_land", land_burns="rubbish", spread="spreading").severity is Severity.HIGH


def test_an_answer_that_lowers_yields_to_one_that_says_more() -> None:
    assert told("fire_vehicle", vehicle="motorcycle").severity is Severity.LOW
    assert told("fire_vehicle", vehicle="motorcycle", injured="some").severity is Severity.MEDIUM


def test_the_same_people_are_not_counted_twice() -> None:
    both = told("landslide", trapped="one", injured="many")

    assert both.needs["ambulance"] == 2


def test_a_gun_makes_a_crime_high_and_brings_more_patrols_than_a_knife() -> None:
    gun, knife = told("crime", weapons="gun"), told("crime", weapons="blade")

    assert gun.severity is knife.severity is Severity.HIGH
    assert gun.needs["patrol"] > knife.needs["patrol"] > 0


def test_a_tsunami_is_never_taken_lightly_on_hearsay() -> None:
    assert told("tsunami", sea_now="told", tsunami_where="high").severity is Severity.HIGH


def test_the_note_says_what_was_asked_and_answered_in_both_languages() -> None:
    note = told("flood", water_depth="waist", stranded="none").note

    assert (
        note.id == "Ada yang terjebak air atau hanyut? Tidak ada; Seberapa dalam airnya? Pinggang"
    )
    assert note.en == "Is anyone stranded or swept away? Nobody; How deep is the water? Waist"


def test_answers_in_any_order_come_to_the_same() -> None:
    answers = [("inside", "yes"), ("injured", "many"), ("what_burns", "out"), ("road", "blocked")]
    first, *others = (assess(FIRE_SCRIPT, dict(order), FIRE) for order in permutations(answers))

    assert all(other == first for other in others)
    assert all(list(other.needs) == list(first.needs) for other in others)


some_answers = st.sampled_from(sorted(SCRIPTS)).flatmap(
    lambda code: st.tuples(
        st.just(code),
        st.fixed_dictionaries(
            {},
            optional={
                question.id: st.sampled_from([one.code for one in question.answers])
                for question in SCRIPTS[code].may_ask()
            },
        ),
    )
)


@given(some_answers)
def test_any_answers_give_a_severity_no_answer_contradicts(
    case: tuple[str, dict[str, str]],
) -> None:
    code, answers = case
    rising, result = list(Severity), told(code, **answers)
    given_answers = [answer for _, answer in result.facts]

    assert result.severity in rising
    for answer in given_answers:
        if answer.severity:
            assert rising.index(result.severity) >= rising.index(answer.severity)
    if not any(answer.at_most for answer in given_answers):
        usual = CATALOGUE.type(code).severity
        assert rising.index(result.severity) >= rising.index(usual)


@given(some_answers)
def test_any_answers_give_a_card_that_asks_at_least_what_it_asked(
    case: tuple[str, dict[str, str]],
) -> None:
    code, answers = case
    kind, result = CATALOGUE.type(code), told(code, **answers)
    card = card_with(kind, result.extra).card

    for before, after in zip(kind.card, card, strict=False):
        assert (before.need, before.agencies) == (after.need, after.agencies)
    for severity in Severity:
        units = sum(line.counts[severity] for line in card)
        assert units - sum(line.counts[severity] for line in kind.card) == sum(
            result.needs.values()
        )
    assert {line.need for line in card} >= set(result.needs)


# ---- The card that goes to the recommendation ---------------------------------------------------


def test_a_need_the_card_has_no_line_for_gets_one_from_the_agency_that_brings_it() -> None:
    before = {line.need for line in CATALOGUE.type("fire_land").card}
    card = card_with(
        CATALOGUE.type("fire_land"), told("fire_land", road="blocked", blocked_by="tree").extra
    ).card

    assert "chainsaw" not in before
    assert card[-1].need == "chainsaw"
    assert card[-1].agencies == ("bpbd", "dlhp")
    assert set(card[-1].counts.values()) == {1}


def test_a_need_with_two_lines_goes_on_the_first() -> None:
    usual = counts("communal_conflict", Severity.HIGH)
    more = counts("communal_conflict", Severity.HIGH, crowd="hundreds")

    assert more["crowd_control", "polresta"] == usual["crowd_control", "polresta"] + 1
    assert more["crowd_control", "kodim"] == usual["crowd_control", "kodim"]


def test_the_recommendation_sends_the_extra_ambulance() -> None:
    def unit(call_sign: str, agency: str, can: str) -> Unit:
        on_duty = UnitStatus.AVAILABLE
        return Unit(call_sign, agency, "car", frozenset({can}), None, 128.18, -3.69, on_duty)

    units = [unit("E1", "damkar", "fire_attack"), unit("A1", "health", "ambulance")]
    drive = Trip(travel_s=60, distance_m=480, snap_m=0.0, walk_m=0.0)
    grass = CATALOGUE.type("fire_land")
    burnt = told("fire_land", injured="some")

    def sent(kind: IncidentType) -> tuple[str, ...]:
        return recommend(
            units,
            dict.fromkeys(("E1", "A1"), drive),
            kind=kind,
            severity=burnt.severity,
            catalogue=CATALOGUE,
        ).card.call_signs

    assert sent(grass) == ("E1",)
    assert sent(card_with(grass, burnt.extra)) == ("E1", "A1")


# ---- A file that does not hold together ---------------------------------------------------------


@pytest.fixture
def rewritten(tmp_path: Path) -> Rewrite:
    """The project's scripts with some words exchanged."""

    def rewrite(old: str, new: str) -> Path:
        text = (DATA / "catalogue/scripts.toml").read_text("utf-8")
        assert old in text
        (tmp_path / "scripts.toml").write_text(text.replace(old, new), "utf-8")
        return tmp_path

    return rewrite


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("rescue = 1", "wizardry = 1", "wizardry"),
        ('["basarnas"]', '["starfleet"]', "starfleet"),
        ('then = ["storeys"]', 'then = ["colour"]', "colour"),
        ('questions = ["inside",', 'questions = ["horoscope",', "horoscope"),
        ('instructions = ["leave_building",', 'instructions = ["panic",', "panic"),
        ("[scripts.flood]", "[scripts.drizzle]", "drizzle"),
        ('severity = "high"', 'severity = "dire"', "dire"),
        ('severity = "high"', 'severty = "high"', "severty"),
        ("ladder = 1", "ladder = 0", "counts from 1"),
        ("ladder = 1", "ladder = true", "counts from 1"),
        ('ladder = ["damkar"]', "", "who brings it"),
        ('code = "upstairs"', 'code = "ground"', "its own code"),
        ('say_en = "Upstairs"', 'say_en = " "', "say_en"),
        ('ask_en = "On which floor?"', "", "ask_en"),
    ],
)
def test_scripts_that_name_what_nobody_knows_are_refused_by_that_name(
    rewritten: Rewrite, old: str, new: str, said: str
) -> None:
    with pytest.raises(BadDataFile, match=said):
        load_scripts(rewritten(old, new), CATALOGUE)


def test_a_type_without_a_script_is_refused(tmp_path: Path) -> None:
    text = (DATA / "catalogue/scripts.toml").read_text("utf-8")
    (tmp_path / "scripts.toml").write_text(text[: text.index("[scripts.other]")], "utf-8")

    with pytest.raises(BadDataFile, match="other"):
        load_scripts(tmp_path, CATALOGUE)


@pytest.mark.parametrize("damage", ["", "[scripts\n", "brings = 1\n", "\x00"])
def test_a_damaged_file_is_refused(tmp_path: Path, damage: str) -> None:
    (tmp_path / "scripts.toml").write_text(damage)

    with pytest.raises(BadDataFile, match=r"scripts\.toml"):
        load_scripts(tmp_path, CATALOGUE)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadDataFile, match=r"scripts\.toml"):
        load_scripts(tmp_path, CATALOGUE)
