"""How often other programs may ask, and what every answer says to browsers."""

import time
from collections.abc import Callable, Hashable

MOST_KNOWN = 10_000  # names remembered at once
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Of every answer: it is for the program that asked, no page, and nobody keeps it."""


class TooOften(Exception):
    """One request too many; `wait_s` until the next."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(wait_s)
        self.wait_s = wait_s


class Limit:
    """
    So many requests a second on average for each name, and some more at once.

    Parameters
    ----------
    per_s, burst
        How many a second, and how many may come together after a pause.
    clock
        Seconds that only ever rise.
    """

    def __init__(
        self, per_s: float, burst: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._each_s, self._burst, self._clock = 1 / per_s, burst, clock
        self._paid_until: dict[Hashable, float] = {}

    def wait_s(self, name: Hashable) -> float:
        """Count a request and return 0; when it is one too many, the seconds to wait instead."""
        over_s = self._over_s(name)
        if not over_s:
            now = self._clock()
            self._paid_until[name] = max(self._paid_until.get(name, 0.0), now) + self._each_s
            if len(self._paid_until) > MOST_KNOWN:
                self._forget(now)
        return over_s

    def check(self, name: Hashable) -> None:
        """Raise TooOften where a request would be one too many; counts nothing."""
        if over_s := self._over_s(name):
            raise TooOften(over_s)

    def _over_s(self, name: Hashable) -> float:
        ahead_s = self._paid_until.get(name, 0.0) - self._clock()
        return max(0.0, ahead_s - (self._burst - 1) * self._each_s)

    def _forget(self, now: float) -> None:
        """Forget who has nothing to wait for; everybody when there are too many others."""
        kept = {name: until for name, until in self._paid_until.items() if until > now}
        self._paid_until = kept if len(kept) <= MOST_KNOWN / 2 else {}
