"""Our database engine, in which a process can die before or after any command."""

from typing import Any

from lms.mongodb import base
from proof import crashes

COMMANDS = {
    "aggregate",
    "bulk_write",
    "count_documents",
    "delete_many",
    "delete_one",
    "find",
    "find_one",
    "find_one_and_update",
    "insert_many",
    "insert_one",
    "update_many",
    "update_one",
}


class Collection:
    """A collection whose commands pass by the fuse."""

    def __init__(self, collection: Any) -> None:
        self._collection = collection

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._collection, name)
        if name not in COMMANDS:
            return found
        label = f"{self._collection.name}.{name}"
        return lambda *args, **kwargs: crashes.pass_by(label, lambda: found(*args, **kwargs))


class DatabaseWrapper(base.DatabaseWrapper):
    def get_collection(self, name: str, **kwargs: Any) -> Any:
        return Collection(super().get_collection(name, **kwargs))

    def start_transaction_mongo(self) -> None:
        crashes.begin()
        super().start_transaction_mongo()

    def commit_mongo(self) -> None:
        """Commit by itself, so that a process may die between that and what was to be done on commit."""
        if self.session:
            crashes.pass_by("commit", self._commit_session)
        super().commit_mongo()

    def _commit_session(self) -> None:
        self.session.commit_transaction()
        self._end_session()
