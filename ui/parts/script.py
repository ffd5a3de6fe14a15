"""What to ask about this kind of incident, one question at a time, and what to tell the caller."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

import streamlit as st

from dispatch import desk
from dispatch.incident import Incident
from dispatch.scripts import Answer, Question
from ui import session
from ui.guard import action, gesture
from ui.markup import plain
from ui.parts import draft
from ui.text import Words

NOT_KNOWN = ""


@dataclass(frozen=True, slots=True)
class _Asking:
    """A script under way: what was answered or skipped, and what an answer does."""

    kind: str
    answers: Mapping[str, str]
    unasked: set[str]
    key: str
    answered: Callable[[str, str], None]
    again: Callable[[], None]
    wrap: Callable[[Callable[[], None]], Callable[[], None]]


def of_draft(say: Words) -> None:
    """Ask about the call being taken; the answers set its severity and its card."""
    kind, now = draft.value("type"), draft.current()
    if not kind:
        return

    def answered(question: str, code: str) -> None:
        if code == NOT_KNOWN:
            now.unasked.add(question)
            return
        now.answers[question] = code
        draft.grade(desk.assessed(session.room(), kind, now.answers).severity)

    def again() -> None:
        now.answers.clear()
        now.unasked.clear()

    key = f"draft_{now.number}"
    _ask(_Asking(kind, now.answers, now.unasked, key, answered, again, gesture), say)


def of_incident(one: Incident, say: Words) -> None:
    """Go on asking about an open incident."""
    unasked = st.session_state.setdefault("unasked", {}).setdefault(one.id, set())

    def answered(question: str, code: str) -> None:
        if code == NOT_KNOWN:
            unasked.add(question)
            return
        _write(one, {**one.answers, question: code})

    def again() -> None:
        unasked.clear()
        _write(one, {})

    if one.type_code in session.room().scripts:
        key = f"case_{one.id}_{one.version}"
        _ask(_Asking(one.type_code, one.answers, unasked, key, answered, again, action), say)


def _write(one: Incident, answers: Mapping[str, str]) -> None:
    desk.answer_questions(
        session.room(),
        one.id,
        answers,
        version=one.version,
        by=session.person(),
        at=session.now(),
    )


def _ask(asking: _Asking, say: Words) -> None:
    """Show what was answered, the next question, and the sentences to read out."""
    script = session.room().scripts[asking.kind]
    if not script.opening:  # a type that the room added
        return
    facts = told(asking.kind, asking.answers, say)
    met = {*asking.answers, *asking.unasked}
    left = [one for one in script.asked(asking.answers) if one.id not in met]
    with st.container(key="script"):
        if facts:
            st.html(f"<ul class='facts-told'>{facts}</ul>")
        if left:
            _next(left[0], asking, say)
        with st.container(horizontal=True, vertical_alignment="center"):
            if facts or asking.unasked:
                again = asking.wrap(asking.again)
                st.button(say("script.again"), key=f"{asking.key}_again", on_click=again)
            with st.popover(say("script.tell"), icon=":material/record_voice_over:"):
                for sentence in script.instructions:
                    st.markdown(plain(sentence.id if say.language == "id" else sentence.en))


def told(kind: str, answers: Mapping[str, str], say: Words) -> str:
    """Return what was answered about an incident of a kind, as items of a list."""
    known = desk.assessed(session.room(), kind, answers).facts
    return "".join(
        f"<li>{escape(_asked(question, say))} <b>{escape(_said(answer, say))}</b></li>"
        for question, answer in known
    )


def _next(question: Question, asking: _Asking, say: Words) -> None:
    """Ask one question; one press answers it."""
    codes = {one.code: _said(one, say) for one in question.answers}
    key = f"{asking.key}_{question.id}"

    def pressed() -> None:
        asking.answered(question.id, st.session_state[key] or NOT_KNOWN)

    st.pills(
        plain(_asked(question, say)),
        [*codes, *([] if "unknown" in codes else [NOT_KNOWN])],
        key=key,
        format_func=lambda code: codes.get(code) or say("script.not_known"),
        on_change=asking.wrap(pressed),
    )


def _asked(question: Question, say: Words) -> str:
    return question.ask_id if say.language == "id" else question.ask_en


def _said(answer: Answer, say: Words) -> str:
    return answer.say_id if say.language == "id" else answer.say_en
