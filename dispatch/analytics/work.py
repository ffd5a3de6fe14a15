"""Long work beside the page: it can be waited for, looked at, and stopped."""

import os
import pickle
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Generic, ParamSpec, TypeVar

from dispatch.errors import DispatchError

P = ParamSpec("P")
T = TypeVar("T")
ROOT = Path(__file__).parents[2]


class WorkFailed(RuntimeError):
    """The process ended without an answer; the message is what it said last."""


class Work(Generic[T]):
    """
    A function at work in another process; it and its arguments must be picklable.

    A solver that this process starts in turn is stopped with it.
    """

    within_s: float | None = None
    memory = 0  # bytes it may take; 0 for all there is

    def __init__(self, doing: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> None:
        # Not multiprocessing: that would run the page's script again in the new process.
        self._process = subprocess.Popen(  # noqa: S603 - our own program, no words of people
            [sys.executable, "-m", __name__, str(self.memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            start_new_session=True,
        )
        self._said = b""
        self._began = time.monotonic()
        self._waiting = threading.Thread(
            target=self._talk, args=(pickle.dumps((doing, args, kwargs)),), daemon=True
        )
        self._waiting.start()

    @property
    def running(self) -> bool:
        """Whether there is no answer yet."""
        return self._waiting.is_alive()

    @property
    def elapsed_s(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self._began

    def result(self) -> T:
        """
        Wait for the answer and return it.

        Raises
        ------
        WorkFailed
            It ended without one, stopped or broken.
        DispatchError
            What was asked for was refused.
        """
        self._waiting.join()
        if not self._said:
            raise WorkFailed("stopped")
        done, said = pickle.loads(self._said)  # noqa: S301 - written by our own process
        if isinstance(said, DispatchError):
            raise said
        if not done:
            raise WorkFailed(said)
        answer: T = said
        return answer

    def stop(self) -> None:
        """End it and whatever it started; nothing happens when it has ended."""
        if self.running:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._waiting.join()

    def _talk(self, asked: bytes) -> None:
        with suppress(BrokenPipeError):
            try:
                self._said, _ = self._process.communicate(asked, self.within_s)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.communicate()


class Careful(Work[T]):
    """
    Work on what comes from outside: what takes too much time or memory is refused.

    Parameters
    ----------
    refusal
        How that, or anything else that breaks, is said.
    """

    within_s = 20.0
    memory = 3 * 1024**3

    def __init__(
        self,
        refusal: DispatchError,
        doing: Callable[P, T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        super().__init__(doing, *args, **kwargs)
        self._refusal = refusal

    def result(self) -> T:
        """Wait for the answer and return it; a refusal when there is none."""
        try:
            return super().result()
        except WorkFailed as failed:
            raise self._refusal from failed


class Job(Generic[T]):
    """
    A function at work in another thread, for what cannot leave this process.

    It is called with the keyword `progress`, to be told the part that is done (0 to 1); that call
    is also where it ends after `stop`.
    """

    def __init__(self, doing: Callable[..., T], *args: Any, **kwargs: Any) -> None:
        self.part = 0.0
        self._stopped = False
        self._answer: T | None = None
        self._error: Exception | None = None
        self._began = time.monotonic()
        self._thread = threading.Thread(
            target=self._run, args=(doing, args, kwargs), name="planner-job", daemon=True
        )
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether it is still at work."""
        return self._thread.is_alive()

    @property
    def elapsed_s(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self._began

    def result(self) -> T:
        """Wait for the answer; WorkFailed when it was stopped, else what it raised."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        answer: T = self._answer  # type: ignore[assignment]
        return answer

    def stop(self) -> None:
        """Have it end when it next tells its progress."""
        self._stopped = True

    def _run(self, doing: Callable[..., T], args: Any, kwargs: Any) -> None:
        try:
            self._answer = doing(*args, **kwargs, progress=self._progress)
        except Exception as error:  # told to whoever waits
            self._error = error

    def _progress(self, part: float) -> None:
        self.part = part
        if self._stopped:
            raise WorkFailed("stopped")


def _do() -> None:
    """Do what is asked on standard input; the answer alone goes to standard output."""
    with os.fdopen(os.dup(1), "wb") as answer:
        os.dup2(2, 1)  # what a solver prints is no answer
        if memory := int(sys.argv[1]):
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        doing, args, kwargs = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own pages ask
        said: tuple[bool, Any]
        try:
            said = (True, doing(*args, **kwargs))
        except DispatchError as refusal:
            said = (False, refusal)
        except Exception as error:  # told to whoever waits
            said = (False, f"{type(error).__name__}: {error}")
        answer.write(pickle.dumps(said))


if __name__ == "__main__":
    _do()
