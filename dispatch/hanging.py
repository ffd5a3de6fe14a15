"""Leaves a connection whose other end answers a byte now and then, and never all of it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from socket import SHUT_RDWR
from threading import Event, Timer


@contextmanager
def left_after(seconds: float, connection: HTTPConnection) -> Iterator[None]:
    """
    End a connection that still waits when so much time has passed.

    Raises
    ------
    TimeoutError
        It was ended: what was read until then may look whole, and is not.
    """
    ended = Event()
    patience = Timer(seconds, _hang_up, [connection, ended])
    patience.daemon = True
    patience.start()
    try:
        yield
    finally:
        patience.cancel()
    if ended.is_set():
        raise TimeoutError(f"no whole answer in {seconds:g} s")


def _hang_up(connection: HTTPConnection, ended: Event) -> None:
    ended.set()
    line = connection.sock
    if line is not None:
        with suppress(OSError):  # it has just ended by itself
            line.shutdown(SHUT_RDWR)
