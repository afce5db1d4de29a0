"""What MongoDB examines for a command, as its own `explain` says: https://www.mongodb.com/docs/manual/reference/explain-results/."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from bench.commands import Command
from lms.mongodb import connection

EXPLAINABLE = {"aggregate", "count", "delete", "distinct", "find", "findAndModify", "update"}
ENVELOPE = {"lsid", "txnNumber", "startTransaction", "autocommit", "readConcern", "writeConcern"}
"""What surrounds a command, and cannot stand in one that is explained; and all that begins with `$`."""
EMBEDDED = "mongoeco"
"""What the embedded server gives as the commit of its source: it imitates `explain`, but does not measure."""


class Examined(NamedTuple):
    """How many keys of indexes, and how many documents, were examined."""

    keys: int
    documents: int


class Unexplained(Exception):
    """An explanation that names nothing examined: of a server that does not explain as MongoDB does."""


@cache
def is_embedded() -> bool:
    """Return whether the server is the embedded one."""
    connection.ensure_connection()
    return connection.connection.server_info().get("gitVersion") == EMBEDDED


def name_source() -> str:
    """Return in a few words where the numbers of examined rows come from."""
    version = connection.connection.server_info()["version"]
    if is_embedded():
        return "calculated from the indexes, since the embedded server explains nothing"
    return f"as MongoDB {version} explains each command (executionStats)"


def count_explained(command: Command) -> int:
    """Let MongoDB run a command once more and count: return the keys or the documents examined, whichever are more."""
    return sum(max(read_explanation(explain(document))) for document in list_explainable(command))


def explain(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return MongoDB's explanation of a command, with what its execution examined. Nothing is written."""
    answer: Mapping[str, Any] = connection.database.command(
        {"explain": document, "verbosity": "executionStats"}
    )
    return answer


def list_explainable(command: Command) -> list[dict[str, Any]]:
    """List the parts of a command that can be explained: one for each statement of a write, none of an insert.

    Of a command whose documents were not all fetched, only those count that were.
    """
    name = command.name
    if name not in EXPLAINABLE or not isinstance(command.document[name], str):
        return []
    document = {
        key: value
        for key, value in command.document.items()
        if key not in ENVELOPE and not key.startswith("$")
    }
    if f"{name}s" in document:  # `updates` or `deletes`
        return [document | {f"{name}s": [each]} for each in document[f"{name}s"]]
    if not command.is_cut or not command.returned:
        return [document]
    if name == "find":
        document["limit"] = command.returned
    else:
        document["pipeline"] = [*document["pipeline"], {"$limit": command.returned}]
    return [document]


def read_explanation(explanation: Mapping[str, Any]) -> Examined:
    """Return what an explanation of verbosity `executionStats` says was examined.

    The totals of `executionStats` are those of the whole plan, joins that the planner made part of it included. Stages
    that follow it have their own: `$lookup` and its kin beside the stage, `$unionWith` in the pipeline within. Of a
    sharded collection each shard has one of these.
    """
    totals = list(_totals(explanation))
    if not totals:
        raise Unexplained(f"Nothing is said to be examined: {sorted(explanation)}")
    return Examined(sum(each.keys for each in totals), sum(each.documents for each in totals))


def _totals(node: Any) -> Iterator[Examined]:
    """Yield the totals in a part of an explanation, outermost first, and not those that they contain."""
    if isinstance(node, list):
        for each in node:
            yield from _totals(each)
    elif isinstance(node, Mapping):
        known = node.get("executionStats", node)
        if "totalKeysExamined" in known:
            yield Examined(int(known["totalKeysExamined"]), int(known["totalDocsExamined"]))
        else:
            for name, each in node.items():
                if name != "command":  # the command itself, repeated
                    yield from _totals(each)
