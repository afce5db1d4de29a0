"""Processes that die before or after the n-th database command of what they do, or sleep before a transaction.

What a dead one has sent to the database stays, an open transaction is undone, as the server does when its client is
gone. Python unwinds the stack where a killed process would not, so that its further commands are refused too. One that
sleeps goes on with what it learned before.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connections


class Crash(BaseException):
    """The process is no more. Nothing that catches `Exception` sees this."""


@dataclass
class Fuse:
    """When to die: point 1 is before the first command, 2 after it, 3 before the second; None is never.

    One with `seconds` sleeps so long before each transaction: between what it has learned and what it does.
    """

    point: int | None = None
    seconds: float = 0
    passed: int = 0
    naps: int = 0
    place: str = ""

    @property
    def is_dead(self) -> bool:
        return bool(self.place)

    def reach(self, point: int, place: str) -> None:
        if point == self.point:
            self.place = place
            raise Crash


_thread = threading.local()


def pass_by(label: str, command: Callable[[], Any]) -> Any:
    """Carry a database command out unless, or until, the process dies."""
    fuse: Fuse | None = getattr(_thread, "fuse", None)
    if fuse is None:
        return command()
    if fuse.is_dead:
        raise Crash
    fuse.passed += 1
    fuse.reach(2 * fuse.passed - 1, f"before {label}")
    answer = command()
    fuse.reach(2 * fuse.passed, f"after {label}")
    return answer


def begin() -> None:
    """Let a sleepy process sleep before its transaction."""
    fuse: Fuse | None = getattr(_thread, "fuse", None)
    if fuse and fuse.seconds:
        fuse.naps += 1
        time.sleep(fuse.seconds)


def run(act: Callable[[], Any], fuse: Fuse) -> Any:
    """Do something in a process of its own, as it were; its answer is None if it died."""
    _thread.fuse = fuse
    answer = None
    try:
        answer = act()
    except Crash:
        pass
    finally:
        _thread.fuse = None
    if fuse.is_dead:  # also when something caught the crash on its way
        answer = None
        _start_anew()
    return answer


def _start_anew() -> None:
    """Give the thread the connection of a fresh process."""
    connection = connections["default"]
    if connection.session:
        if connection.session.in_transaction:
            connection.session.abort_transaction()
        connection._end_session()
    connection.in_atomic_block_mongo = False
    connection.nested_atomics = 0
    connection.run_on_commit = []
