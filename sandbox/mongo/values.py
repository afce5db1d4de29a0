"""Plain values of documents are taken as they are: mongoeco writes each as Extended JSON and reads it back, and checks every
document again for each one around it, and it compares two texts by dozens of calls, and a search compares thousands. All
other values are left to mongoeco.
"""

from datetime import datetime
from types import NoneType
from typing import Any

import bson
from mongoeco._types._bson_objectid import ObjectId
from mongoeco.compat.base import MongoBehaviorPolicy
from mongoeco.core import codec
from mongoeco.core.bson_scalars import INT64_MAX, INT64_MIN, normalize_utc_bson_datetime
from mongoeco.core.codec import DocumentCodec
from mongoeco.wire import bson_bridge, protocol

PLAIN = frozenset({NoneType, bool, float, str, ObjectId})
PLAIN_ON_THE_WIRE = frozenset({NoneType, bool, int, float, str, datetime})
_values_equal = MongoBehaviorPolicy.values_equal
_Document: Any = codec._InternalBsonDocument
_Array: Any = codec._InternalBsonArray
_to_internal = DocumentCodec.to_internal
_encode = DocumentCodec.encode
_decode_wire_value = bson_bridge.decode_wire_value
_encode_wire_value = bson_bridge.encode_wire_value


def to_internal(data: Any) -> Any:
    """Return a value as the engines keep it while a command runs."""
    kind = type(data)
    if kind in PLAIN or kind is _Document or kind is _Array:
        return data
    if kind is int and INT64_MIN <= data <= INT64_MAX:
        return data
    if kind is datetime:
        return normalize_utc_bson_datetime(data)
    if kind is dict and DocumentCodec._MARKER not in data and all(type(key) is str for key in data):
        return _Document({key: to_internal(value) for key, value in data.items()})
    if kind is list or kind is tuple:
        return _Array(map(to_internal, data))
    return _to_internal(data)


def encode(data: Any) -> Any:
    """Return a value as the engines store it."""
    kind = type(data)
    if kind is str or kind is bool or kind is NoneType or kind is float:
        return data
    if kind is int and INT64_MIN <= data <= INT64_MAX:
        return data
    if kind is ObjectId:
        return {DocumentCodec._MARKER: {"type": "objectid", "value": str(data)}}
    is_document = kind is dict or kind is _Document
    if is_document and DocumentCodec._MARKER not in data and all(type(key) is str for key in data):
        return {key: encode(value) for key, value in data.items()}
    if kind is list or kind is tuple or kind is _Array:
        return [encode(value) for value in data]
    return _encode(data)


def decode_wire_value(value: Any) -> Any:
    """Return a value of a message as mongoeco knows it."""
    kind = type(value)
    if kind in PLAIN_ON_THE_WIRE:
        return value
    if kind is dict:
        return {key: decode_wire_value(item) for key, item in value.items()}
    if kind is list:
        return [decode_wire_value(item) for item in value]
    return ObjectId(value.binary) if kind is bson.ObjectId else _decode_wire_value(value)


def encode_wire_value(value: Any) -> Any:
    """Return a value as messages hold it."""
    kind = type(value)
    if kind in PLAIN_ON_THE_WIRE:
        return value
    if kind is dict:
        return {key: encode_wire_value(item) for key, item in value.items()}
    if kind is list:
        return [encode_wire_value(item) for item in value]
    return bson.ObjectId(value.binary) if kind is ObjectId else _encode_wire_value(value)


def values_equal(policy: Any, left: Any, right: Any) -> bool:
    """Return whether two values are equal, where no collation counts."""
    if type(left) is str and type(right) is str:
        return left == right
    return _values_equal(policy, left, right)


def install() -> None:
    """Make mongoeco read, write and compare values in this way."""
    setattr(MongoBehaviorPolicy, values_equal.__name__, values_equal)
    for method in (to_internal, encode):
        setattr(DocumentCodec, method.__name__, staticmethod(method))
    for module in (bson_bridge, protocol):
        for function in (decode_wire_value, encode_wire_value):
            setattr(module, function.__name__, function)
