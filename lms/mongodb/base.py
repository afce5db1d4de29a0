"""MongoDB's own Django backend, with the operations of this package.

`DATABASES["default"]["ENGINE"]` names this package. Everything that is not an index-friendly pipeline
is the backend's.
"""

from django_mongodb_backend import base

from .operations import DatabaseOperations


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations

    def validate_no_atomic_block(self) -> None:
        """Let a transaction of ours end inside Django's `atomic`, which the admin opens: it holds nothing here."""
