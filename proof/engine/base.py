"""The application's database engine, with a crash point before and after each command."""

from typing import Any

from lms.mongodb import base
from proof import crash_points

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
    """A collection whose commands are crash points."""

    def __init__(self, collection: Any) -> None:
        self._collection = collection

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._collection, name)
        if name not in COMMANDS:
            return attribute
        label = f"{self._collection.name}.{name}"
        return lambda *args, **kwargs: crash_points.run_command(
            label, lambda: attribute(*args, **kwargs)
        )


class DatabaseWrapper(base.DatabaseWrapper):
    def get_collection(self, name: str, **kwargs: Any) -> Any:
        return Collection(super().get_collection(name, **kwargs))

    def start_transaction_mongo(self) -> None:
        crash_points.before_transaction()
        super().start_transaction_mongo()

    def commit_mongo(self) -> None:
        """Commit before the parent does, so that a crash can come between the commit and what runs on commit."""
        if self.session:
            crash_points.run_command("commit", self._commit_session)
        super().commit_mongo()

    def _commit_session(self) -> None:
        assert self.session is not None
        self.session.commit_transaction()
        self._end_session()
