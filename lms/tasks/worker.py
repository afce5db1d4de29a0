"""The worker: takes one task after another, holds it while it runs, and survives everything that a task does."""

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, sleep

from django.db import DatabaseError, close_old_connections
from django.tasks import Task
from django.utils.module_loading import import_string
from pymongo.errors import PyMongoError

from lms import heartbeat
from lms.logs import working
from lms.models import QueuedTask
from lms.tasks import queue
from lms.tasks.mailing import SentPerhaps, running

logger = logging.getLogger("lms.tasks")

IDLE_SECONDS = 1.0
"""How long a worker waits before it looks again. In its own process, `wake` ends this early."""

MAX_SECONDS = 600
"""How long a task may run."""

OUTAGE_SECONDS = 60
"""For how long a worker repeats what it has to write about a task while MongoDB is unavailable."""

wake = threading.Event()


class TooLong(Exception):
    """A task ran longer than it may."""


class Worker:
    """One thread that runs tasks until `stop` is called; the task that runs then is finished."""

    def __init__(self) -> None:
        self._stopping = threading.Event()

    def stop(self, *_: object) -> None:
        self._stopping.set()
        wake.set()

    def run(self) -> None:
        """Run tasks until `stop`."""
        while not self._stopping.is_set():
            heartbeat.beat("worker")
            try:
                worked = run_next()
            except (DatabaseError, PyMongoError) as error:
                logger.warning("MongoDB is unavailable to the worker: %s", error)
                worked = False
            if not worked:
                wake.wait(IDLE_SECONDS)
                wake.clear()


def start_thread() -> None:
    """Run tasks in this process, beside its requests."""
    threading.Thread(target=Worker().run, name="worker", daemon=True).start()


def run_next() -> bool:
    """Run the next task that is due; return whether there was one."""
    row = queue.take()
    if row is None:
        return False
    token = running.set(row)
    try:
        with working(row.request_id.strip("-")):
            _run(row)
    finally:
        running.reset(token)
        close_old_connections()
    return True


def _run(row: QueuedTask) -> None:
    """Run a task that is held, and write how it ended."""
    try:
        with _held(row), _deadline():
            _call(row)
    except Exception as error:
        logger.warning("%s failed", row.name, exc_info=error)
        if isinstance(error, SentPerhaps):
            row.errors = len(queue.PAUSES)  # no further try of its own
        failure = error
        _insist(lambda: queue.fail(row, failure))
    else:
        _insist(lambda: queue.finish(row))


def _call(row: QueuedTask) -> None:
    """Call the task, unless its mail is sent: another call would replace the link in it.

    Raises `TypeError` if the name is not one of a task.
    """
    if row.is_mailed:
        return
    task = import_string(row.name)
    if not isinstance(task, Task):
        raise TypeError(f"{row.name} is not a task.")
    task.call(*row.arguments["args"], **row.arguments["kwargs"])


@contextmanager
def _held(row: QueuedTask) -> Iterator[None]:
    """Renew the lease of a task while it runs, for little longer than it may."""
    ended = threading.Event()

    def hold() -> None:
        until = monotonic() + MAX_SECONDS + 30
        while not ended.wait(queue.LEASE.total_seconds() / 4) and monotonic() < until:
            heartbeat.beat("worker")
            try:
                queue.renew(row)
            except (DatabaseError, PyMongoError) as error:
                logger.warning("A lease could not be renewed: %s", error)

    thread = threading.Thread(target=hold, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextmanager
def _deadline() -> Iterator[None]:
    """Raise `TooLong` in the main thread after MAX_SECONDS; other threads have no such signal."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(*_: object) -> None:
        raise TooLong(f"The task ran longer than {MAX_SECONDS} seconds.")

    previous = signal.signal(signal.SIGALRM, interrupt)
    signal.alarm(MAX_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)


def _insist(write: Callable[[], None]) -> None:
    """Write how a task ended, again while MongoDB is unavailable: or the task would be repeated."""
    until = monotonic() + OUTAGE_SECONDS
    while True:
        try:
            write()
            return
        except (DatabaseError, PyMongoError):
            if monotonic() > until:
                raise
            sleep(0.5)
