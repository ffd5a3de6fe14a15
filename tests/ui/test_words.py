"""Sentences, signs and escapes, without a browser."""

import json
from pathlib import Path

import pytest

from dispatch import errors
from dispatch.assignment import AssignmentStatus
from dispatch.errors import DispatchError
from dispatch.incident import Disposition, IncidentStatus, Severity
from dispatch.unit import UnitStatus
from ui import text
from ui.map import as_script
from ui.markup import plain
from ui.refusals import SENTENCES, sentence

INDONESIAN, ENGLISH = text.load("id"), text.load("en")


def test_both_languages_say_the_same_things():
    assert INDONESIAN.sentences.keys() == ENGLISH.sentences.keys()


def test_both_languages_fill_in_the_same_fields():
    def fields(sentence: str) -> set[str]:
        return {part.split("}")[0].split(":")[0] for part in sentence.split("{")[1:]}

    differing = [
        key for key, said in INDONESIAN.sentences.items() if fields(said) != fields(ENGLISH(key))
    ]

    assert differing == []


def _leaves(kind: type[Exception]) -> list[type[Exception]]:
    below = [leaf for one in kind.__subclasses__() for leaf in _leaves(one)]
    return below or [kind]


@pytest.mark.parametrize("kind", _leaves(DispatchError), ids=lambda kind: kind.__name__)
def test_every_refusal_has_its_sentence(kind):
    assert kind in SENTENCES


@pytest.mark.parametrize("say", [INDONESIAN, ENGLISH], ids=["id", "en"])
def test_a_refusal_is_told_with_its_fields_in_peoples_words(say):
    told = sentence(errors.IllegalMove("assignment", "cleared", "en_route"), say)

    assert say("status.assignment.cleared") in told
    assert "en_route" not in told


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("status.incident", IncidentStatus),
        ("status.assignment", AssignmentStatus),
        ("status.unit", UnitStatus),
        ("severity", Severity),
        ("disposition", Disposition),
    ],
)
def test_every_status_has_a_word(kind, values):
    assert [one for one in values if f"{kind}.{one.value}" not in INDONESIAN.sentences] == []


@pytest.mark.parametrize(
    "words",
    ["`${alert(1)}`", "</script><img src=x onerror=alert(1)>", "a_b_1f3 {{ 'x' }}", "\\u0060"],
)
def test_words_on_the_map_stay_words_wherever_a_script_is_put(words):
    script = as_script({"says": words})

    assert json.loads(script) == {"says": words}
    assert not set("<>`$'&_") & set(script)


def test_markdown_in_words_is_shown_as_typed():
    assert plain("![x](http://evil/x.png)") == r"\!\[x\]\(http\:\/\/evil\/x\.png\)".replace(
        r"\/", "/"
    )


def test_static_files_carry_their_licence():
    static = Path(__file__).parents[2] / "static"

    assert "Copyright" in (static / "leaflet/LICENSE").read_text()
