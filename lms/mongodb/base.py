"""MongoDB's own Django backend, with the operations of this package.

`DATABASES["default"]["ENGINE"]` names this package. It adds pipelines and lookups that an index serves, metrics, the `iexact`
operator, migrations that may be repeated, and a safe end of transactions; everything else is the backend's.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pymongo import MongoClient

from lms.mongodb import lookups
from lms.mongodb.maps import without_maps

with without_maps():
    from django_mongodb_backend import base

from lms.mongodb.commits import commit
from lms.mongodb.editor import DatabaseSchemaEditor
from lms.mongodb.metrics import CommandMetrics
from lms.mongodb.operations import DatabaseOperations

lookups.register()


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations
    SchemaEditorClass = DatabaseSchemaEditor
    # The backend passes the value of `iexact` as a regular expression, unescaped.
    mongo_operators = base.DatabaseWrapper.mongo_operators | {
        "iexact": lambda field, value: {field: {"$regex": f"^{re.escape(value)}$", "$options": "i"}}
    }

    def get_connection_params(self) -> dict[str, Any]:
        return super().get_connection_params() | {"event_listeners": [CommandMetrics()]}

    @contextmanager
    def unhurried(self) -> Iterator[None]:
        """Wait for each answer as long as it takes, in this thread: MongoDB may build an index for an hour."""
        self.ensure_connection()
        usual = self.connection
        options = self.get_connection_params() | {"socketTimeoutMS": None}
        with MongoClient(**options, driver=self._driver_info()) as patient:
            try:
                self._use(patient)
                yield
            finally:
                self._use(usual)

    def _use(self, client: MongoClient[dict[str, Any]]) -> None:
        self.connection = client
        self.init_connection_state()

    def start_transaction_mongo(self) -> None:
        """Start a transaction, with no event of one that failed before it."""
        super().start_transaction_mongo()
        self.events: list[Any] = []

    def commit_mongo(self) -> None:
        """Commit; `lms.mongodb.transaction.atomic` runs the hooks afterwards.

        The session ends in any case: with an old one the thread's next transactions would silently do nothing.
        """
        try:
            if self.session:
                commit(self.session)
        except BaseException:
            self.run_on_commit = []
            raise
        finally:
            if self.session:
                self._end_session()

    def validate_no_atomic_block(self) -> None:
        """Allow a transaction of ours inside Django's `atomic`, which the admin opens and which does nothing on MongoDB."""
