"""Two long sums of the what-if page: where the next posts should stand, and the record again."""

from datetime import datetime, time, timedelta
from html import escape
from typing import Any

import numpy as np
import streamlit as st

from dispatch.analytics import charts, planning, replay
from dispatch.analytics import siting as sites
from dispatch.analytics.planning import Reach
from dispatch.analytics.replay import Policy
from dispatch.analytics.scenario import Scenario
from dispatch.analytics.siting import Goal, Siting
from dispatch.analytics.work import Job, Work
from ui import session
from ui.guard import gesture
from ui.parts import reaching, saving, working
from ui.text import Words

SITING, SITED = "siting_work", "sited"
REPLAY, REPLAYED = "replay_work", "replayed"
MOST_POSTS = 8


def siting(reach: Reach, shown: dict[str, Any], say: Words) -> None:
    """
    Ask how many posts for what, search in a process of its own, show what they change.

    `shown`: the map beside it, for the picture to take along.
    """
    st.html(f"<h2>{escape(say('siting.title'))}</h2>")
    st.caption(say("siting.help"))
    left, right = st.columns([30, 70], vertical_alignment="bottom")
    left.number_input(say("siting.k"), 1, MOST_POSTS, 1, key="siting_k")
    right.segmented_control(
        say("siting.goal"), list(Goal), default=Goal.PEOPLE, required=True, key="siting_goal",
        format_func=lambda one: say(f"siting.goal_{one.value}"),
    )  # fmt: skip
    st.button(
        say("siting.search"), key="siting_search", on_click=gesture(_search), args=(reach,),
        disabled=SITING in st.session_state,
    )  # fmt: skip
    if SITING in st.session_state:
        working.wait(SITING, SITED, say)
    elif SITED in st.session_state:
        _sited(shown, say)


def _search(reach: Reach) -> None:
    """Look up the drives of every candidate, and set the solver to work."""
    state, ground = st.session_state, session.room().ground
    state.pop(SITED, None)
    some = sites.candidates(
        ground.people, ground.boundaries, ground.travel.network, ground.data / "places"
    )
    profile = reach.asked.profile
    drives = np.array(list(sites.drives(reach.travel, some, profile, before_s=reach.before_s)))
    goal, k = state.siting_goal, state.siting_k
    task = sites.task(goal, ground.people, reach.seconds, drives, k=k)

    def finish(chosen: tuple[int, ...]) -> tuple[Siting, Goal, int, Reach]:
        found = sites.siting(ground.people, reach.seconds, drives, some, chosen)
        return found, goal, len(some), reach

    state[SITING] = (Work(sites.solve, task), finish)


def _sited(shown: dict[str, Any], say: Words) -> None:
    found, goal, count, reach = st.session_state[SITED]
    boundaries = session.room().ground.boundaries
    if not found.chosen:
        st.html(f"<div class='empty'>{escape(say('siting.none'))}</div>")
        return
    words = say(
        f"siting.found_{goal.value}",
        gained=reaching.people(found.change.gained, say),
        minutes=say.number(found.change.saved_s / 60, 2),
        within=reaching.people(found.change.within_after, say),
        count=count,
    )
    places = [
        say(
            "siting.place",
            number=number,
            name=one.name or say("siting.junction"),
            kelurahan=boundaries[one.kelurahan_code].name,
        )
        for number, one in enumerate(found.chosen, 1)
    ]
    listed = "".join(f"<li>{escape(one)}</li>" for one in places)
    st.html(f"<div class='note' id='sited'>{escape(words)}</div><ul class='passed'>{listed}</ul>")
    st.button(say("siting.use"), key="siting_use", on_click=gesture(_use))
    lines = [say("siting.title"), words, reaching.basis(reach, say)]
    rows = [
        {
            "number": number, "place": one.name, "kelurahan": boundaries[one.kelurahan_code].name,
            "lon": round(one.lon, 6), "lat": round(one.lat, 6),
        }
        for number, one in enumerate(found.chosen, 1)
    ]  # fmt: skip
    points = [{"type": "Point", "coordinates": [row["lon"], row["lat"]]} for row in rows]
    about = saving.about(lines)
    makers = {
        "png": lambda: saving.map_png(shown, [*lines, *places]),
        "csv": lambda: saving.csv_bytes(rows, about),
        "geojson": lambda: saving.geojson_bytes(points, rows, about),
    }
    saving.buttons("pos-berikutnya", makers, "siting")


def _use() -> None:
    """Put the proposed posts into the scenario."""
    found, _, _, reach = st.session_state.pop(SITED)
    asked = reach.asked
    added = st.session_state.setdefault("wi_added", [])
    added += [((one.lon, one.lat), asked.agency, asked.profile) for one in found.chosen]


