"""Transactions on the embedded MongoDB: isolated, and limited in time."""

import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pymongo
import pytest
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import (
    ConnectionFailure,
    DuplicateKeyError,
    NetworkTimeout,
    OperationFailure,
    PyMongoError,
)

from sandbox.mongo.tests.process import python, server
from sandbox.waiting import wait_until

THREADS = 8
TIMES = 10


@pytest.fixture
def hasty_uri() -> Iterator[str]:
    with server("--memory", "--transaction-seconds", "0.3") as (address, _):
        yield address


def at_once(work: Callable[[int], object]) -> list[object]:
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, range(THREADS)))


def test_transactions_beside_plain_inserts_lose_nothing(database: Database) -> None:
    database.counter.insert_one({"_id": 1, "value": 0})

    def increment(session: ClientSession) -> None:
        value = database.counter.find_one({"_id": 1}, session=session)["value"]
        database.log.insert_one({"value": value}, session=session)
        database.counter.update_one({"_id": 1}, {"$set": {"value": value + 1}}, session=session)

    def work(number: int) -> None:
        for turn in range(TIMES):
            if number % 2:
                database.plain.insert_one({"number": number, "turn": turn})
            else:
                with database.client.start_session() as session:
                    session.with_transaction(increment)

    at_once(work)
    expected = THREADS // 2 * TIMES
    assert database.counter.find_one({"_id": 1})["value"] == expected
    assert sorted(entry["value"] for entry in database.log.find()) == list(range(expected))
    assert database.plain.count_documents({}) == expected


def test_only_one_of_many_wins_a_compare_and_set(database: Database) -> None:
    database.orders.insert_many([{"_id": number, "status": "open"} for number in range(TIMES)])

    def work(number: int) -> int:
        won = 0
        for order in range(TIMES):
            filter_ = {"_id": order, "status": "open"}
            change = {"$set": {"status": "taken", "by": number}}
            won += database.orders.update_one(filter_, change).modified_count
        return won

    assert sum(at_once(work)) == TIMES


def test_an_exception_undoes_the_block(database: Database) -> None:
    database.notes.insert_one({"_id": 1, "text": "before"})

    def spoil() -> None:
        with database.client.start_session() as session, session.start_transaction():
            database.notes.update_one({"_id": 1}, {"$set": {"text": "after"}}, session=session)
            database.notes.insert_one({"_id": 2}, session=session)
            raise KeyError

    with pytest.raises(KeyError):
        spoil()
    assert list(database.notes.find()) == [{"_id": 1, "text": "before"}]


def test_a_duplicate_key_ends_the_transaction(database: Database) -> None:
    database.notes.insert_one({"_id": 1})
    with database.client.start_session() as session:
        session.start_transaction()
        database.notes.insert_one({"_id": 2}, session=session)
        with pytest.raises(DuplicateKeyError):
            database.notes.insert_one({"_id": 1}, session=session)
        with pytest.raises(OperationFailure) as caught:
            database.notes.find_one({"_id": 2}, session=session)
        assert caught.value.code == 251
        assert caught.value.has_error_label("TransientTransactionError")
    assert database.notes.count_documents({}) == 1


def test_a_commit_may_be_repeated(database: Database) -> None:
    with database.client.start_session() as session:
        session.start_transaction()
        database.notes.insert_one({"_id": 1}, session=session)
        session.commit_transaction()
        session.commit_transaction()
    assert database.notes.count_documents({}) == 1


def fail_commits(client: pymongo.MongoClient, times: int, **how: object) -> None:
    data = {"failCommands": ["commitTransaction"], **how}
    client.admin.command("configureFailPoint", "failCommand", mode={"times": times}, data=data)


UNCONFIRMED = {"writeConcernError": {"code": 91, "errmsg": "the primary steps down"}}


def test_a_commit_whose_answer_is_lost_was_made(database: Database) -> None:
    fail_commits(database.client, 1, **UNCONFIRMED)
    with database.client.start_session() as session:
        session.start_transaction()
        database.notes.insert_one({"_id": 1}, session=session)
        with pytest.raises(OperationFailure) as caught:
            session.commit_transaction()
        assert caught.value.has_error_label("UnknownTransactionCommitResult")
        assert database.notes.count_documents({}) == 1
        session.commit_transaction()


