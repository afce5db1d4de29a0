"""The embedded MongoDB as a server: what it answers, enforces and survives."""

import datetime
import os
import signal
from collections.abc import Iterable
from pathlib import Path

import pymongo
import pytest
from bson import Int64, ObjectId
from pymongo.database import Database
from pymongo.errors import CursorNotFound, DuplicateKeyError

from sandbox.mongo.folder import DATA_IN_USE
from sandbox.mongo.tests.process import answers, python, server


def test_it_greets_as_the_primary_of_a_replica_set(client: pymongo.MongoClient) -> None:
    hello = client.admin.command("hello")
    assert hello["setName"]
    assert hello["hosts"] == [hello["primary"]] == [hello["me"]]
    assert client.server_info()["versionArray"][0] == 8


def test_aggregation_supports_not(database: Database) -> None:
    database.notes.insert_many([{"_id": 1, "done": True}, {"_id": 2, "done": False}])
    open_ = {"$match": {"$expr": {"$not": [{"$eq": ["$done", True]}]}}}
    bare = {"$match": {"$expr": {"$not": {"$eq": ["$done", True]}}}}
    assert [note["_id"] for note in database.notes.aggregate([open_])] == [2]
    assert [note["_id"] for note in database.notes.aggregate([bare])] == [2]


def test_a_projection_selects_nested_fields(database: Database) -> None:
    database.notes.insert_one({"_id": 1, "by": {"name": "Ann", "age": {"years": 40, "days": 3}}})

    def project(spec: dict) -> dict:
        return database.notes.aggregate([{"$project": {"_id": 0} | spec}]).next()

    assert project({"by": {"name": 1}}) == {"by": {"name": "Ann"}}
    assert project({"by": {"age": {"days": True}}}) == {"by": {"age": {"days": 3}}}
    assert project({"by": {"name": 0, "age": {"years": 0}}}) == {"by": {"age": {"days": 3}}}
    assert project({"by": {"called": "$by.name"}}) == {"by": {"called": "Ann"}}
    assert project({"by": {"$literal": {"name": 1}}}) == {"by": {"name": 1}}


def test_named_ids_are_found_in_their_order(database: Database) -> None:
    ids = [ObjectId(f"{n:024x}") for n in (3, 1, 2)]
    database.notes.insert_many([{"_id": each, "odd": each != ids[2]} for each in ids])
    wanted = {"_id": {"$in": [*ids, ids[0], ObjectId()]}}
    assert [note["_id"] for note in database.notes.find(wanted)] == sorted(ids)
    assert database.notes.count_documents({**wanted, "odd": True}) == 2


def test_unique_indexes_hold_for_what_was_there_and_what_comes(database: Database) -> None:
    database.users.create_index("email", unique=True)
    database.users.insert_one({"email": "a@example.com"})
    with pytest.raises(DuplicateKeyError):
        database.users.insert_one({"email": "a@example.com"})
    database.users.insert_one({"email": "b@example.com"})
    with pytest.raises(DuplicateKeyError):
        database.users.update_one({"email": "b@example.com"}, {"$set": {"email": "a@example.com"}})


def test_a_collection_that_is_emptied_keeps_its_indexes(database: Database) -> None:
    database.users.create_index("email", unique=True)
    database.users.create_index([("name", "text")])
    for _ in range(2):
        database.users.insert_many([{"email": f"{n}@example.com", "name": "Ann"} for n in range(3)])
        with pytest.raises(DuplicateKeyError):
            database.users.insert_one({"email": "1@example.com"})
        assert len(list(database.users.find({"$text": {"$search": "ann"}}))) == 3
        assert database.users.delete_many({}).deleted_count == 3
        assert list(database.users.find({"email": "1@example.com"})) == []
        assert len(list(database.users.find({"$text": {"$search": "ann"}}))) == 0
    assert database.users.delete_many({}).deleted_count == 0


@pytest.mark.parametrize("key", [1, 1.5, "text", b"bytes", ObjectId("f" * 24), {"a": 1}])
def test_an_id_is_used_once(database: Database, key: object) -> None:
    database.notes.insert_one({"_id": key})
    with pytest.raises(DuplicateKeyError):
        database.notes.insert_one({"_id": key})


def test_numbers_that_are_equal_are_one_id(database: Database) -> None:
    database.notes.insert_one({"_id": 1})
    with pytest.raises(DuplicateKeyError):
        database.notes.insert_one({"_id": 1.0})


def test_a_unique_index_of_two_fields_holds_for_both_together(database: Database) -> None:
    database.places.create_index([("user", 1), ("course", 1)], unique=True)
    database.places.insert_many([{"_id": 1, "user": 1, "course": 1}, {"user": 1, "course": 2}])
    database.places.update_one({"_id": 1}, {"$set": {"user": 1.0, "note": "mine"}})
    with pytest.raises(DuplicateKeyError):
        database.places.insert_one({"user": 1, "course": 2.0})
    with pytest.raises(DuplicateKeyError):
        database.places.update_one({"_id": 1}, {"$set": {"course": 2}})
    database.places.insert_one({"user": 1})
    with pytest.raises(DuplicateKeyError):
        database.places.insert_one({"user": 1, "course": None})


