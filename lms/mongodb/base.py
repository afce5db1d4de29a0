"""MongoDB's own Django backend, with the operations of this package.

`DATABASES["default"]["ENGINE"]` names this package. It adds pipelines and lookups that an index serves, metrics, the `iexact`
operator, and a safe end of transactions; everything else is the backend's.
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
    # The backend passes the value of `iexact` as a regular expression, unescaped.
    mongo_operators = base.DatabaseWrapper.mongo_operators | {
        "iexact": lambda field, value: {field: {"$regex": f"^{re.escape(value)}$", "$options": "i"}}
    }

    def get_connection_params(self) -> dict[str, Any]:
        return super().get_connection_params() | {"event_listeners": [CommandMetrics()]}

    def commit_mongo(self) -> None:
        """Commit. If that fails, leave no session behind: the thread's next transactions would silently do nothing."""
        try:
            super().commit_mongo()
        except BaseException:
            self.run_on_commit = []
            if self.session:
                self._end_session()
            raise

    def validate_no_atomic_block(self) -> None:
        """Allow a transaction of ours inside Django's `atomic`, which the admin opens and which does nothing on MongoDB."""
