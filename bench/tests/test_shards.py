"""What docs/scaling.md promises about shards: every frequent query contains the shard key of its collection."""

from collections.abc import Iterator
from typing import Any

import pytest

from bench.calls import WSGIClient, repeatable
from lms.mongodb import connection

KEYS = {
    "learning_accesschange": "user_id",
    "learning_enrollment": "user_id",
    "lms_event": "object_id",
    "media_playbackgrant": "user_id",
    "payments_ledgerentry": "order_id",
    "payments_order": "user_id",
    "payments_stripeevent": "_id",
}
CONFLICTING = {
    ("payments_order", "checkout_session_id"),
    ("payments_order", "payment_intent_id"),
    ("payments_ledgerentry", "source"),
}
"""Collections, and the first field of a unique index that a sharded cluster could not have."""


type Filter = tuple[str, dict[str, Any]]
"""A collection, and the condition by which its rows are found."""


def filters(name: str, command: dict[str, Any]) -> list[Filter]:
    """Return the filters of a command, those of its joins too."""
    collection = command[name]
    match name:
        case "aggregate":
            first = command["pipeline"][0].get("$match", {})
            return [(collection, first), *joins(command["pipeline"])]
        case "find":
            return [(collection, command["filter"])]
        case "findAndModify":
            return [(collection, command["query"])]
        case "update" | "delete":
            return [(collection, each["q"]) for each in command[f"{name}s"]]
    return []


def joins(pipeline: list[dict[str, Any]]) -> Iterator[Filter]:
    """Yield the filter of each join of a pipeline, and of the joins within it."""
    for join in (stage["$lookup"] for stage in pipeline if "$lookup" in stage):
        inner = join.get("pipeline", [])
        first = inner[0].get("$match", {}) if inner else {}
        yield join["from"], {join["foreignField"]: None} | first
        yield from joins(inner)


def named(condition: dict[str, Any]) -> Iterator[str]:
    """Yield the fields that a condition compares, except those within alternatives."""
    for field, value in condition.items():
        if field == "$and":
            for each in value:
                yield from named(each)
        else:
            yield field


def test_every_request_of_students_and_visitors_goes_to_one_shard(school, commands, sandbox):
    from lms.wsgi import application

    with commands() as events:
        for _, call in repeatable(WSGIClient(application)):
            call()
    found = [each for event in events for each in filters(event.command_name, event.command)]
    sharded = [(name, set(named(condition))) for name, condition in found if name in KEYS]
    assert len(sharded) > 10
    assert [each for each in sharded if KEYS[each[0]] not in each[1]] == []


@pytest.mark.django_db
def test_the_unique_indexes_that_a_sharded_cluster_could_not_have_are_these():
    found = {
        (name, index["key"][0][0])
        for name, key in KEYS.items()
        for index in connection.get_collection(name).index_information().values()
        if index.get("unique") and index["key"][0][0] not in {"_id", key}
    }
    assert found == CONFLICTING