def test_a_partial_unique_index_holds_for_its_part_only(database: Database) -> None:
    database.orders.create_index(
        [("user", 1), ("course", 1)],
        unique=True,
        partialFilterExpression={"status": {"$in": ["pending", "paid"]}},
    )
    order = {"user": 1, "course": 1}
    database.orders.insert_one(order | {"_id": 1, "status": "pending"})
    database.orders.insert_one(order | {"_id": 2, "status": "expired"})
    with pytest.raises(DuplicateKeyError):
        database.orders.insert_one(order | {"_id": 3, "status": "paid"})
    with pytest.raises(DuplicateKeyError):
        database.orders.update_one({"_id": 2}, {"$set": {"status": "paid"}})
    database.orders.update_one({"_id": 1}, {"$set": {"status": "expired"}})
    database.orders.update_one({"_id": 2}, {"$set": {"status": "paid"}})


def insert_expired(database: Database) -> None:
    database.sessions.create_index("expires_at", expireAfterSeconds=0)
    now = datetime.datetime.now(datetime.UTC)
    database.sessions.insert_one({"_id": "old", "expires_at": now - datetime.timedelta(days=1)})
    database.sessions.insert_one({"_id": "new", "expires_at": now + datetime.timedelta(days=1)})


def test_an_expired_document_stays_for_a_while(database: Database) -> None:
    insert_expired(database)
    assert [session["_id"] for session in database.sessions.find()] == ["old", "new"]


@pytest.mark.parametrize("storage", ["memory", "file"])
def test_expired_documents_are_deleted_at_the_next_round(storage: str, tmp_path: Path) -> None:
    arguments = ["--memory"] if storage == "memory" else ["--data", str(tmp_path)]
    with (
        server(*arguments, "--ttl-seconds", "0") as (uri, _),
        pymongo.MongoClient(uri) as client,
    ):
        insert_expired(client.test)
        assert [session["_id"] for session in client.test.sessions.find()] == ["new"]


def ids(documents: Iterable[dict]) -> list[int]:
    return [document["_id"] for document in documents]


def test_the_first_answer_of_a_cursor_holds_101_documents(database: Database) -> None:
    database.notes.insert_many([{"_id": number} for number in range(250)])
    first = database.command("find", "notes", sort={"_id": 1})["cursor"]
    assert ids(first["firstBatch"]) == list(range(101))
    more = database.command("getMore", first["id"], collection="notes")["cursor"]
    assert ids(more["nextBatch"]) == list(range(101, 250))
    assert more["id"] == 0
    assert ids(database.notes.find(sort={"_id": 1})) == list(range(250))
    assert ids(database.notes.aggregate([{"$sort": {"_id": 1}}])) == list(range(250))


def test_a_batch_has_the_size_that_is_asked_for(database: Database) -> None:
    database.notes.insert_many([{"_id": number} for number in range(150)])
    first = database.command("find", "notes", batchSize=20)["cursor"]
    assert len(first["firstBatch"]) == 20
    more = database.command("getMore", first["id"], collection="notes", batchSize=30)["cursor"]
    assert len(more["nextBatch"]) == 30
    once = database.command("find", "notes", limit=140, singleBatch=True)["cursor"]
    assert (len(once["firstBatch"]), once["id"]) == (140, 0)


def test_the_id_of_a_cursor_has_64_bits_also_when_it_is_0(database: Database) -> None:
    database.notes.insert_many([{"number": number} for number in range(102)])
    first = database.command("find", "notes")["cursor"]
    more = database.command("getMore", first["id"], collection="notes")["cursor"]
    assert (type(first["id"]), type(more["id"]), more["id"]) == (Int64, Int64, 0)


def test_a_cursor_that_was_closed_is_not_found(database: Database) -> None:
    database.notes.insert_many([{"_id": number} for number in range(150)])
    cursor = database.command("find", "notes")["cursor"]["id"]
    assert database.command("killCursors", "notes", cursors=[cursor])["cursorsKilled"] == [cursor]
    with pytest.raises(CursorNotFound):
        database.command("getMore", cursor, collection="notes")


def test_text_search_finds_and_ranks(database: Database) -> None:
    database.courses.create_index(
        [("title", "text"), ("body", "text")], weights={"title": 5, "body": 1}
    )
    database.courses.insert_many(
        [
            {"_id": 1, "title": "Cooking", "body": "also some python"},
            {"_id": 2, "title": "Python", "body": "from the start"},
            {"_id": 3, "title": "Drawing", "body": "with a pencil"},
        ]
    )
    score = {"score": {"$meta": "textScore"}}
    found = database.courses.find({"$text": {"$search": "python"}}, score).sort(
        [("score", {"$meta": "textScore"})]
    )
    assert [course["_id"] for course in found.limit(1)] == [2]


def test_a_second_server_on_the_same_data_refuses_and_the_first_ends_cleanly(
    tmp_path: Path,
) -> None:
    with server("--data", str(tmp_path)) as (uri, first):
        with python("-m", "sandbox.mongo", "--data", str(tmp_path)) as second:
            assert second.wait(timeout=60) == DATA_IN_USE
        assert answers(uri)
        os.kill(first.pid, signal.SIGTERM)
        assert first.wait(timeout=60) == 0
        assert not (tmp_path / "mongo.json").exists()


@pytest.mark.parametrize("kept", [1, Int64(1), 1.0], ids=["int", "long", "double"])
@pytest.mark.parametrize("asked", [1, Int64(1), 1.0], ids=["int", "long", "double"])
def test_numbers_are_equal_whatever_their_width(
    database: Database, kept: object, asked: object
) -> None:
    database.orders.insert_one({"version": kept})
    assert database.orders.count_documents({"version": asked}) == 1
    assert database.orders.count_documents({"version": {"$in": [asked]}}) == 1
