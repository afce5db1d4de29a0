"""Log records with the id and the person of the request, task or command that they belong to. Loaded before Django's apps."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any

from django.utils.functional import LazyObject
from pythonjsonlogger.orjson import OrjsonFormatter

# What no line shows is not looked up. https://docs.python.org/3/howto/logging.html#optimization
logging.logThreads = logging.logProcesses = False
logging.logMultiprocessing = logging.logAsyncioTasks = False  # type: ignore[attr-defined]  # not in the stubs

ADDRESS = re.compile(r"[^\s\"'<>=:;,(){}\[\]@]{1,64}@[\w-]{1,63}(\.[\w-]{1,63})+")
"""An e-mail address, as the text of an error can hold one: MongoDB names the value of a duplicate key."""


@dataclass
class Work:
    """One request, task or command: its id, what it asked of the database, and the request if it is one."""

    id: str = "-"
    request: Any = None
    commands: int = 0
    seconds: float = 0.0

    @property
    def user_id(self) -> str:
        """The id of the person, or "" before somebody is known. It asks the database nothing."""
        attributes = getattr(self.request, "__dict__", {})
        user = attributes.get("user")
        if isinstance(user, LazyObject):  # of Django's sessions: known once a view has asked
            user = attributes.get("_cached_user")
        return str(getattr(user, "pk", None) or "")


_work: ContextVar[Work] = ContextVar("work", default=Work())  # noqa: B039 (never changed: `working` sets its own)


def current() -> Work:
    """Return what this thread works on."""
    return _work.get()


@contextmanager
def working(id_: str = "", request: Any = None) -> Iterator[Work]:
    """Work on something with this id, or a new one, until the block ends."""
    token = _work.set(Work(id_ or token_hex(16), request))
    try:
        yield _work.get()
    finally:
        _work.reset(token)


def count_command(seconds: float) -> None:
    """Add a command that the database has answered."""
    work = current()
    if work.id != "-":
        work.commands += 1
        work.seconds += seconds


def without_addresses(text: str) -> str:
    """Return a text whose e-mail addresses are replaced."""
    return ADDRESS.sub("[address]", text) if "@" in text else text


class WorkFilter(logging.Filter):
    """Puts the id of the work on each record, and the person's if there is one."""

    def filter(self, record: logging.LogRecord) -> bool:
        work = current()
        record.request_id = work.id
        if user_id := work.user_id:
            record.user = user_id
        return True


class Formatter(logging.Formatter):
    """Lines for people, with the time of day in UTC."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    def format(self, record: logging.LogRecord) -> str:
        return without_addresses(super().format(record))


class JSONLines(Formatter, OrjsonFormatter):
    """One JSON object a line."""
