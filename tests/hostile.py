"""
Generated bad input over the command line, HTTP and what forms call: no traceback, no 5xx.

`python -m tests.hostile` (make hostile) drives AMBON112_HOSTILE inputs, 100,000 when not said, on a
throwaway database, and prints what became of them; it ends with 1 when anything broke.
"""

import inspect
import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_type_hints

import httpx
import uvicorn
from typer.testing import CliRunner

from dispatch import api, cap, desk
from dispatch.api import make_api
from dispatch.cli import app
from dispatch.config import load_settings
from dispatch.errors import DispatchError
from dispatch.export import Choice, Format, gather, write
from dispatch.person import Role
from dispatch.room import Room, open_room
from dispatch.store import events
from tests.hostile_values import Hostile

SHARES = {"locate": 30, "recommend": 10, "commands": 2, "api": 38, "forms": 20}  # per cent
PROCESSES = 40  # of the commands, at most, as programs of their own
SLOW = {"add_account", "change_account", "choose_password", "first_admin", "monthly_report",
        "reset_password", "sign_in"}  # fmt: skip
NOT_FORMS = {"do", "erase_callers", "keep_journal", "replay", "reset_training", "session"}


@dataclass
class Tally:
    """What became of the inputs: how each ended, and what broke."""

    ended: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    @property
    def inputs(self) -> int:
        """How many there were."""
        return sum(self.ended.values())

    def broke(self, where: str, said: object) -> None:
        """Write down what should not have happened."""
        self.broken.append(f"{where}: {str(said)[-1_500:]}")


class Watch(logging.Handler):
    """Hears of every traceback that was logged instead of raised."""

    def __init__(self, tally: Tally) -> None:
        super().__init__()
        self._tally = tally

    def emit(self, record: logging.LogRecord) -> None:
        """Write it down."""
        if record.exc_info and record.exc_info[1] is not None:
            self._tally.broke(f"log {record.name}", "".join(traceback.format_exception(
                record.exc_info[1])))  # fmt: skip


def forms(room: Room, hostile: Hostile, count: int, tally: Tally) -> None:
    """Call what the forms of the pages call."""
    found = {
        name: one for name, one in inspect.getmembers(desk, inspect.isfunction)
        if name not in NOT_FORMS and _can_be_called(one)
    }  # fmt: skip
    often = [name for name in found for _ in range(1 if name in SLOW else 20)]
    for _ in range(count):
        name = hostile.chance.choice(often)
        kinds = get_type_hints(found[name])
        said = {
            arg: hostile.of(arg, kinds.get(arg))
            for arg, one in inspect.signature(found[name]).parameters.items()
            if arg not in {"room", "by", "at"}
            and one.kind is not inspect.Parameter.VAR_KEYWORD
            and (one.default is inspect.Parameter.empty or hostile.chance.random() < 0.4)
        }
        fixed = {"by": "uji", "at": datetime.now(UTC)}
        wanted = inspect.signature(found[name]).parameters
        try:
            found[name](room, **said, **{k: v for k, v in fixed.items() if k in wanted})
            tally.ended["forms: done"] += 1
        except DispatchError:
            tally.ended["forms: refused"] += 1
        except Exception:  # what a page would show as a number instead of a sentence
            tally.ended["forms: broken"] += 1
            tally.broke(f"{name} {ascii(said)[:300]}", traceback.format_exc())


def _can_be_called(one: Callable[..., Any]) -> bool:
    """Whether all that it asks is words, numbers, times and lists of them."""
    plain = ("str", "int", "float", "bool", "datetime", "Collection", "Mapping", "Iterable")
    try:
        kinds = get_type_hints(one)
    except NameError:  # names only a type checker sees
        return False
    asked = [
        (arg, str(kinds.get(arg)))
        for arg, said in inspect.signature(one).parameters.items()
        if arg not in {"room", "by", "at"} and said.kind is not inspect.Parameter.VAR_KEYWORD
    ]
    ours = "dispatch." in "".join(kind for _, kind in asked) or "geo." in str(asked)
    return not ours and all(any(word in kind for word in plain) for _, kind in asked)


