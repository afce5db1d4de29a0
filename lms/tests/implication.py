"""Does a query imply the filter of a partial index? MongoDB uses such an index only if it implies the whole filter.

https://www.mongodb.com/docs/manual/core/index-partial/#query-coverage. The rules are those of MongoDB's planner
(`isSubsetOf` in expression_algo.cpp) for the operators that our indexes use; what is not known to be implied is not.
"""

import operator
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from numbers import Number
from typing import Any

from bson import Decimal128, ObjectId

type Document = Mapping[str, Any]

COMPARED = {"$eq", "$gt", "$gte", "$lt", "$lte"}
# A value with the first operator is a value with the second one, if this holds for the two bounds.
STRONGER = {
    ("$eq", "$eq"): operator.eq,
    ("$eq", "$gte"): operator.ge,
    ("$gte", "$gte"): operator.ge,
    ("$gt", "$gte"): operator.ge,
    ("$eq", "$gt"): operator.gt,
    ("$gte", "$gt"): operator.gt,
    ("$gt", "$gt"): operator.ge,
    ("$eq", "$lte"): operator.le,
    ("$lte", "$lte"): operator.le,
    ("$lt", "$lte"): operator.le,
    ("$eq", "$lt"): operator.lt,
    ("$lte", "$lt"): operator.lt,
    ("$lt", "$lt"): operator.le,
}


def implies(query: Document, index_filter: Document) -> bool:
    """Return whether every document that `query` finds is in a partial index with this filter."""
    wanted = [
        (path, *condition)
        for path, value in index_filter.items()
        for condition in conditions(value)
    ]
    return all(_is_implied(query, *condition) for condition in wanted)


def conditions(value: Any) -> Iterator[tuple[str, Any]]:
    """Read what a filter asks of one field as pairs of an operator and its value."""
    if isinstance(value, Mapping) and any(key.startswith("$") for key in value):
        yield from value.items()
    else:
        yield "$eq", value


def _is_implied(query: Document, path: str, wanted: str, bound: Any) -> bool:
    for name, value in query.items():
        if name == "$and":
            implied = any(_is_implied(part, path, wanted, bound) for part in value)
        elif name == "$or":
            implied = all(_is_implied(branch, path, wanted, bound) for branch in value)
        else:
            implied = name == path and any(
                _is_stronger(*condition, wanted, bound) for condition in conditions(value)
            )
        if implied:
            return True
    return False


def _is_stronger(given: str, value: Any, wanted: str, bound: Any) -> bool:
    """Return whether `{given: value}` finds nothing that `{wanted: bound}` does not find."""
    if given == "$in":
        values = list(value)
        return bool(values) and all(_is_stronger("$eq", each, wanted, bound) for each in values)
    if isinstance(value, re.Pattern):
        return wanted == "$exists" and bool(bound)
    if wanted == "$exists":
        exists = given in {"$exists", "$type", "$regex"} and bool(value)
        return bool(bound) and (
            exists or (given in COMPARED | {"$ne"} and _excludes_null(given, value))
        )
    if wanted == "$in":
        return any(_is_stronger(given, value, "$eq", each) for each in bound)
    if wanted == "$type":
        return (given, value) == (wanted, bound)  # of a value, the planner does not ask its type
    holds = STRONGER.get((given, wanted))
    if holds is None or _kind(value) != _kind(bound):
        return False
    return bool(holds(_in_utc(value), _in_utc(bound)))


def _excludes_null(given: str, value: Any) -> bool:
    """Return whether a comparison finds no missing field: `$ne: null` and all with a value do."""
    return (given == "$ne") == (value is None)


def _in_utc(value: Any) -> Any:
    """Return a time without its zone, as MongoDB stores it; any other value as it is."""
    has_zone = isinstance(value, datetime) and value.tzinfo is not None
    return value.astimezone(UTC).replace(tzinfo=None) if has_zone else value


def _kind(value: Any) -> Any:
    """Return what MongoDB compares a value with: its own kind only."""
    if isinstance(value, bool):
        return bool
    for kind in (Number, Decimal128, str, datetime, ObjectId):
        if isinstance(value, kind):
            return kind
    return value if value is None else object()
