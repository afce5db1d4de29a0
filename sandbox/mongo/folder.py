"""The data folder of a server: the database file, and the locks of the server and its users.

Locks are `flock`s: the kernel releases them however a process ends.

- `mongo.lock`: exclusive, held by the server, so that two never open one database;
- `mongo.users`: shared, held by every process that uses the server;
- `mongo.start`: exclusive, held by a user who looks for the server or starts it, and by a server that ends.
"""

import asyncio
import fcntl
import json
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self

GRACE_SECONDS = 1.0
"""How long a server stays after its last user."""
# The exit status if another server has the data.
DATA_IN_USE = 75


class DataInUse(Exception):
    """Another server has the data folder."""


def lock(path: Path, kind: int) -> int | None:
    """Lock a file and return its descriptor, or None if `kind` has LOCK_NB and another process has the lock."""
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
        (self.path / "mongo.json").unlink(missing_ok=True)  # left by a server that was killed
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Withdraw the announcement; the locks end with the process."""
        (self.path / "mongo.json").unlink(missing_ok=True)

    def announce(self, uri: str) -> None:
        """Publish the URI of the server."""
        draft = self.path / "mongo.json.draft"
        draft.write_text(json.dumps({"pid": os.getpid(), "uri": uri}) + "\n")
        draft.replace(self.path / "mongo.json")

    async def until_unused(self, grace_seconds: float = GRACE_SECONDS) -> None:
        """Return when nobody has used the server for `grace_seconds`, with new users locked out until the process ends."""
        last_used = time.monotonic()
        while True:
            await asyncio.sleep(grace_seconds / 4)
            if not self._is_unused():
                last_used = time.monotonic()
            elif time.monotonic() - last_used >= grace_seconds and self._lock_users_out():
                return

    def _is_unused(self) -> bool:
        users = lock(self.path / "mongo.users", fcntl.LOCK_EX | fcntl.LOCK_NB)
        if users is None:
            return False
        os.close(users)
        return True

    def _lock_users_out(self) -> bool:
        # A user takes the start lock first and holds it while it takes the users lock. So a server that has the start
        # lock and sees no users has none; it keeps the lock until its end, and the next user starts a new server.
        start = lock(self.path / "mongo.start", fcntl.LOCK_EX | fcntl.LOCK_NB)
        if start is None:
            return False
        if not self._is_unused():
            os.close(start)
            return False
        self._held.append(start)
        return True
