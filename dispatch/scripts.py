"""What the call taker asks, and what the answers come to (pure, once the file is read)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias

from dispatch.catalogue import Catalogue, IncidentType, Line, check_known, read_toml
from dispatch.errors import BadDataFile, BadValue
from dispatch.incident import Severity
from dispatch.reasons import Said
from geo.files import DATA

Answers: TypeAlias = Mapping[str, str]
"""Code of the answer given, by id of the question."""

_RISING = tuple(Severity)


@dataclass(frozen=True, slots=True)
class Answer:
    """
    One answer, and what follows from it.

    `severity` the incident is at least this; `at_most` no more than this, unless another answer
    says at least more; `needs` units beyond the run card, by capability; `then` ids of the
    questions asked only after this answer.
    """

    code: str
    say_id: str
    say_en: str
    severity: Severity | None = None
    at_most: Severity | None = None
    needs: Mapping[str, int] = field(default_factory=dict)
    then: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One question, with the answers it can have."""

    id: str
    ask_id: str
    ask_en: str
    answers: tuple[Answer, ...]

    def answer(self, code: str) -> Answer:
        """
        Return the answer with this code.

        Raises
        ------
        BadValue
            The question has no such answer.
        """
        for one in self.answers:
            if one.code == code:
                return one
        raise BadValue(self.id, code, tuple(one.code for one in self.answers))


@dataclass(frozen=True, slots=True)
class Script:
    """
    What is asked about one type of incident.

    `opening` ids asked of every caller, in order; `questions` every question of the file by id;
    `instructions` to be read to the caller, in order; `brings` agencies that bring what the run
    card has no line for, by capability.
    """

    code: str
    opening: tuple[str, ...]
    questions: Mapping[str, Question]
    instructions: tuple[Said, ...]
    brings: Mapping[str, tuple[str, ...]]

    def asked(self, answers: Answers) -> tuple[Question, ...]:
        """
        Return the questions to ask, those already answered among them, in order.

        What an answer opens comes straight after its question, each question once. Answers to
        questions that are not asked (another type's, or no longer opened) are passed over.

        Raises
        ------
        BadValue
            A question that is asked has no such answer.
        """
        return self._from_opening(
            lambda question: (
                (question.answer(answers[question.id]),) if question.id in answers else ()
            )
        )

    def may_ask(self) -> tuple[Question, ...]:
        """Return every question that some answers lead to."""
        return self._from_opening(lambda question: question.answers)

    def _from_opening(
        self, given: Callable[[Question], tuple[Answer, ...]]
    ) -> tuple[Question, ...]:
        """Walk from the opening through what the given answers open, depth first."""
        met: dict[str, Question] = {}
        ahead = list(reversed(self.opening))
        while ahead:
            question = self.questions[ahead.pop()]
            if question.id not in met:
                met[question.id] = question
                opened = [id_ for answer in given(question) for id_ in answer.then]
                ahead += reversed(opened)
        return tuple(met.values())


@dataclass(frozen=True, slots=True)
class Extra:
    """So many more of one capability than the run card asks, and who brings it."""

    need: str
    count: int
    agencies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """
    What the answers come to.

    `needs` units beyond the run card, by capability; `facts` what was asked and answered, in the
    order of the script; `brings` as on the script.
    """

    severity: Severity
    needs: Mapping[str, int]
    facts: tuple[tuple[Question, Answer], ...]
    brings: Mapping[str, tuple[str, ...]]

    @property
    def answers(self) -> dict[str, str]:
        """The answers that counted: code by question."""
        return {question.id: answer.code for question, answer in self.facts}

    @property
    def extra(self) -> tuple[Extra, ...]:
        """What the run card gets besides its own lines, by capability."""
        return tuple(
            Extra(need, count, self.brings.get(need, ()))
            for need, count in sorted(self.needs.items())
        )

    @property
    def note(self) -> Said:
        """Questions and answers as one note; empty when nothing was answered."""
        return Said(
            "; ".join(f"{question.ask_id} {answer.say_id}" for question, answer in self.facts),
            "; ".join(f"{question.ask_en} {answer.say_en}" for question, answer in self.facts),
        )


def assess(script: Script, answers: Answers, kind: IncidentType) -> Assessment:
    """
    Say how bad it is and what it needs beyond its run card.

    The order of the answers does not matter. The most severe answer wins; the type's own severity
    is lowered only where an answer allows it and none says more. Of several answers that need
    the same capability the largest count stands: they often speak of the same people.

    Parameters
    ----------
    answers
        Any of the script's questions, or none: then the type's own severity and no extra needs.
    kind
        The type as the catalogue holds it.

    Raises
    ------
    BadValue
        A question that is asked has no such answer.
    """
    facts = tuple(
        (question, question.answer(answers[question.id]))
        for question in script.asked(answers)
        if question.id in answers
    )
    given = [answer for _, answer in facts]
    needs: dict[str, int] = {}
    for answer in given:
        for need, count in answer.needs.items():
            needs[need] = max(count, needs.get(need, 0))
    return Assessment(_severity(kind.severity, given), needs, facts, script.brings)


def _severity(usual: Severity, given: Sequence[Answer]) -> Severity:
    """Lower the usual severity to what the answers allow, then raise it to what they ask."""
    most = [_RISING.index(one.at_most) for one in given if one.at_most]
    least = [_RISING.index(one.severity) for one in given if one.severity]
    start = min(_RISING.index(usual), max(most)) if most else _RISING.index(usual)
    return _RISING[max([start, *least])]


