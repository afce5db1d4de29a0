"""MongoDB's own Django backend, with the operations of this package.

`DATABASES["default"]["ENGINE"]` names this package. Everything that is not an index-friendly pipeline or lookup, a
measurement, an operator below or the end of a transaction is the backend's.
"""

import re
from typing import Any

from django_mongodb_backend import base

from lms.mongodb import lookups
from lms.mongodb.metrics import CommandMetrics
from lms.mongodb.operations import DatabaseOperations

lookups.register()


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations
    # The backend takes the value of `iexact` for a regular expression, as it comes.
    mongo_operators = base.DatabaseWrapper.mongo_operators | {
        "iexact": lambda field, value: {field: {"$regex": f"^{re.escape(value)}$", "$options": "i"}}
    }

    def get_connection_params(self) -> dict[str, Any]:
        return super().get_connection_params() | {"event_listeners": [CommandMetrics()]}

    def commit_mongo(self) -> None:
        """Commit; if that fails leave nothing behind, or the thread's later transactions would be none."""
        try:
            super().commit_mongo()
        except BaseException:
            self.run_on_commit = []
            if self.session:
                self._end_session()
            raise

    def validate_no_atomic_block(self) -> None:
        """Let a transaction of ours end inside Django's `atomic`, which the admin opens: it holds nothing here."""
