"""Turns: work that takes much memory or a whole processor is done by a few at once, and the others wait."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from lms.exceptions import ServiceUnavailable

MAX_WAIT = 10
"""How many seconds a request waits for its turn."""


class Turns:
    """At most `at_once` requests have their turn, at most `places` have it or wait, and all others are refused.

    Each of them holds a thread of the server. So `places` is less than `--threads` of `lms.server`: the rest stays for
    requests that need no turn.
    """

    def __init__(self, at_once: int, *, places: int, refusal: type[ServiceUnavailable]) -> None:
        self.refusal = refusal
        self._turns, self._places = BoundedSemaphore(at_once), BoundedSemaphore(places)

    @contextmanager
    def take(self) -> Iterator[None]:
        """Wait for a turn. Raises `refusal` if no place is free, or after `MAX_WAIT`."""
        with self._hold(self._places, seconds=0), self._hold(self._turns, seconds=MAX_WAIT):
            yield

    @contextmanager
    def _hold(self, semaphore: BoundedSemaphore, *, seconds: float) -> Iterator[None]:
        if not semaphore.acquire(timeout=seconds):
            raise self.refusal
        try:
            yield
        finally:
            semaphore.release()