@contextmanager
def served(room: Room) -> Iterator[httpx.Client]:
    """Serve the room over HTTP with a key that may do everything; no limit on how often."""
    api.WRONG_BURST = 10**9
    open_to_all = Room(replace(room.settings, api_rate=10**6), room.store, room.ground)
    config = uvicorn.Config(make_api(open_to_all), port=0, log_level="warning", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    key = desk.add_key(room, "hostile", [*Role], by="uji", at=datetime.now(UTC))
    port = server.servers[0].sockets[0].getsockname()[1]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        client.headers["Authorization"] = f"Bearer {key}"
        yield client
    server.should_exit = True
    thread.join()


def over_http(room: Room, hostile: Hostile, count: int, tally: Tally) -> None:
    """Ask every route for what it cannot give."""
    bodies: dict[str, tuple[str, ...]] = {
        "/calls": ("text", "type", "lon", "lat", "radius_m", "severity", "note", "phone",
                   "caller_name", "answers", "x"),
        "/units/{}/fix": ("lon", "lat", "at"),
        "/units/{}/duty": ("status", "note"),
        "/assignments/{}/status": ("status",),
    }  # fmt: skip
    reading = ["/incidents", "/incidents/closed", "/incidents/{}", "/incidents/{}/cap", "/units"]
    paths = [*bodies, *bodies, "/calls", "/calls", *reading, "/health", "/openapi.json", "/{}"]
    with served(room) as client:
        for _ in range(count):
            path = hostile.chance.choice(paths)
            if path == "/health" and hostile.chance.random() < 0.95:
                path = "/calls"
            method = "POST" if path in bodies else "GET"
            if hostile.chance.random() < 0.05:
                method = hostile.chance.choice(["GET", "PUT", "DELETE", "x"])
            answer = _ask(client, method, path, bodies.get(path, ()), hostile)
            if isinstance(answer, str):
                tally.ended[f"api: {answer}"] += 1
                continue
            tally.ended[f"api: {answer.status_code}"] += 1
            if answer.status_code >= 500:
                tally.broke(f"{method} {path}", f"{answer.status_code} {answer.text}")


def _ask(
    client: httpx.Client, method: str, path: str, names: tuple[str, ...], hostile: Hostile
) -> httpx.Response | str:
    kinds = {"lon": float, "lat": float, "radius_m": float, "answers": "Mapping[str, str]"}
    body: Any = {one: hostile.good[one][0] for one in names if one in hostile.good}
    often = hostile.chance.choice([0.1, 0.5])
    for one in names:
        if hostile.chance.random() < often:
            body[one] = hostile.of(one, kinds.get(one, str))
    if hostile.chance.random() < 0.2:
        body = hostile.anything()
    sent = json.dumps(body, ensure_ascii=hostile.chance.random() < 0.5, default=str).encode(
        "utf-8", "surrogatepass"
    )
    if hostile.chance.random() < 0.05:
        sent = hostile.chance.randbytes(hostile.chance.randrange(200))
    subject = hostile.of("call_sign" if "units" in path else "incident_id", object)
    place = str(subject)[:3_000].encode("utf-8", "surrogatepass")
    filled = path.replace("{}", "".join(f"%{one:02X}" for one in place))
    if hostile.chance.random() < 0.1:
        filled += "?limit=" + "".join(f"%{one:02X}" for one in str(hostile.number()).encode())
    kind = hostile.chance.choice(["application/json"] * 9 + ["text/xml", "x"])
    try:
        return client.request(method, filled, content=sent, headers={"Content-Type": kind})
    except httpx.InvalidURL:
        return "no address"
    except httpx.RemoteProtocolError:
        return "cut off"


def in_batch(command: str, lines: list[bytes], env: Mapping[str, str], tally: Tally) -> None:
    """Give lines to a command that takes many, as a program of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "dispatch", *command.split(), "--batch"],
        input=b"\n".join(lines) + b"\n",
        capture_output=True,
        env={**os.environ, **env},
        check=False,
    )
    tally.ended[f"{command.split(maxsplit=1)[0]}: lines"] += len(lines)
    if b"Traceback" in done.stderr + done.stdout or done.returncode not in {0, 1, 2}:
        tally.broke(command, done.stderr[-1_500:])


def commands(hostile: Hostile, count: int, env: Mapping[str, str], tally: Tally) -> None:
    """Say to single commands what they cannot use; a few as programs of their own."""
    folder = Path(tempfile.mkdtemp())
    words: list[Callable[[], list[str]]] = [
        lambda: ["locate", hostile.text()],
        lambda: ["locate", "--json", hostile.text()],
        lambda: ["recommend", "--at", _at(hostile), "--type", str(hostile.of("type", str))],
        lambda: ["recommend", "--at", "128.2,-3.7", "--type", "medical", "--units", _file()],
        lambda: ["recommend", "--at", "128.2,-3.7", "--type", "medical", "--closures", _file()],
        lambda: ["fix", hostile.text(), _at(hostile)],
        lambda: ["explain", str(hostile.number())],
        lambda: ["closures", "add", _file()],
        lambda: ["closures", "remove", hostile.text()],
        lambda: ["keys", "add", hostile.text(), "--role", str(hostile.of("roles", str))],
        lambda: ["webhooks", "add", hostile.text()],
        lambda: ["export", str(folder / "x.csv"), "--from", hostile.text()],
        lambda: ["report", "--month", hostile.text(), "--out", str(folder)],
        lambda: ["verify-log", "--head", hostile.text()],
        lambda: ["erase-callers", "--older-than", str(hostile.number()), "--dry-run"],
        lambda: ["evaluate-locate", _file()],
        lambda: [hostile.text(), hostile.text()],
    ]

    def _file() -> str:
        file = folder / "x.json"
        said = hostile.anything()
        if hostile.chance.random() < 0.5:
            said = {"type": "Feature", "geometry": hostile.geometry(), "properties": said}
        file.write_bytes(json.dumps(said, default=str).encode("utf-8", "surrogatepass"))
        if hostile.chance.random() < 0.3:
            head = b"call_sign,agency,profile,capabilities,lon,lat,place_text,kelurahan_code\n"
            cells = ",".join(hostile.text()[:500] for _ in range(8)) + "\n"
            file.write_bytes(head + cells.encode("utf-8", "surrogatepass"))
        return str(file)

    for number in range(count):
        said = [one.replace("\0", "") if number % 50 == 0 else one
                for one in hostile.chance.choice(words)()]  # fmt: skip
        if number % max(50, count // PROCESSES) == 0:
            _program(said, env, tally)
            continue
        done = CliRunner(env=dict(env)).invoke(app, said)
        tally.ended[f"commands: exit {done.exit_code}"] += 1
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            told = "".join(traceback.format_exception(done.exception))
            tally.broke(f"{ascii(said)[:300]}", told)
        elif done.exit_code not in {0, 1, 2}:
            tally.broke(f"{ascii(said)[:300]}", done.output)


def _program(said: list[str], env: Mapping[str, str], tally: Tally) -> None:
    words = [os.fsencode(one.encode("utf-8", "surrogatepass"))[:100_000] for one in said]
    done = subprocess.run(
        [sys.executable, "-m", "dispatch", *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={**os.environ, **env},
        check=False,
    )
    tally.ended[f"programs: exit {done.returncode}"] += 1
    if b"Traceback" in done.stderr or done.returncode not in {0, 1, 2}:
        tally.broke(f"{ascii(said)[:300]}", done.stderr.decode(errors="replace"))


def _at(hostile: Hostile) -> str:
    return f"{hostile.number()},{hostile.number()}" if hostile.chance.random() < 0.7 else (
        hostile.text())  # fmt: skip


def lines_for(command: str, hostile: Hostile, count: int) -> list[bytes]:
    """Return lines for a batch: words, objects, and bytes that are no text."""
    made = []
    for _ in range(count):
        said = hostile.text()
        if command == "recommend":
            said = json.dumps(
                {"at": hostile.anything(1), "type": hostile.of("type", str), "x": hostile.text()}
                if hostile.chance.random() < 0.7
                else hostile.anything()
            )
        line = said.encode("utf-8", "surrogatepass")
        if hostile.chance.random() < 0.05:
            line += hostile.chance.randbytes(20)
        made.append(line.replace(b"\n", b" ").replace(b"\r", b" "))
    return made


def keeps_its_word(room: Room, tally: Tally) -> None:
    """After all that the room can be read, written to files, and its record is whole."""
    at = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder:
        extract = gather(room, Choice(at - timedelta(days=1)), at=at)
        for how in Format:
            write(extract, Path(folder) / f"x.{how}", how, cap.sending(room.settings))
    desk.open_incidents(room)
    with room.store.reading() as tx:
        if found := events.breaks(tx, None):
            tally.broke("record", found)


def drive(room: Room, count: int, seed: int = 112) -> Tally:
    """Drive so many bad inputs at a room; returns what became of them."""
    tally, hostile = Tally(), Hostile(seed).learn(room)
    env = {
        "AMBON112_DATABASE_URL": room.settings.database_url or "",
        "AMBON112_STATE_DIR": str(room.settings.state_dir),
    }
    watch = Watch(tally)
    logging.getLogger().addHandler(watch)
    logging.getLogger("uvicorn.error").addHandler(watch)
    share = {name: max(1, count * part // 100) for name, part in SHARES.items()}
    try:
        forms(room, hostile, share["forms"], tally)
        over_http(room, hostile, share["api"], tally)
        for name, whole in (("locate", "locate --json"), ("recommend", "recommend --json")):
            in_batch(whole, lines_for(name, hostile, share[name]), env, tally)
        commands(hostile, share["commands"], env, tally)
        keeps_its_word(room, tally)
    finally:
        logging.getLogger().removeHandler(watch)
        logging.getLogger("uvicorn.error").removeHandler(watch)
    return tally


def main() -> int:
    """Drive them at a room of its own, on the embedded server."""
    count = int(os.environ.get("AMBON112_HOSTILE", "100000"))
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        room = open_room(load_settings({"AMBON112_STATE_DIR": folder}))
        try:
            tally = drive(room, count, int(os.environ.get("AMBON112_HOSTILE_SEED", "112")))
        finally:
            room.close()
    for ended, many in sorted(tally.ended.items()):
        print(f"{many:>8,}  {ended}")
    print(f"{tally.inputs:>8,}  inputs in {time.monotonic() - began:.0f} s")
    print(f"{len(tally.broken):>8,}  broken")
    for last, many in Counter(one.strip().splitlines()[-1] for one in tally.broken).items():
        print(f"{many:>8,}  {last[:200]}")
    for one in tally.broken[:20]:
        print(f"\n{one}")
    return 1 if tally.broken else 0


if __name__ == "__main__":
    sys.exit(main())
