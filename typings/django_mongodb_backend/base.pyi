from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django_mongodb_backend.schema import DatabaseSchemaEditor
from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.database import Database

# What Django's own connection lacks: the collections, and the transaction's session.
class DatabaseWrapper(BaseDatabaseWrapper):
    database: Database[dict[str, Any]]
    session: ClientSession | None
    connection: MongoClient[dict[str, Any]]
    in_atomic_block_mongo: bool
    nested_atomics: int
    run_on_commit: list[Any]
    mongo_operators: dict[str, Any]
    def start_transaction_mongo(self) -> None: ...
    def commit_mongo(self) -> None: ...
    def close_pool(self) -> None: ...
    def _end_session(self) -> None: ...
    def get_connection_params(self) -> dict[str, Any]: ...
    def get_collection(self, name: str, **options: Any) -> Collection[dict[str, Any]]: ...
    def schema_editor(self, *args: Any, **kwargs: Any) -> DatabaseSchemaEditor: ...
