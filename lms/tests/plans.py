"""Would an index of MongoDB serve this command? Read from the command itself, as the planner would.

The embedded server keeps no statistics to explain with, and a small collection's plan says little about a large one's.
So this looks at what is sent: every match must name the first key of an index, and every sort that is cut by a limit
must be an index's order. A partial index counts only if the match implies its whole filter. How much is examined, MongoDB's
own statistics say in `bench/tests/test_index_keys.py`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, NamedTuple

from lms.tests.implication import implies

type Document = Mapping[str, Any]
type Keys = list[tuple[str, Any]]


class Index(NamedTuple):
    """An index: its keys in order, and the filter of a partial one."""

    keys: Keys
    filter: Document = {}


type Indexes = Mapping[str, list[Index]]
"""The indexes of each collection but that of `_id`, which each has."""

RANGES = {"$gt", "$gte", "$lt", "$lte", "$exists", "$ne"}
JOINED = object()
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
        elif RANGES & set(value) or _is_prefix(value):
            common.ranged.add(name)
    return common, branches


def _is_prefix(value: Document) -> bool:
    """Only a regular expression that begins with `^`, and heeds case, is a range of an index."""
    return str(value.get("$regex", "")).startswith("^") and "i" not in value.get("$options", "")


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


def _finds(common: Bounds, indexes: list[Index]) -> bool:
    named = common.equal | common.ranged
    return common.text or "_id" in named or any(index.keys[0][0] in named for index in indexes)


def _usable(query: Document, indexes: list[Index]) -> list[Index]:
    return [index for index in indexes if implies(query, index.filter)]


def _matches(query: Document, usable: list[Index], indexes: list[Index]) -> bool:
    """Does an index narrow this filter, or else each branch of one of its `$or`s?

    `usable` are those that an enclosing filter implies: the planner asks that of a whole filter or of one branch alone.
    """
    usable = [*usable, *_usable(query, indexes)]
    common, alternatives = bounds(query)
    if _finds(common, usable):
        return True
    return any(
        all(_matches(branch, usable, indexes) for branch in branches) for branches in alternatives
    )


def ordered_by(query: Document, sort: Document, indexes: list[Index]) -> Index | None:
    """Return an index that holds the matches in this order; of several that are merged, the first one.

    The branches of a filter that is one `$or` are merged in order: https://www.mongodb.com/docs/manual/reference/operator/query/or/#-or-and-sort-operations
    """
    while len(query) == 1 and len(parts := query.get("$and", ())) == 1:
        [query] = parts
    if set(query) == {"$or"}:
        found = [ordered_by(branch, sort, indexes) for branch in query["$or"]]
        return found[0] if all(found) else None
    common, _ = bounds(query)
    by_id = Index([("_id", 1)])
    if "_id" in common.equal or common.text:
        return by_id  # a bounded set
    # What is equal in all matches orders nothing, wherever it stands.
    wanted = [key for key in sort.items() if key[0] not in common.equal]
    reverse = [(name, -way) for name, way in wanted]
    # One of few rows is better than one of all.
    usable = sorted(_usable(query, indexes), key=lambda index: not index.filter)
    for index in [*usable, by_id]:
        order = [key for key in index.keys if key[0] not in common.equal][: len(wanted)]
        if order in (wanted, reverse):
            return index
    return None


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
    order = ordered_by(query, sort, own) if sort else None
    # An index that gives the order may be read whole if all of it is wanted: all rows, or all of a partial index.
    is_read_whole = order is not None and (not query or bool(order.filter))
    if not _matches(query, [], own) and not is_read_whole:
        found.append(f"{collection}: no index for {dict(query)}")
    if sort and not order:
        found.append(f"{collection}: no index gives the order {dict(sort)} of {dict(query)}")
    return found


def _pipeline_problems(collection: str, pipeline: list[Document], indexes: Indexes) -> list[str]:
    leading = list(takewhile(lambda stage: "$match" in stage, pipeline))
    query = {"$and": [stage["$match"] for stage in leading]} if leading else {}
    following = pipeline[len(leading)] if len(pipeline) > len(leading) else {}
    is_cut = not leading and "$limit" in following  # any rows, so many at most
    found = [] if is_cut else _query_problems(collection, query, following.get("$sort"), indexes)
    for stage in pipeline:
        if "$lookup" in stage:
            found += _lookup_problems(stage["$lookup"], indexes)
        other = stage.get("$unionWith", {})
        if "coll" in other:  # without one it brings its own documents
            found += _pipeline_problems(other["coll"], other["pipeline"], indexes)
    return found


def _lookup_problems(lookup: Document, indexes: Indexes) -> list[str]:
    inner = list(lookup.get("pipeline", []))
    if "foreignField" in lookup:
        # Of unknown value: no partial index serves a join.
        inner = [{"$match": {lookup["foreignField"]: JOINED}}, *inner]
    return _pipeline_problems(lookup["from"], inner, indexes)
