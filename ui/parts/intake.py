"""Left: what the caller says, where that is, what it is."""

from html import escape

import streamlit as st

from dispatch import desk
from dispatch.call import CallKind
from dispatch.incident import Severity
from geo.geocode import Answer, Status
from ui import session
from ui.guard import action, gesture
from ui.markup import plain, since
from ui.parts import draft, same, script
from ui.text import Words

SHOWN = 5
LONGEST = 2000
ENDS = (
    (CallKind.SILENT, "Ctrl+F8"),
    (CallKind.PRANK, "Ctrl+F9"),
    (CallKind.INFORMATION, "Ctrl+F10"),
)
ICONS = {
    Status.AMBIGUOUS: ":material/help:",
    Status.OUTSIDE: ":material/output:",
    Status.UNKNOWN: ":material/search_off:",
}


def show(say: Words) -> None:
    """Draw the form of the call being taken."""
    _head(say)
    with st.container(key="words"):
        st.text_input(
            say("intake.words"),
            key=draft.key("words"),
            placeholder=say("intake.words_example"),
            max_chars=LONGEST,
            live="400ms",
            on_change=gesture(draft.hear),
            persist_state="session",
            autocomplete="off",
        )
    draft.hear()  # words typed before the first painting was done come without their gesture
    # Each in a place of its own: a field that is moved by what appears above it loses what is
    # being typed into it.
    for part in (_place, _kind, same.suspects, script.of_draft, _caller, same.history):
        with st.container():
            part(say)
    _ways_out(say)


def _head(say: Words) -> None:
    """Draw the title, the clock of the call and the buttons for calls that are none."""
    began = draft.current().began_at
    clock = since(began, urgent=True) if began else ""
    with st.container(horizontal=True, vertical_alignment="center", key="intake_head"):
        st.html(f"<h2>{escape(say('intake.title'))} {clock}</h2>")
        for kind, keys in ENDS:
            st.button(
                say(f"intake.{kind}"),
                key=f"discard_{kind}",
                shortcut=keys,
                help=say(f"intake.{kind}_help"),
                on_click=action(draft.discard),
                args=(kind.value,),
            )


def _place(say: Words) -> None:
    """Draw what the words may mean, the question that settles it, and the place taken."""
    now = draft.current()
    if now.answer:
        _say_status(now.answer, say)
        _candidates(now.answer, say)
    if now.scene:
        _taken(now.scene, say)
    elif not now.answer:
        st.caption(say("intake.how"))


def _say_status(answer: Answer, say: Words) -> None:
    """Say what is to be asked when the words do not settle the place."""
    if answer.status is not Status.LOCATED:
        question = say.half(answer.question or answer.note or "")
        st.warning(
            f"**{say(f'answer.{answer.status.value}')}** {plain(question)}",
            icon=ICONS[answer.status],
        )
    elif answer.note:
        st.caption(plain(say.half(answer.note)))


def _candidates(answer: Answer, say: Words) -> None:
    """Offer the candidates; the one taken as the scene is marked."""
    shown = answer.candidates[:SHOWN]
    if not shown:
        return
    scene = draft.current().scene
    taken = next((n for n, one in enumerate(shown) if scene and scene.label == one.label), None)
    key = f"candidate-{draft.current().number}-{draft.current().asked}"

    def chosen() -> None:
        draft.choose(shown[st.session_state[key]])

    st.radio(
        say("intake.candidates"),
        range(len(shown)),
        index=taken,
        key=key,
        format_func=lambda n: plain(f"{n + 1}. {shown[n].label}"),
        captions=[
            say(
                "intake.candidate",
                level=say(f"level.{one.level.value}"),
                radius=say.number(one.radius_m),
                percent=round(one.confidence * 100),
            )
            for one in shown
        ],
        on_change=gesture(chosen),
    )


def _taken(scene: draft.Scene, say: Words) -> None:
    """Say in which kelurahan the place lies, or that it is outside the city."""
    found = desk.kelurahan_at(session.room(), scene.lon, scene.lat)
    how = "scene.by_hand" if scene.by_hand else f"level.{scene.level}"
    if found is None:
        st.html(
            f'<div class="place outside"><b>{escape(say("scene.outside"))}</b>'
            f"<small>{escape(say('scene.outside_help'))}</small></div>"
        )
        return
    area = found.kelurahan
    shore = say("scene.offshore", metres=round(found.offshore_m)) if found.offshore_m else ""
    st.html(
        f'<div class="place"><b>{escape(say(f"kind.{area.kind}"))} {escape(area.name)}</b>'
        f"<small>{escape(area.district)} · {escape(say(how))}"
        f"{' · ' + escape(shore) if shore else ''}</small></div>"
    )


def _kind(say: Words) -> None:
    """Ask what it is and how bad."""
    catalogue = session.room().catalogue
    taking = (draft.value("type"), draft.current().chosen.get("type"))
    named = {
        code: kind.name_id if say.language == "id" else kind.name_en
        for code, kind in catalogue.types.items()
        if kind.active or code in taking  # retired while this call is being taken
    }
    draft.restore("type")
    draft.restore("severity")
    chosen = st.selectbox(
        say("intake.type"),
        sorted(named, key=lambda code: list(named).index(code)),
        index=None,
        key=draft.key("type"),
        format_func=named.__getitem__,
        placeholder=say("intake.type_choose"),
        on_change=gesture(draft.take_type),
        persist_state="session",
    )
    default = catalogue.type(chosen).severity if chosen else draft.UNKNOWN_SEVERITY
    severity = draft.key("severity")
    st.segmented_control(
        say("intake.severity"),
        list(Severity),
        key=severity,
        default=None if severity in st.session_state else default,
        required=True,
        format_func=lambda one: say(f"severity.{one.value}"),
        on_change=gesture(draft.keep),
        args=("severity",),
        persist_state="session",
    )


def _caller(say: Words) -> None:
    """Ask who calls, and what else to know."""
    phone, caller = st.columns(2, gap="small")
    for column, field in ((phone, "phone"), (caller, "caller")):
        column.text_input(
            say(f"intake.{field}"),
            key=draft.key(field),
            max_chars=100,
            autocomplete="off",
            persist_state="session",
        )
    st.text_input(
        say("intake.note"),
        key=draft.key("note"),
        max_chars=LONGEST,
        autocomplete="off",
        persist_state="session",
    )


def _ways_out(say: Words) -> None:
    """Offer to record without sending, and to begin again."""
    with st.container(horizontal=True):
        st.button(
            say("intake.record"),
            key="record",
            on_click=action(lambda: draft.record() and None),
            disabled=not (draft.current().scene and draft.value("type")),
            help=say("intake.record_help"),
        )
        st.button(
            say("intake.clear"), key="clear", on_click=gesture(draft.start), shortcut="Ctrl+F2"
        )
