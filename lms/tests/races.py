"""Two calls at the same time, in an order that the test chooses, and the documents that a call writes to."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.db.models import ProtectedError
from django.http import Http404
from pymongo.monitoring import CommandStartedEvent
from rest_framework.exceptions import APIException

from lms.mongodb.transaction import atomic

type Call = Callable[[], Any]
type Watched = Callable[..., Any]

REFUSALS = (APIException, Http404, ObjectDoesNotExist, ProtectedError)
WRITES = {"insert", "update", "delete", "findAndModify"}
TIMEOUT = 20


def attempt(call: Call) -> Exception | None:
    """Run a call; return the error with which it was refused, or None."""
    try:
        call()
    except REFUSALS as error:
        return error
    return None


def in_between(watched: Watched, late: Call, early: Call) -> tuple[Any, Any]:
    """Run `early` as a whole right before `late` begins to write, which has read everything before that.

    Returns the results of both.
    """
    return _run(watched, late, early, _begins_to_write, wait_for_end=True)


def at_commit(watched: Watched, first: Call, second: Call) -> tuple[Any, Any]:
    """Start `second` right before `first` commits; return the results of both."""
    return _run(watched, first, second, _commits, wait_for_end=False)


def _run(
    watched: Watched,
    main: Call,
    rival: Call,
    is_moment: Callable[[CommandStartedEvent], bool],
    *,
    wait_for_end: bool,
) -> tuple[Any, Any]:
    own = threading.get_ident()
    begun, rivals = threading.Event(), []
    with ThreadPoolExecutor(1) as pool:

        def watch(event: CommandStartedEvent) -> None:
            if threading.get_ident() != own:
                begun.set()
            elif not rivals and is_moment(event):
                rivals.append(pool.submit(_apart, rival))
                if wait_for_end:
                    rivals[0].result(TIMEOUT)
                else:
                    begun.wait(TIMEOUT)

        with watched(watch):
            result = main()
            [future] = rivals  # else the moment never came
            return result, future.result(TIMEOUT)


def _apart(call: Call) -> Any:
    try:
        return call()
    finally:
        connection.close()


def _begins_to_write(event: CommandStartedEvent) -> bool:
    return bool(event.command.get("startTransaction")) or event.command_name in WRITES


def _commits(event: CommandStartedEvent) -> bool:
    return event.command_name == "commitTransaction"


# --- What a call writes to ---------------------------------------------------------------------------------------


def written_by(commands: Callable, call: Call) -> set[tuple[str, Any]]:
    """Return the documents that a call changes or deletes, as pairs of collection and id."""
    with commands() as sent:
        call()
    return {document for event in sent for document in _documents(event)}


def undone(call: Call) -> Call:
    """Return a function that runs a call in a transaction and takes back what it did."""

    @atomic
    def run() -> None:
        call()
        raise _UndoError

    def run_and_undo() -> None:
        with suppress(_UndoError):
            run()

    return run_and_undo


class _UndoError(Exception):
    pass


def _documents(event: CommandStartedEvent) -> Iterator[tuple[str, Any]]:
    command, name = event.command, event.command_name
    queries = {
        "update": lambda: [each["q"] for each in command.get("updates", ())],
        "delete": lambda: [each["q"] for each in command.get("deletes", ())],
        "findAndModify": lambda: [command["query"]],
    }.get(name, list)()
    for query in queries:
        yield from ((command[name], pk) for pk in _ids(query))


def _ids(query: Any) -> Iterator[Any]:
    """Return the ids that a filter names, wherever it does."""
    if isinstance(query, list):
        for part in query:
            yield from _ids(part)
    elif isinstance(query, dict):
        for key, value in query.items():
            if key != "_id":
                yield from _ids(value)
            elif isinstance(value, dict):
                yield from [value["$eq"]] if "$eq" in value else value.get("$in", ())
            else:
                yield value
