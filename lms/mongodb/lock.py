"""A lock in the database: one process at a time, and another one if the holder died."""

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import sleep
from uuid import uuid4

from django.utils import timezone
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError, PyMongoError

from lms.mongodb.base import DatabaseWrapper

log = logging.getLogger(__name__)

COLLECTION = "lms_lock"
LEASE = timedelta(seconds=60)
"""How long a lock is held without renewing. The lock of a process that was killed is free after this."""


@contextmanager
def held(
    connection: DatabaseWrapper, name: str, *, on_wait: Callable[[str], object]
) -> Iterator[None]:
    """Hold the lock of a name; wait for it if another process does, and call `on_wait` once with that one's name."""
    locks = connection.get_collection(COLLECTION)
    token = uuid4().hex
    is_waiting = False
    while not _take(locks, name, token):
        if not is_waiting:
            is_waiting = True
            on_wait((locks.find_one({"_id": name}) or {}).get("by", "?"))
        sleep(0.2)
    ended = threading.Event()
    thread = threading.Thread(target=_renew, args=(locks, name, token, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        locks.delete_one({"_id": name, "token": token})


def _take(locks: Collection, name: str, token: str) -> bool:
    now = timezone.now()
    by = f"process {os.getpid()} of {socket.gethostname()}"
    try:
        locks.update_one(
            {"_id": name, "until": {"$lt": now}},
            {"$set": {"token": token, "by": by, "until": now + LEASE}},
            upsert=True,
        )
    except DuplicateKeyError:  # it is there, and held: the upsert tried to insert it again
        return False
    return True


def _renew(locks: Collection, name: str, token: str, ended: threading.Event) -> None:
    while not ended.wait(LEASE.total_seconds() / 4):
        try:
            locks.update_one(
                {"_id": name, "token": token}, {"$set": {"until": timezone.now() + LEASE}}
            )
        except PyMongoError as error:
            log.warning("The lock %s could not be renewed: %s", name, error)
