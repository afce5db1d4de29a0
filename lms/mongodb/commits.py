"""The commit of a transaction, repeated while nobody knows whether it arrived.

https://www.mongodb.com/docs/manual/core/transactions-in-applications/#handle-errors-when-committing-the-transaction
"""

import logging
from random import uniform
from time import monotonic, sleep

from pymongo.client_session import ClientSession
from pymongo.errors import PyMongoError

log = logging.getLogger(__name__)

MAX_COMMIT_SECONDS = 10
"""For how many seconds a commit is repeated."""


def is_unknown(error: BaseException) -> bool:
    """Return whether a transaction may be committed or not: the answer to its commit is missing."""
    return isinstance(error, PyMongoError) and error.has_error_label(
        "UnknownTransactionCommitResult"
    )


def commit(session: ClientSession) -> None:
    """Commit the session's transaction, again until MongoDB answers whether it is committed.

    To repeat a commit does no harm. Raises the last error if none was a clear answer for `MAX_COMMIT_SECONDS`.
    """
    deadline = monotonic() + MAX_COMMIT_SECONDS
    while True:
        try:
            session.commit_transaction()
            return
        except PyMongoError as error:
            if not is_unknown(error):
                raise
            if monotonic() > deadline:
                log.error("It is unknown whether a transaction was committed: %s", error)
                raise
        sleep(uniform(0.01, 0.1))  # noqa: S311 (not for secrets)
