"""Sets of ids: mongoeco compares each id with each other one, which takes seconds for the lectures of a long course."""

from collections.abc import Callable
from typing import Any

from bson import ObjectId
from mongoeco.core.aggregation import array_string_expressions as expressions

KEY, APPEND = "_hashable_set_lookup_key", "_append_unique_values"
_key: Callable[..., Any] = getattr(expressions, KEY)
_append: Callable[..., None] = getattr(expressions, APPEND)


def key(value: object, **options: Any) -> Any:
    """Return what finds a value in a set, None if mongoeco has to compare it."""
    return ("id", value) if isinstance(value, ObjectId) else _key(value, **options)


def append(target: list[Any], values: list[Any], **options: Any) -> None:
    """Append the values that are not in the list yet."""
    if all(isinstance(each, ObjectId) for each in (*target, *values)):
        target[:] = dict.fromkeys([*target, *values])
    else:
        _append(target, values, **options)


def install() -> None:
    """Make mongoeco find ids by their hash."""
    setattr(expressions, KEY, key)
    setattr(expressions, APPEND, append)
