"""How many rows MongoDB reads for a command, calculated from the indexes that the models declare.

The embedded server has no planner, and a command's time there says little about MongoDB. So this counts the rows within
the bounds of each index that serves the command, as far as its limit needs them, and takes the cheapest index, as the
planner does in the end. Rows that match are taken to lie evenly in an index.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from pymongo import monitoring

from lms.mongodb import connection
from lms.tests.implication import implies
from lms.tests.plans import Document, Index, bounds, ordered_by
from lms.tests.scans import indexes

FIRST_BATCH = 101
"""How many rows MongoDB reads for the first batch of a cursor without a limit."""


@dataclass
class Command:
    """A command that was sent, and how many rows its later batches had."""

    name: str
    document: Document
    fetched: int = 0


@dataclass
class Recorder(monitoring.CommandListener):
    """Keep the commands that read or change rows, while it is on."""

    is_on: bool = False
    sent: list[Command] = field(default_factory=list)
    _cursors: dict[int, Command] = field(default_factory=dict)

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if self.is_on and event.database_name == connection.settings_dict["NAME"]:
            self.sent.append(Command(event.command_name, event.command))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        if not self.is_on or not self.sent:
            return
        cursor = event.reply.get("cursor", {})
        if "firstBatch" in cursor and cursor["id"]:
            self._cursors[cursor["id"]] = self.sent[-1]
        elif "nextBatch" in cursor:
            owner = self.sent[-1].document["getMore"]
            if owner in self._cursors:
                self._cursors[owner].fetched += len(cursor["nextBatch"])

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        pass

    def record(self) -> "Recorder":
        self.sent.clear()
        self._cursors.clear()
        self.is_on = True
        return self


def count_examined(commands: Iterable[Command]) -> int:
    """Return how many rows MongoDB reads for some commands."""
    return sum(_count(command) for command in commands)


def _count(command: Command) -> int:
    name, document = command.name, command.document
    match name:
        case "find":
            limit = document.get("limit") or FIRST_BATCH + command.fetched
            query, sort = document.get("filter", {}), document.get("sort")
            return examine(document["find"], query, sort, limit + document.get("skip", 0))
        case "aggregate" if isinstance(document["aggregate"], str):
            return _count_pipeline(document["aggregate"], document["pipeline"], command.fetched)
        case "update" | "delete":
            return sum(
                examine(document[name], each["q"], None, None) for each in document[f"{name}s"]
            )
        case "count" | "distinct" | "findAndModify":
            return examine(document[name], document.get("query", {}), None, document.get("limit"))
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
        limit = FIRST_BATCH + fetched
    others = sum(
        _count_pipeline(union["coll"], union["pipeline"], 0)
        for stage in rest
        if "coll" in (union := stage.get("$unionWith", {}))
    )
    return others + examine(collection, query, sort, limit)


def examine(collection: str, query: Document, sort: Any, limit: int | None) -> int:
    """Return how many rows the cheapest index makes MongoDB read."""
    rows = connection.get_collection(collection)
    parts = flatten(query)
    if (ids := _ids(parts.get("_id"))) is not None:
        return ids
    whole = rows.estimated_document_count()
    matching = rows.count_documents(dict(query)) if query else whole
    found = []
    for index in (*indexes().get(collection, []), Index([("_id", 1)])):
        within = _within(parts, index)
        is_ordered = not sort or ordered_by(query, sort, [index]) == index
        if implies(query, index.filter) and (within or (sort and is_ordered)):
            number = rows.count_documents({**index.filter, **within})
            if is_ordered and limit is not None and matching > limit:
                number = -(-limit * number // matching)
            found.append(number)
    if branches := _branches(query):
        found.append(sum(examine(collection, branch, None, None) for branch in branches))
    if not query and limit is not None:
        found.append(min(limit, whole) if not sort else whole)
    return min(found, default=whole)


def flatten(query: Document) -> dict[str, Any]:
    """Return each field with the conditions that all matches meet, out of nested `$and`s."""
    parts: dict[str, Any] = {}
    for name, value in query.items():
        inner = (
            [flatten(part) for part in value]
            if name == "$and"
            else []
            if name.startswith("$")
            else [{name: value}]
        )
        for each in inner:
            for field_name, condition in each.items():
                known = parts.get(field_name)
                if isinstance(known, Mapping) and isinstance(condition, Mapping):
                    condition = {**known, **condition}
                parts[field_name] = condition
    return parts


def _branches(query: Document) -> list[Document]:
    """Return the alternatives of a query that is one `$or`."""
    while len(query) == 1 and len(parts := query.get("$and", ())) == 1:
        [query] = parts
    return list(query["$or"]) if set(query) == {"$or"} else []


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
