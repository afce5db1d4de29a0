"""Crashes and pauses of one action, at points that are counted in database commands.

Point 1 is before the first command of the action, 2 after it, 3 before the second, and so on. What a crashed action has
written stays; its open transaction is undone, as MongoDB does when a client disappears. Python unwinds the stack where a
killed process would not, so every later command of a crashed action crashes too. A paused action goes on with what it
read before the pause.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lms.mongodb import connection


class Crash(BaseException):
    """The process has died. Code that catches `Exception` does not catch this."""


@dataclass
class CrashPlan:
    """Where one action crashes (None: nowhere), and how many seconds it pauses before each transaction."""

    point: int | None = None
    pause_seconds: float = 0
    commands: int = 0
    pauses: int = 0
    crashed_at: str = ""
    """The command before or after which the action crashed; empty if it did not."""

    @property
    def has_crashed(self) -> bool:
        return bool(self.crashed_at)

    def reach(self, point: int, place: str) -> None:
        """Raise `Crash` at the planned point."""
        if point == self.point:
            self.crashed_at = place
            raise Crash


_thread = threading.local()


def _plan() -> CrashPlan | None:
    return getattr(_thread, "plan", None)


def run_command(label: str, command: Callable[[], Any]) -> Any:
    """Run a database command of the thread's action; raise `Crash` before or after it if planned."""
    plan = _plan()
    if plan is None:
        return command()
    if plan.has_crashed:
        raise Crash
    plan.commands += 1
    plan.reach(2 * plan.commands - 1, f"before {label}")
    answer = command()
    plan.reach(2 * plan.commands, f"after {label}")
    return answer


def before_transaction() -> None:
    """Pause the thread's action if planned."""
    plan = _plan()
    if plan and plan.pause_seconds:
        plan.pauses += 1
        time.sleep(plan.pause_seconds)


def run(action: Callable[[], Any], plan: CrashPlan) -> Any:
    """Run an action as if in a process of its own; return its answer, or None if it crashed."""
    _thread.plan = plan
    answer = None
    try:
        answer = action()
    except Crash:
        pass
    finally:
        _thread.plan = None
    if plan.has_crashed:  # also if something caught the crash on its way
        answer = None
        _reset_connection()
    return answer


def _reset_connection() -> None:
    """Bring the thread's connection to the state of a new process."""
    if connection.session:
        if connection.session.in_transaction:
            connection.session.abort_transaction()
        connection._end_session()
    connection.in_atomic_block_mongo = False
    connection.nested_atomics = 0
    connection.run_on_commit = []