def test_a_command_fails_with_the_error_that_is_asked_for(database: Database) -> None:
    data = {
        "failCommands": ["insert"],
        "errorCode": 112,
        "errorLabels": ["TransientTransactionError"],
    }
    database.client.admin.command("configureFailPoint", "failCommand", mode={"times": 1}, data=data)
    with pytest.raises(OperationFailure) as caught:
        database.notes.insert_one({"_id": 1})
    assert caught.value.code == 112
    assert caught.value.has_error_label("TransientTransactionError")
    database.notes.insert_one({"_id": 1})


def test_a_command_whose_connection_closes_was_not_executed(uri: str, database: Database) -> None:
    data = {"failCommands": ["insert"], "closeConnection": True}
    with pymongo.MongoClient(uri, retryWrites=False) as client:
        client.admin.command("configureFailPoint", "failCommand", mode={"times": 1}, data=data)
        with pytest.raises(ConnectionFailure):
            client.test.notes.insert_one({"_id": 1})
    assert database.notes.count_documents({}) == 0


def test_a_command_is_late_by_the_time_that_is_asked_for(uri: str, database: Database) -> None:
    data = {"failCommands": ["insert"], "blockConnection": True, "blockTimeMS": 200}
    database.client.admin.command("configureFailPoint", "failCommand", mode={"times": 1}, data=data)
    with pymongo.MongoClient(uri, retryWrites=False, socketTimeoutMS=50) as client:
        with pytest.raises(NetworkTimeout):
            client.test.notes.insert_one({"_id": 1})
        client.test.notes.insert_one({"_id": 2})
    # Nobody waits for the first answer, but the command is executed: in this test, not in the next one.
    wait_until(lambda: database.notes.count_documents({}) == 2)


def test_a_cursor_ends_with_its_transaction(database: Database) -> None:
    database.notes.insert_many([{"_id": number} for number in range(150)])
    with database.client.start_session() as session:
        session.start_transaction()
        rest = database.notes.find({}, session=session)
        next(rest)
        session.abort_transaction()
        with pytest.raises(PyMongoError):
            list(rest)


def test_others_wait_for_an_open_transaction_but_greetings_do_not(database: Database) -> None:
    done = threading.Event()

    def insert() -> None:
        database.notes.insert_one({"_id": "other"})
        done.set()

    with database.client.start_session() as session:
        session.start_transaction()
        database.notes.insert_one({"_id": "own"}, session=session)
        thread = threading.Thread(target=insert)
        thread.start()
        assert not done.wait(0.2)
        assert database.command("hello")["isWritablePrimary"]
        assert database.command("ping")["ok"] == 1
        session.commit_transaction()
    thread.join()
    assert database.notes.count_documents({}) == 2


def test_a_transaction_does_not_starve_under_steady_plain_commands(database: Database) -> None:
    stop = threading.Event()

    def chatter(_: int) -> None:
        while not stop.is_set():
            database.plain.find_one({"_id": 1})

    def transactions() -> None:
        try:
            for number in range(TIMES):
                with database.client.start_session() as session, session.start_transaction():
                    database.notes.insert_one({"_id": number}, session=session)
        finally:
            stop.set()

    with ThreadPoolExecutor(5) as pool:
        pool.map(chatter, range(4))
        pool.submit(transactions).result(timeout=120)
    assert database.notes.count_documents({}) == TIMES


CLIENT_THAT_DIES = """
import os, signal, sys, threading, pymongo
database = pymongo.MongoClient(sys.argv[1]).test
session = database.client.start_session()
session.start_transaction()
database.notes.insert_one({"_id": "half"}, session=session)
# The pool hands the transaction's own connection to this thread, which waits at the gate with it.
waiting = threading.Thread(target=lambda: database.plain.insert_one({}), daemon=True)
waiting.start()
waiting.join(0.2)
assert waiting.is_alive()
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_client_leaves_nothing_behind_and_lets_others_in(
    uri: str, database: Database
) -> None:
    with python("-c", CLIENT_THAT_DIES, uri) as process:
        assert process.wait(timeout=60) == -signal.SIGKILL
    with pymongo.timeout(60):
        assert database.notes.count_documents({}) == 0
        database.notes.insert_one({"_id": "next"})


def test_a_transaction_open_for_too_long_is_undone(hasty_uri: str) -> None:
    with pymongo.MongoClient(hasty_uri) as client, client.start_session() as session:
        notes = client.test.notes
        session.start_transaction()
        notes.insert_one({"_id": "slow"}, session=session)
        notes.insert_one({"_id": "other"})  # waits for the limit
        assert [note["_id"] for note in notes.find()] == ["other"]
        with pytest.raises(OperationFailure) as caught:
            session.commit_transaction()
        assert caught.value.has_error_label("TransientTransactionError")
