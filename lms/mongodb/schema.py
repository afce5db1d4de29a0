"""The indexes that the models declare, and whether the database has them."""

from collections.abc import Iterable, Mapping
from typing import Any

import bson
from django.db.models import Model
from pymongo import IndexModel

from lms.mongodb.base import DatabaseWrapper
from lms.mongodb.editor import DatabaseSchemaEditor

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
    """Return whether one of `held` (pymongo's `index_information`) serves as the wanted index, under any name.

    Of a text index MongoDB keeps other keys, so its name decides.
    """
    if "weights" in wanted:
        return wanted["name"] in held
    key, rules = list(wanted["key"].items()), _rules(wanted)
    return any(index["key"] == key and _rules(index) == rules for index in held.values())


def _rules(index: Index) -> dict[str, Any]:
    """Return what an index enforces and for which rows, with values as MongoDB keeps them: times in milliseconds."""
    rules = {
        "unique": bool(index.get("unique")),
        "seconds": index.get("expireAfterSeconds"),
        "filter": index.get("partialFilterExpression") or {},
    }
    return bson.decode(bson.encode(rules))
