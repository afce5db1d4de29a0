"""Would an index of MongoDB serve this command? Read from the command itself, as the planner would.

The embedded server keeps no statistics to explain with, and a small collection's plan says little about a large one's.
So this looks at what is sent: every match must name the first key of an index, and every sort that is cut by a limit
must be an index's order.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

type Document = Mapping[str, Any]
type Indexes = Mapping[str, list[list[tuple[str, Any]]]]

RANGES = {"$gt", "$gte", "$lt", "$lte", "$regex", "$exists", "$ne"}
READS = {"find", "aggregate", "count", "distinct", "findAndModify", "update", "delete"}


@dataclass
class Bounds:
    """What a filter says of which fields: equal to something, or within a range."""

    equal: set[str] = field(default_factory=set)
    ranged: set[str] = field(default_factory=set)
    text: bool = False

    def __or__(self, other: "Bounds") -> "Bounds":
        return Bounds(self.equal | other.equal, self.ranged | other.ranged, self.text or other.text)


def bounds(query: Document) -> tuple[Bounds, list[list[Document]]]:
    """Read a filter: what holds for all of it, and the branches of each `$or` in it."""
    common, branches = Bounds(), []
    for name, value in query.items():
        if name == "$and":
            for part in value:
                inner, more = bounds(part)
                common, branches = common | inner, branches + more
        elif name == "$or":
            branches.append(list(value))
        elif name == "$text":
            common.text = True
        elif name == "$expr":
            common.equal |= set(_equal_in_expression(value))
        elif _is_equality(value):
            common.equal.add(name)
        elif RANGES & set(value):
            common.ranged.add(name)
    return common, branches


def _is_equality(value: Any) -> bool:
    operators = (
        {key for key in value if key.startswith("$")} if isinstance(value, Mapping) else set()
    )
    return not operators or bool(operators & {"$eq", "$in", "$all"})


def _equal_in_expression(expression: Any) -> Iterator[str]:
    """`{"$eq": ["$field", ...]}` can use an index, `$in` cannot."""
    if not isinstance(expression, Mapping):
        return
    for operator, parts in expression.items():
        if operator == "$and":
            for part in parts:
                yield from _equal_in_expression(part)
        elif operator == "$eq":
            for part in parts:
                if isinstance(part, str) and part.startswith("$") and not part.startswith("$$"):
                    yield part[1:]


def _finds(common: Bounds, indexes: list[list[tuple[str, Any]]]) -> bool:
    named = common.equal | common.ranged
    return common.text or "_id" in named or any(index[0][0] in named for index in indexes)


def _matches(query: Document, indexes: list[list[tuple[str, Any]]]) -> bool:
    """Does an index narrow this filter, or else each branch of one of its `$or`s?"""
    common, alternatives = bounds(query)
    if _finds(common, indexes):
        return True
    return any(all(_matches(branch, indexes) for branch in branches) for branches in alternatives)


def _orders(query: Document, sort: Document, indexes: list[list[tuple[str, Any]]]) -> bool:
    """Does an index hold the matches in this order?"""
    common, _ = bounds(query)
    if "_id" in common.equal or common.text:
        return True  # a bounded set
    wanted = list(sort.items())
    for index in [*indexes, [("_id", 1)]]:
        prefix = list(
            takewhile(lambda key: key[0] in common.equal and key not in wanted[:1], index)
        )
        rest = index[len(prefix) :][: len(wanted)]
        if rest == wanted or rest == [(name, -way) for name, way in wanted]:
            return True
    return False


def problems(command: str, document: Document, indexes: Indexes) -> list[str]:
    """Say what no index serves in a command as pymongo's CommandListener shows it."""
    if command not in READS or isinstance(document.get(command), int):
        return []
    collection = document[command]
    if command == "aggregate":
        return _pipeline_problems(collection, document["pipeline"], indexes)
    queries = {
        "find": lambda: [(document.get("filter", {}), document.get("sort"))],
        "update": lambda: [(update["q"], None) for update in document.get("updates", [])],
        "delete": lambda: [(delete["q"], None) for delete in document.get("deletes", [])],
    }.get(command, lambda: [(document.get("query", {}), document.get("sort"))])()
    return [
        problem
        for query, sort in queries
        for problem in _query_problems(collection, query, sort, indexes)
    ]


def _query_problems(
    collection: str, query: Document, sort: Document | None, indexes: Indexes
) -> list[str]:
    found, own = [], indexes[collection]
    ordered = bool(sort) and _orders(query, sort or {}, own)
    if not _matches(query, own) and not (not query and ordered):
        found.append(f"{collection}: no index for {dict(query)}")
    if sort and not ordered:
        found.append(f"{collection}: no index gives the order {dict(sort)} of {dict(query)}")
    return found


def _pipeline_problems(collection: str, pipeline: list[Document], indexes: Indexes) -> list[str]:
    leading = list(takewhile(lambda stage: "$match" in stage, pipeline))
    query = {"$and": [stage["$match"] for stage in leading]} if leading else {}
    following = pipeline[len(leading)] if len(pipeline) > len(leading) else {}
    found = _query_problems(collection, query, following.get("$sort"), indexes)
    for stage in pipeline:
        if "$lookup" in stage:
            found += _lookup_problems(stage["$lookup"], indexes)
    return found


def _lookup_problems(lookup: Document, indexes: Indexes) -> list[str]:
    inner = list(lookup.get("pipeline", []))
    if "foreignField" in lookup:
        inner = [{"$match": {lookup["foreignField"]: "joined"}}, *inner]
    return _pipeline_problems(lookup["from"], inner, indexes)
