"""Finding, starting and leaving the embedded MongoDB, by many processes."""

import fcntl
import json
import os
import signal
from contextlib import ExitStack
from pathlib import Path

import pymongo
import pytest
from pymongo.errors import DuplicateKeyError

from sandbox.mongo.folder import lock
from sandbox.mongo.lease import ensure, release
from sandbox.mongo.tests.process import answers, python, within

USER = """
import sys
from pathlib import Path
from sandbox.mongo.lease import ensure
print(ensure(Path(sys.argv[1])), flush=True)
sys.stdin.read()
"""

SERVER_ABOUT_TO_LEAVE = """
import asyncio, sys, time
from pathlib import Path
from sandbox.mongo.folder import DataFolder
with DataFolder(Path(sys.argv[1])) as folder:
    folder.announce("mongodb://127.0.0.1:1/")
    asyncio.run(folder.until_unused())
    print("leaving", flush=True)
    time.sleep(1)
"""

SERVER_THAT_IS_SLOW_TO_START = """
import asyncio, sys, time
from pathlib import Path
from sandbox.mongo.folder import DataFolder
with DataFolder(Path(sys.argv[1])) as folder:
    print("starting", flush=True)
    time.sleep(3)
    folder.announce("mongodb://127.0.0.1:1/")
    asyncio.run(folder.until_unused())
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


def test_five_at_once_share_one_server_which_leaves_after_the_last(tmp_path: Path) -> None:
    with ExitStack() as stack:
        users = [stack.enter_context(python("-c", USER, str(tmp_path))) for _ in range(5)]
        uris = {user.stdout.readline().strip() for user in users}
        assert len(uris) == 1
        (uri,) = uris
        for user in users[:3]:
            user.stdin.close()
            user.wait(timeout=5)
        users[3].kill()
        assert not within(1.6, lambda: not answers(uri))
        users[4].kill()
        assert within(4, lambda: not is_served(tmp_path))
        assert not answers(uri)
        assert not (tmp_path / "mongo.json").exists()


def test_a_user_who_comes_while_the_server_leaves_gets_a_new_one(tmp_path: Path) -> None:
    with python("-c", SERVER_ABOUT_TO_LEAVE, str(tmp_path)) as leaving:
        assert leaving.stdout.readline() == "leaving\n"
        with python("-c", USER, str(tmp_path)) as user:
            uri = user.stdout.readline().strip()
            assert leaving.poll() == 0
            assert answers(uri)


def test_who_gives_up_a_server_that_is_starting_waits_for_its_end(tmp_path: Path) -> None:
    with python("-c", SERVER_THAT_IS_SLOW_TO_START, str(tmp_path)) as starting:
        assert starting.stdout.readline() == "starting\n"
        release(tmp_path, seconds=2.5)
        assert not is_served(tmp_path)


def test_a_killed_server_is_replaced_and_its_data_and_rules_are_there(tmp_path: Path) -> None:
    uri = ensure(tmp_path)
    assert ensure(tmp_path) == uri
    with pymongo.MongoClient(uri) as client:
        client.test.users.create_index("email", unique=True)
        for number in range(20):
            client.test.users.insert_one({"email": f"{number}@example.com"})
        os.kill(json.loads((tmp_path / "mongo.json").read_text())["pid"], signal.SIGKILL)
    with pymongo.MongoClient(ensure(tmp_path)) as client:
        assert client.test.users.count_documents({}) == 20
        with pytest.raises(DuplicateKeyError):
            client.test.users.insert_one({"email": "7@example.com"})


def test_a_temporary_server_dies_with_a_killed_parent() -> None:
    with python("-c", PARENT_THAT_DIES) as parent:
        uri = parent.stdout.readline().strip()
        assert parent.wait(timeout=10) == -signal.SIGKILL
        assert uri.startswith("mongodb://127.0.0.1:")
        assert within(3, lambda: not answers(uri))
