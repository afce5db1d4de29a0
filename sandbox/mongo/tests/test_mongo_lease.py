"""The embedded MongoDB of a folder, found, started and left by many processes."""

import fcntl
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import pymongo
import pytest
from pymongo.errors import DuplicateKeyError

from sandbox.mongo import lease
from sandbox.mongo.folder import lock
from sandbox.mongo.lease import ensure, release
from sandbox.mongo.tests.process import answers, is_dead, python
from sandbox.waiting import happens, wait_until

GRACE_SECONDS = 0.2

USER = f"""
import sys
from pathlib import Path
from sandbox.mongo.lease import ensure
print(ensure(Path(sys.argv[1]), grace_seconds={GRACE_SECONDS}), flush=True)
sys.stdin.read()
"""

SERVER_ABOUT_TO_END = """
import asyncio, sys
from pathlib import Path
from sandbox.mongo.folder import DataFolder
with DataFolder(Path(sys.argv[1])) as folder:
    folder.announce("mongodb://127.0.0.1:1/")
    asyncio.run(folder.until_unused(0.02))
    print("ending", flush=True)
    sys.stdin.readline()
"""

SERVER_THAT_IS_SLOW_TO_START = """
import asyncio, sys
from pathlib import Path
from sandbox.mongo.folder import DataFolder
with DataFolder(Path(sys.argv[1])) as folder:
    print("starting", flush=True)
    sys.stdin.readline()
    folder.announce("mongodb://127.0.0.1:1/")
    asyncio.run(folder.until_unused(0.02))
"""

PARENT_THAT_DIES = """
import os, signal
from sandbox.mongo.lease import temporary
print(temporary(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def is_served(folder: Path) -> bool:
    descriptor = lock(folder / "mongo.lock", fcntl.LOCK_EX | fcntl.LOCK_NB)
    if descriptor is not None:
        os.close(descriptor)
    return descriptor is None


@pytest.fixture
def own_folder(tmp_path: Path) -> Iterator[Path]:
    """A data folder that this process may use, and no longer uses after the test."""
    yield tmp_path
    release(tmp_path, seconds=0)


def test_five_at_once_share_one_server_which_ends_after_the_last(tmp_path: Path) -> None:
    with ExitStack() as stack:
        users = [stack.enter_context(python("-c", USER, str(tmp_path))) for _ in range(5)]
        uris = {user.stdout.readline().strip() for user in users}
        assert len(uris) == 1
        (uri,) = uris
        for user in users[:3]:
            user.stdin.close()
            user.wait(timeout=60)
        users[3].kill()
        assert not happens(lambda: not is_served(tmp_path), within_seconds=3 * GRACE_SECONDS)
        assert answers(uri)
        users[4].kill()
        wait_until(lambda: not is_served(tmp_path))
        assert is_dead(uri)
        assert not (tmp_path / "mongo.json").exists()


def test_a_user_who_comes_while_the_server_ends_gets_a_new_one(own_folder: Path) -> None:
    with (
        python("-c", SERVER_ABOUT_TO_END, str(own_folder)) as ending,
        ThreadPoolExecutor(1) as pool,
    ):
        assert ending.stdout.readline() == "ending\n"
        user = pool.submit(ensure, own_folder, grace_seconds=GRACE_SECONDS)
        assert not happens(user.done, within_seconds=0.3)
        ending.stdin.close()
        uri = user.result()
        assert ending.wait(timeout=60) == 0
        assert answers(uri)


class Clock:
    """A monotonic clock that a test can put forward."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self.reads = 0

    def monotonic(self) -> float:
        self.reads += 1
        return time.monotonic() + self.ahead


def test_who_releases_a_server_that_is_starting_waits_for_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr(lease, "time", SimpleNamespace(monotonic=clock.monotonic, sleep=time.sleep))
    with python("-c", SERVER_THAT_IS_SLOW_TO_START, str(tmp_path)) as starting:
        assert starting.stdout.readline() == "starting\n"
        releasing = threading.Thread(target=release, args=(tmp_path,), kwargs={"seconds": 30})
        releasing.start()
        wait_until(lambda: clock.reads > 3)
        clock.ahead = 29.0  # the server starts for longer than a started one has time to end
        reads = clock.reads
        wait_until(lambda: clock.reads > reads + 3)
        clock.ahead = 58.0
        reads = clock.reads
        wait_until(lambda: clock.reads > reads + 3)
        assert releasing.is_alive()
        starting.stdin.close()
        releasing.join(60)
        assert not is_served(tmp_path)


def test_a_killed_server_is_replaced_and_its_data_and_rules_are_there(own_folder: Path) -> None:
    uri = ensure(own_folder, grace_seconds=GRACE_SECONDS)
    assert ensure(own_folder) == uri
    with pymongo.MongoClient(uri) as client:
        client.test.users.create_index("email", unique=True)
        for number in range(20):
            client.test.users.insert_one({"email": f"{number}@example.com"})
        os.kill(json.loads((own_folder / "mongo.json").read_text())["pid"], signal.SIGKILL)
    with pymongo.MongoClient(ensure(own_folder, grace_seconds=GRACE_SECONDS)) as client:
        assert client.test.users.count_documents({}) == 20
        with pytest.raises(DuplicateKeyError):
            client.test.users.insert_one({"email": "7@example.com"})


def test_a_temporary_server_dies_with_a_killed_parent() -> None:
    with python("-c", PARENT_THAT_DIES) as parent:
        uri = parent.stdout.readline().strip()
        assert parent.wait(timeout=60) == -signal.SIGKILL
        assert uri.startswith("mongodb://127.0.0.1:")
        wait_until(lambda: is_dead(uri))
