"""Transactions that are retried when MongoDB labels their error as transient.

https://www.mongodb.com/docs/manual/core/transactions-in-applications/
"""

from collections.abc import Callable
from functools import wraps
from random import uniform
from time import monotonic, sleep

from django.db import DatabaseError, IntegrityError
from django_mongodb_backend import transaction
from pymongo.errors import DuplicateKeyError, PyMongoError

from lms import events
from lms.mongodb import connection

on_commit = transaction.on_commit

MAX_RETRY_SECONDS = 10
"""For how many seconds a transaction is retried."""


def _cause(error: BaseException) -> BaseException | None:
    return error if isinstance(error, PyMongoError) else error.__cause__


def _is_transient(error: BaseException) -> bool:
    cause = _cause(error)
    return isinstance(cause, PyMongoError) and cause.has_error_label("TransientTransactionError")


def _is_duplicate(error: BaseException) -> bool:
    return isinstance(error, IntegrityError) or isinstance(_cause(error), DuplicateKeyError)


def atomic[**P, R](block: Callable[P, R]) -> Callable[P, R]:
    """Run the decorated function in one transaction, and again from the start after an error that may be a lost race.

    That is a transient error, and the first duplicate key: the one who won has committed by then, so the function sees it.
    Inside another `atomic` function it joins that transaction, and the outer function is retried. The function must be
    repeatable: no network call, no message (use `on_commit`), and no `get_or_create`, since a duplicate key ends the
    whole transaction. The events that it recorded (`lms.events`) are inserted just before the commit. What waits for the
    commit runs once, after it, and is not part of what is retried.
    """

    @wraps(block)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block_mongo:
            return block(*args, **kwargs)
        result = _retried(lambda: block(*args, **kwargs))
        connection.run_and_clear_commit_hooks()
        return result

    return run


def _retried[R](block: Callable[[], R]) -> R:
    """Run a block in a transaction until one is committed; raise its error if that cannot be a lost race."""
    deadline = monotonic() + MAX_RETRY_SECONDS
    pause, had_duplicate = 0.005, False
    while True:
        try:
            with transaction.atomic():
                result = block()
                events.insert_all()
                return result
        except (DatabaseError, PyMongoError) as error:
            is_first_duplicate = _is_duplicate(error) and not had_duplicate
            if not (is_first_duplicate or _is_transient(error)) or monotonic() > deadline:
                raise
            had_duplicate |= is_first_duplicate
        sleep(uniform(pause / 2, pause))  # noqa: S311 (not for secrets)
        pause = min(pause * 2, 0.5)
