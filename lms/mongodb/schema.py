"""The indexes that the models declare, and whether the database has them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model
from django_mongodb_backend.schema import DatabaseSchemaEditor
from pymongo import IndexModel

from lms.mongodb.base import DatabaseWrapper

type Index = Mapping[str, Any]
"""An index as MongoDB's `createIndexes` takes it: `name`, `key`, `unique` and so on."""


class Recorder(DatabaseSchemaEditor):
    """A schema editor that records the indexes that `migrate` would create, and creates none."""

    def __init__(self, connection: DatabaseWrapper) -> None:
        super().__init__(connection)
        self.recorded: list[Index] = []

    def get_collection(self, name: str) -> "Recorder":
        return self

    def create_indexes(self, indexes: Iterable[IndexModel]) -> None:
        self.recorded += [index.document for index in indexes]


def declared(connection: DatabaseWrapper, model: type[Model]) -> list[Index]:
    """Return every index that a model declares: by a field, `unique_together`, a constraint or an index."""
    recorder = Recorder(connection)
    recorder._create_model_indexes(model)
    return recorder.recorded


def is_held(wanted: Index, held: Mapping[str, Any]) -> bool:
    """Return whether one of `held` (pymongo's `index_information`) serves as the wanted index, under any name."""
    same_key = [index for index in held.values() if index["key"] == list(wanted["key"].items())]
    if wanted.get("unique"):
        return any(index.get("unique") for index in same_key)
    return wanted["name"] in held or bool(same_key)
