"""Values are the same as mongoeco makes of them, though most are taken as they are."""

import copy
from datetime import UTC, datetime, timedelta, timezone
from itertools import product

import bson
import pytest
from bson.decimal128 import Decimal128
from mongoeco.compat import MONGODB_DIALECT_80
from mongoeco.core.bson_scalars import BsonInt64, BsonScalarOverflowError
from mongoeco.core.codec import DocumentCodec
from mongoeco.types import SON, ObjectId
from mongoeco.wire import bson_bridge

from sandbox.mongo import copies, values

PLAIN = [None, True, 0, -1, 2**40, 2**63 - 1, 1.5, float("inf"), "text", "", {}, [], ()]
TIMES = [
    datetime(2030, 1, 2, 3, 4, 5, 678_901, tzinfo=UTC).replace(tzinfo=None),
    datetime(2030, 1, 2, tzinfo=UTC),
    datetime(2030, 1, 2, tzinfo=timezone(timedelta(hours=2))),
]
ODD = [
    ObjectId("a" * 24),
    b"bytes",
    bson.Regex("a", "i"),
    bson.Timestamp(1, 2),
    BsonInt64(3),
    SON([("b", 1), ("a", {"c": ObjectId("a" * 24)})]),
    {"$mongoeco": {"type": "objectid", "value": "no id"}},
    {"$mongoeco": 1, "a": 2},
]
MESSAGE = [bson.ObjectId("b" * 24), Decimal128("1.5"), bson.Int64(7), bson.Binary(b"a", 0)]


@pytest.fixture(autouse=True)
def _unchanged(monkeypatch):
    """Let mongoeco's functions call each other, whatever a server in this process has installed."""
    monkeypatch.setattr(DocumentCodec, "encode", staticmethod(values._encode))
    for name in ("decode_wire_value", "encode_wire_value"):
        monkeypatch.setattr(bson_bridge, name, getattr(values, f"_{name}"))


def nested(value):
    return {"a": value, "b": {"c": [value, [value], {"d": value}]}}


@pytest.mark.parametrize("value", [*PLAIN, *TIMES, *ODD], ids=repr)
def test_values_are_stored_and_read_as_mongoeco_does(value):
    for each in (value, nested(value)):
        internal = values._to_internal(each)
        found = values.to_internal(each)
        assert (repr(found), type(found)) == (repr(internal), type(internal))
        assert values.encode(each) == values._encode(each)
        assert values.encode(internal) == values._encode(internal)


@pytest.mark.parametrize("value", [*PLAIN, *TIMES, *MESSAGE], ids=repr)
def test_messages_hold_what_mongoeco_writes(value):
    for each in (value, nested(value)):
        decoded = values._decode_wire_value(each)
        assert repr(values.decode_wire_value(each)) == repr(decoded)
        assert repr(values.encode_wire_value(decoded)) == repr(values._encode_wire_value(decoded))


@pytest.mark.parametrize("value", [2**63, {1: "a"}, {"a": {2: 3}}, {"a": {1, 2}}], ids=repr)
def test_what_no_document_can_hold_is_refused(value):
    for function in (values.to_internal, values.encode):
        with pytest.raises((TypeError, BsonScalarOverflowError)):
            function(value)


def test_a_copy_shares_nothing_that_changes():
    document = nested(
        {"id": ObjectId("a" * 24), "ids": [bson.ObjectId("b" * 24)], "set": {1}, "pair": ([1],)}
    )
    copied = copies.deepcopy(document)
    assert copied == document
    copied["a"]["ids"].clear()
    copied["a"]["set"].clear()
    copied["b"]["c"][1][0]["pair"][0].clear()
    assert document == copies.deepcopy(document) == copy.deepcopy(document)
    assert (len(document["a"]["ids"]), document["a"]["set"]) == (1, {1})
    assert document["b"]["c"][1][0]["pair"] == ([1],)


def test_values_are_equal_as_mongoeco_compares_them():
    policy = MONGODB_DIALECT_80.policy
    texts = ["text", "TEXT", "te\u0301xt", "a" * 24, "1"]
    for left, right in product([*PLAIN, *TIMES, *ODD, *texts], repeat=2):
        found = values.values_equal(policy, left, right)
        assert found == values._values_equal(policy, left, right), (left, right)
