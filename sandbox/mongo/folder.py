"""A server's data folder: the database file, who serves it, who uses it.

Locks are `flock`s, which the kernel gives back however a process ends:

- `mongo.lock`: held alone by the server, so that two never open one database;
- `mongo.users`: shared by every process that uses the server;
- `mongo.start`: held alone while a user looks for the server or starts it, and by the server while it leaves.
"""

import asyncio
import fcntl
import json
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self

LOOK_SECONDS = 0.25
GRACE_SECONDS = 1.0
# The exit status of a server that finds another one at its data.
DATA_IN_USE = 75


class DataInUse(Exception):
    """Another server has the data folder."""


def lock(path: Path, kind: int) -> int | None:
    """Lock a file and return its descriptor, or None if `kind` has LOCK_NB and another process is in the way."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, kind)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def wait_for_lock(path: Path, kind: int) -> int:
    """Lock a file, waiting for other processes, and return its descriptor."""
    descriptor = lock(path, kind)
    assert descriptor is not None
    return descriptor


class DataFolder:
    """The server's side of a data folder."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.database = self.path / "mongo.sqlite3"

    def __enter__(self) -> Self:
        """Take the folder for this process; raise DataInUse if another server has it."""
        self.path.mkdir(parents=True, exist_ok=True)
        self._held = [lock(self.path / "mongo.lock", fcntl.LOCK_EX | fcntl.LOCK_NB)]
        if self._held == [None]:
            raise DataInUse(f"Another server has the data in {self.path}.")
        (self.path / "mongo.json").unlink(missing_ok=True)  # of a server that was killed
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Withdraw the announcement; the locks go with the process."""
        (self.path / "mongo.json").unlink(missing_ok=True)

    def announce(self, uri: str) -> None:
        """Tell users where the server is."""
        draft = self.path / "mongo.json.draft"
        draft.write_text(json.dumps({"pid": os.getpid(), "uri": uri}) + "\n")
        draft.replace(self.path / "mongo.json")

    async def until_unused(self) -> None:
        """Return when nobody uses the server any more, with the locks that keep new users waiting till it has gone."""
        last_used = time.monotonic()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if not self._unused():
                last_used = time.monotonic()
            elif time.monotonic() - last_used >= GRACE_SECONDS and self._may_leave():
                return

    def _unused(self) -> bool:
        users = lock(self.path / "mongo.users", fcntl.LOCK_EX | fcntl.LOCK_NB)
        if users is None:
            return False
        os.close(users)
        return True

    def _may_leave(self) -> bool:
        # A user takes the start lock first and its users lock under it: who has the start lock and sees no users
        # is alone, and keeps it until the process ends so that the next user starts a server and is not given this one.
        start = lock(self.path / "mongo.start", fcntl.LOCK_EX | fcntl.LOCK_NB)
        if start is None:
            return False
        if not self._unused():
            os.close(start)
            return False
        self._held.append(start)
        return True
