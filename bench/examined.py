"""How many rows MongoDB reads for a command: by its own explanation, or calculated from the indexes of the models.

The embedded server has no planner, and a command's time there says little about MongoDB. So there this counts the rows
within the bounds of each index that serves the command, as far as its limit needs them, and takes the cheapest index, as
the planner does in the end. Rows that match are taken to lie evenly in an index, and a join to read the rows that it answers, or
one for each document.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import takewhile
from types import MappingProxyType
from typing import Any

import bson

from bench.commands import Command
from bench.explained import count_explained, is_embedded
from lms.mongodb import connection
from lms.tests.implication import implies
from lms.tests.plans import Document, Index, bounds, ordered_by
from lms.tests.scans import indexes

FIRST_BATCH = 101
"""How many rows MongoDB reads for the first batch of a cursor without a limit."""


def count_examined(commands: Iterable[Command]) -> int:
    """Return how many rows MongoDB reads for some commands: by its own explanation, or calculated."""
    _count_rows.cache_clear()
    count = _calculate if is_embedded() else count_explained
    return sum(count(command) for command in commands)


def _calculate(command: Command) -> int:
    name, document = command.name, command.document
    fetched = max(FIRST_BATCH, command.returned)
    match name:
        case "find":
            limit = document.get("limit") or fetched
            query, sort = document.get("filter", {}), document.get("sort")
            return _examine(document["find"], query, sort, limit + document.get("skip", 0))
        case "aggregate" if isinstance(document["aggregate"], str):
            found = _count_pipeline(document["aggregate"], document["pipeline"], fetched)
            return found + _count_joins(document["pipeline"], command.returned, command.joined)
        case "update" | "delete":
            return sum(
                _examine(document[name], each["q"], None, None) for each in document[f"{name}s"]
            )
        case "count" | "distinct" | "findAndModify":
            return _examine(document[name], document.get("query", {}), None, document.get("limit"))
    return 0


def _count_pipeline(collection: str, pipeline: list[Document], fetched: int) -> int:
    leading = list(takewhile(lambda stage: "$match" in stage, pipeline))
    query = {"$and": [stage["$match"] for stage in leading]} if leading else {}
    rest = pipeline[len(leading) :]
    sort = rest.pop(0)["$sort"] if rest and "$sort" in rest[0] else None
    limit: int | None = None
    skipped = 0
    for stage in rest:
        if "$skip" in stage:
            skipped += stage["$skip"]
        elif "$limit" in stage:
            limit = stage["$limit"] + skipped
            break
        elif "$group" in stage or "$sort" in stage or "$facet" in stage or "$count" in stage:
            break
    else:
        limit = fetched
    others = sum(
        _count_pipeline(union["coll"], union["pipeline"], FIRST_BATCH)
        for stage in rest
        if "coll" in (union := stage.get("$unionWith", {}))
    )
    return others + _examine(collection, query, sort, limit)


def _count_joins(
    pipeline: Iterable[Document], outer: int, joined: Mapping[str, int] = MappingProxyType({})
) -> int:
    """Count the rows that are joined to so many: as many as were answered, else one for each; and those joined to them."""
    lookups = [stage["$lookup"] for stage in pipeline if "$lookup" in stage]
    rows = [(lookup, joined.get(lookup["as"], outer)) for lookup in lookups]
    return sum(number + _count_joins(lookup.get("pipeline", ()), number) for lookup, number in rows)


def examine(collection: str, query: Document, sort: Any, limit: int | None) -> int:
    """Return how many rows the cheapest index makes MongoDB read, as the rows are now."""
    _count_rows.cache_clear()
    return _examine(collection, query, sort, limit)


def _examine(collection: str, query: Document, sort: Any, limit: int | None) -> int:
    parts = flatten(query)
    if (ids := _ids(parts.get("_id"))) is not None:
        return ids
    whole = _count_rows(collection, bson.encode({}))
    matching = _count_rows(collection, bson.encode(query))
    own = indexes().get(collection, [])
    found = []
    for index in (*own, Index([("_id", 1)])):
        within = _within(parts, index)
        is_ordered = not sort or ordered_by(query, sort, [index]) == index
        if implies(query, index.filter) and (within or (sort and is_ordered)):
            number = _count_rows(collection, bson.encode({**index.filter, **within}))
            if is_ordered and limit is not None and matching > limit:
                number = -(-limit * number // matching)
            found.append(number)
    if branches := _branches(query):
        # Branches in the same order are merged, and each is read as far as the limit.
        cut = (
            (sort, limit)
            if sort and all(ordered_by(each, sort, own) for each in branches)
            else (None, None)
        )
        found.append(sum(_examine(collection, branch, *cut) for branch in branches))
    if not query and limit is not None:
        found.append(min(limit, whole) if not sort else whole)
    return min(found, default=whole)


@lru_cache
def _count_rows(collection: str, query: bytes) -> int:
    """Count the rows that match a query, given as BSON; an empty one is that of all rows."""
    rows, condition = connection.get_collection(collection), bson.decode(query)
    return rows.count_documents(condition) if condition else rows.estimated_document_count()


def flatten(query: Document) -> dict[str, Any]:
    """Return each field with the conditions that all matches meet."""
    parts: dict[str, Any] = {}
    for each in _conditions(query):
        for name, condition in each.items():
            if name.startswith("$"):
                continue
            known = parts.get(name)
            if isinstance(known, Mapping) and isinstance(condition, Mapping):
                condition = {**known, **condition}
            parts[name] = condition
    return parts


def _branches(query: Document) -> list[Document]:
    """Return the alternatives of a query with one `$or`, each with what holds for all of them."""
    parts = list(_conditions(query))
    alternatives = [part["$or"] for part in parts if "$or" in part]
    if len(alternatives) != 1:
        return []
    others = [part for part in parts if "$or" not in part]
    return [{"$and": [*others, each]} for each in alternatives[0]]


def _conditions(query: Document) -> Iterator[Document]:
    """Yield the conditions that all matches meet, out of nested `$and`s."""
    for name, value in query.items():
        if name == "$and":
            for part in value:
                yield from _conditions(part)
        else:
            yield {name: value}


def _within(parts: Mapping[str, Any], index: Index) -> dict[str, Any]:
    """Return the conditions that bound the keys of an index: those of its first fields, up to the first range."""
    bounded = {}
    for name, _ in index.keys:
        if name not in parts:
            break
        bounded[name] = parts[name]
        if name in bounds({name: parts[name]})[0].ranged:
            break
    return bounded


def _ids(condition: Any) -> int | None:
    """Return how many ids a condition names, or None if it names none."""
    if isinstance(condition, Mapping):
        return len(condition["$in"]) if "$in" in condition else None
    return None if condition is None else 1