def card_with(kind: IncidentType, extra: Iterable[Extra]) -> IncidentType:
    """
    Return the type with the extra needs on its run card, at every severity.

    A need goes on the first line that asks for it, else on a new line behind the others, from
    the agencies that bring it.
    """
    card = list(kind.card)
    for one in extra:
        index = next((i for i, line in enumerate(card) if line.need == one.need), None)
        if index is None:
            card.append(Line(one.need, one.agencies, dict.fromkeys(Severity, one.count)))
        else:
            line = card[index]
            more = {severity: line.counts[severity] + one.count for severity in Severity}
            card[index] = replace(line, counts=more)
    return replace(kind, card=tuple(card))


def load_scripts(folder: Path | None, catalogue: Catalogue) -> dict[str, Script]:
    """
    Read the script of every incident type, by the type's code.

    Parameters
    ----------
    folder
        Holds scripts.toml; None for the project's own.
    catalogue
        The types, agencies and capabilities the scripts speak of.

    Raises
    ------
    BadDataFile
        The file is missing or not TOML; a type has no script; a field is missing or unknown; or
        something is named that is neither in the file nor in the catalogue.
    """
    path = (folder or DATA / "catalogue") / "scripts.toml"
    raw = read_toml(path)
    try:
        return _scripts(raw, catalogue, path)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadDataFile(str(path), f"{type(error).__name__}: {error}") from error


def _scripts(raw: Mapping[str, Any], catalogue: Catalogue, path: Path) -> dict[str, Script]:
    """Put the parts of the file together."""
    check_known(raw, ("brings", "instructions", "questions", "scripts"), path, "scripts.toml")
    brings = _brings(raw["brings"], catalogue, path)
    sentences = {id_: _sentence(id_, said, path) for id_, said in raw["instructions"].items()}
    questions = {id_: _question(id_, said, path) for id_, said in raw["questions"].items()}
    _check(questions, catalogue, path)
    check_known(raw["scripts"], catalogue.types, path, "scripts")
    scripts: dict[str, Script] = {}
    for code, kind in catalogue.types.items():
        said = raw["scripts"][code]
        check_known(said, ("questions", "instructions"), path, code)
        opening, read = _codes(said["questions"]), _codes(said["instructions"])
        check_known(opening, questions, path, code)
        check_known(read, sentences, path, code)
        script = Script(code, opening, questions, tuple(sentences[id_] for id_ in read), brings)
        _check_brought(script, kind, path)
        scripts[code] = script
    return scripts


def _brings(
    said: Mapping[str, Any], catalogue: Catalogue, path: Path
) -> dict[str, tuple[str, ...]]:
    """Read who brings what no run card has a line for."""
    brings = {need: _codes(agencies) for need, agencies in said.items()}
    check_known(brings, catalogue.capabilities, path, "brings")
    for need, agencies in brings.items():
        check_known(agencies, catalogue.agencies, path, f"brings, {need}")
    return brings


def _sentence(id_: str, said: Mapping[str, Any], path: Path) -> Said:
    """Read one instruction."""
    check_known(said, ("say_id", "say_en"), path, id_)
    return Said(_text(said, "say_id"), _text(said, "say_en"))


def _question(id_: str, said: Mapping[str, Any], path: Path) -> Question:
    """Read one question with its answers."""
    check_known(said, ("ask_id", "ask_en", "answers"), path, id_)
    answers = tuple(_answer(one, path, id_) for one in said["answers"])
    if len({one.code for one in answers}) < max(2, len(answers)):
        raise ValueError(f"{id_}: two answers or more, each with its own code")
    return Question(id_, _text(said, "ask_id"), _text(said, "ask_en"), answers)


def _answer(said: Mapping[str, Any], path: Path, where: str) -> Answer:
    """Read one answer."""
    known = ("code", "say_id", "say_en", "severity", "at_most", "needs", "then")
    check_known(said, known, path, where)
    needs = dict(said.get("needs", {}))
    if any(type(count) is not int or count < 1 for count in needs.values()):
        raise ValueError(f"{where}: needs are counts from 1")
    return Answer(
        code=_text(said, "code"),
        say_id=_text(said, "say_id"),
        say_en=_text(said, "say_en"),
        severity=Severity(said["severity"]) if "severity" in said else None,
        at_most=Severity(said["at_most"]) if "at_most" in said else None,
        needs=needs,
        then=_codes(said["then"]) if "then" in said else (),
    )


def _text(said: Mapping[str, Any], name: str) -> str:
    """Return words that are there and not blank."""
    words = said[name]
    if not isinstance(words, str) or not words.strip():
        raise ValueError(f"{name} has no words")
    return words


def _codes(said: object) -> tuple[str, ...]:
    """Return a list of codes that is not empty."""
    if not isinstance(said, list) or not said or not all(isinstance(one, str) for one in said):
        raise ValueError(f"{said!r} is not a list of codes")
    return tuple(said)


def _check(questions: Mapping[str, Question], catalogue: Catalogue, path: Path) -> None:
    """Refuse an answer that opens or needs what nobody knows."""
    for question in questions.values():
        for one in question.answers:
            where = f"{question.id}, {one.code}"
            check_known(one.then, questions, path, where)
            check_known(one.needs, catalogue.capabilities, path, where)


def no_script(code: str) -> Script:
    """Return the script of a type nobody wrote one for: nothing is asked."""
    return Script(code, (), {}, (), {})


def rests_on(script: Script) -> frozenset[str]:
    """Return the capabilities that answers may ask for and only the run card's lines bring."""
    needs = {
        need for question in script.may_ask() for one in question.answers for need in one.needs
    }
    return frozenset(needs - set(script.brings))


def _check_brought(script: Script, kind: IncidentType, path: Path) -> None:
    """Refuse a need that this type's run card has no line for and that nobody brings."""
    lines = {line.need for line in kind.card}
    check_known(rests_on(script), lines, path, f"{kind.code}: who brings it?")
