"""MongoDB's own Django backend, with the operations of this package.

`DATABASES["default"]["ENGINE"]` names this package. Everything that is not an index-friendly pipeline or a
measurement is the backend's.
"""

from typing import Any

from django_mongodb_backend import base

from .metrics import CommandMetrics
from .operations import DatabaseOperations


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations

    def get_connection_params(self) -> dict[str, Any]:
        return super().get_connection_params() | {"event_listeners": [CommandMetrics()]}
