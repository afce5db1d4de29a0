"""Transactions that are retried when MongoDB labels their error as transient.

https://www.mongodb.com/docs/manual/core/transactions-in-applications/
"""

from collections.abc import Callable
from functools import wraps
from random import uniform
from time import monotonic, sleep

from django.db import DatabaseError
from django_mongodb_backend import transaction
from pymongo.errors import PyMongoError

from lms.mongodb import connection

on_commit = transaction.on_commit

MAX_RETRY_SECONDS = 10
"""For how many seconds a transaction is retried."""


def _has_label(error: BaseException, label: str) -> bool:
    cause = error if isinstance(error, PyMongoError) else error.__cause__
    return isinstance(cause, PyMongoError) and cause.has_error_label(label)


def atomic[**P, R](block: Callable[P, R]) -> Callable[P, R]:
    """Run the decorated function in one transaction, and again from the start after a transient error.

    Inside another `atomic` function it joins that transaction, and the outer function is retried. The function must be
    repeatable: no network call, no message (use `on_commit`), and no `get_or_create`, since a duplicate key ends the
    whole transaction.
    """

    @wraps(block)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block_mongo:
            return block(*args, **kwargs)
        deadline = monotonic() + MAX_RETRY_SECONDS
        pause = 0.005
        while True:
            try:
                with transaction.atomic():
                    return block(*args, **kwargs)
            except (DatabaseError, PyMongoError) as error:
                if not _has_label(error, "TransientTransactionError") or monotonic() > deadline:
                    raise
            sleep(uniform(pause / 2, pause))  # noqa: S311 (not for secrets)
            pause = min(pause * 2, 0.5)

    return run
