"""Which indexes the models declare, and whether the database has them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model
from django_mongodb_backend.schema import DatabaseSchemaEditor
from pymongo import IndexModel

from lms.mongodb.base import DatabaseWrapper

type Index = Mapping[str, Any]
"""An index as MongoDB's `createIndexes` takes it: `name`, `key`, `unique` and so on."""


class Notes(DatabaseSchemaEditor):
    """Notes the indexes that `migrate` would create, and creates none."""

    def __init__(self, connection: DatabaseWrapper) -> None:
        super().__init__(connection)
        self.noted: list[Index] = []

    def get_collection(self, name: str) -> "Notes":
        return self

    def create_indexes(self, indexes: Iterable[IndexModel]) -> None:
        self.noted += [index.document for index in indexes]


def declared(connection: DatabaseWrapper, model: type[Model]) -> list[Index]:
    """Give every index that a model declares, by a field, `unique_together`, a constraint or an index."""
    notes = Notes(connection)
    notes._create_model_indexes(model)
    return notes.noted


def is_held(wanted: Index, held: Mapping[str, Any]) -> bool:
    """Does one of `held`, pymongo's `index_information`, do what is wanted, by whatever name?"""
    same_key = [index for index in held.values() if index["key"] == list(wanted["key"].items())]
    if wanted.get("unique"):
        return any(index.get("unique") for index in same_key)
    return wanted["name"] in held or bool(same_key)