def proposed() -> list[tuple[str, float, float]]:
    """Return the places last found, by name."""
    held = st.session_state.get(SITED)
    return [(one.name, one.lon, one.lat) for one in held[0].chosen] if held else []


def replaying(changed: Scenario, say: Words) -> None:
    """Ask for days and a policy, replay the record both ways, show what changes."""
    st.html(f"<h2>{escape(say('replay.title'))}</h2>")
    st.caption(say("replay.help"))
    today = session.now().astimezone(session.WIT).date()
    left, right = st.columns(2)
    first = left.date_input(
        say("history.from"), today - timedelta(days=365), key="replay_from", format="DD-MM-YYYY"
    )
    last = right.date_input(say("history.until"), today, key="replay_until", format="DD-MM-YYYY")
    policy = st.segmented_control(
        say("replay.policy"), list(Policy), default=Policy.NEAREST, required=True,
        key="replay_policy", format_func=lambda one: say(f"replay.policy_{one.value}"),
    )  # fmt: skip
    span = (
        datetime.combine(first, time(), session.WIT),
        datetime.combine(last + timedelta(days=1), time(), session.WIT),
    )
    st.button(
        say("replay.run"), key="replay_run", on_click=gesture(_replay),
        args=(changed, policy, span), disabled=REPLAY in st.session_state,
    )  # fmt: skip
    if REPLAY in st.session_state:
        working.wait(REPLAY, REPLAYED, say)
    elif REPLAYED in st.session_state:
        _replayed(say)


def _replay(changed: Scenario, policy: Policy, span: tuple[datetime, datetime]) -> None:
    st.session_state.pop(REPLAYED, None)
    job = Job(
        planning.replays, session.room(), changed, policy, at=session.now(),
        from_at=span[0], until_at=span[1],
    )  # fmt: skip
    st.session_state[REPLAY] = (job, lambda found: (found, policy, span))


def _replayed(say: Words) -> None:
    found, policy, span = st.session_state[REPLAYED]
    record, before, after, change = found
    same, every = replay.told(record, before)
    basis = say(
        "replay.basis",
        count=every,
        from_at=f"{span[0]:%d-%m-%Y}",
        until_at=f"{span[1] - timedelta(days=1):%d-%m-%Y}",
        no_point=record.no_point,
        nobody=record.nobody_sent,
        same=same,
        stay=before.n_stay_assumed,
        policy=say(f"replay.policy_{policy.value}"),
    )
    st.html(f"<div class='note' id='replayed'>{escape(basis)}</div>")
    if not change.n:
        return
    words = say(
        "replay.change",
        n=change.n,
        median_before=reaching.minutes(change.median_before_s, say),
        median=reaching.minutes(change.median_s, say),
        p90_before=reaching.minutes(change.p90_before_s, say),
        p90=reaching.minutes(change.p90_s, say),
        sooner=change.sooner,
        later=change.later,
        left_before=change.left_before,
        left=change.left,
    )
    st.html(f"<div class='note'>{escape(words)}</div>")
    curves = {
        say("replay.before"): replay.within_minutes(before.arrival_s, after.arrival_s),
        say("replay.after"): replay.within_minutes(after.arrival_s, before.arrival_s),
    }
    axes = say("replay.minutes"), say("replay.share")
    st.caption(say("replay.curve"))
    st.line_chart(
        [
            {axes[0]: minute} | {name: curve[minute] for name, curve in curves.items()}
            for minute in range(len(replay.MINUTES))
        ],
        x=axes[0], y=list(curves), x_label=axes[0], y_label=axes[1], height=200,
    )  # fmt: skip
    lines = [f"{say('replay.title')} – {say('replay.curve')}", basis, words]
    makers = {
        "png": lambda: charts.steps_png(replay.MINUTES, curves, axes, lines),
        "csv": lambda: saving.csv_bytes(_rows(found), saving.about(lines)),
    }
    saving.buttons("putar-ulang", makers, "replay")


def _rows(found: Any) -> saving.Rows:
    """Return both replays incident by incident."""
    record, before, after, _ = found
    names = [np.array([*one.roster, ""], object)[one.unit] for one in (before, after)]
    columns = zip(
        record.id.tolist(), record.call_sign, record.predicted_s.tolist(), names[0],
        before.drive_s.tolist(), before.arrival_s.tolist(), names[1], after.drive_s.tolist(),
        after.arrival_s.tolist(), strict=True,
    )  # fmt: skip
    heads = (
        "incident_id", "recorded_unit", "recorded_drive_s", "before_unit", "before_drive_s",
        "before_arrival_s", "after_unit", "after_drive_s", "after_arrival_s",
    )  # fmt: skip
    return [dict(zip(heads, row, strict=True)) for row in columns]
