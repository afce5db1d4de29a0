"""Indexes that Django does not have: a text index with weights, and one that expires rows."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Index, Model
from pymongo import ASCENDING, TEXT, IndexModel

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""Earlier than any time that is stored: a partial index cannot say "not empty", but "later than this"."""


class TextIndex(Index):
    """MongoDB's text index; at most one per collection.

    `weights` maps each field to its weight in the ranking.
    https://www.mongodb.com/docs/manual/core/indexes/index-types/index-text/
    """

    def __init__(self, *, weights: Mapping[str, int], name: str) -> None:
        self.weights = dict(weights)
        super().__init__(fields=list(weights), name=name)

    def deconstruct(self) -> tuple[str, tuple, dict[str, Any]]:
        path, _, kwargs = super().deconstruct()
        kwargs.pop("fields", None)
        return path, (), {**kwargs, "weights": self.weights}

    def get_pymongo_index_model(
        self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor, **_: Any
    ) -> IndexModel:
        # "none": titles are in many languages, and a stemmer for one would spoil the others.
        return IndexModel(
            [(column, TEXT) for column in columns(model, self.weights)],
            name=self.name,
            weights=dict(zip(columns(model, self.weights), self.weights.values(), strict=True)),
            default_language="none",
            language_override="text_language",
        )


class TTLIndex(Index):
    """MongoDB deletes a row automatically, within about a minute, once the time in `field` has passed.

    https://www.mongodb.com/docs/manual/core/index-ttl/
    """

    def __init__(self, *, field: str, name: str) -> None:
        self.field = field
        super().__init__(fields=[field], name=name)

    def deconstruct(self) -> tuple[str, tuple, dict[str, Any]]:
        path, _, kwargs = super().deconstruct()
        kwargs.pop("fields", None)
        return path, (), {**kwargs, "field": self.field}

    def get_pymongo_index_model(
        self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor, **_: Any
    ) -> IndexModel:
        [column] = columns(model, [self.field])
        return IndexModel([(column, ASCENDING)], name=self.name, expireAfterSeconds=0)


def columns(model: type[Model], names: Iterable[str]) -> list[str]:
    """Return the names of a model's fields in the database."""
    held = {field.name: str(field.column) for field in model._meta.fields}
    return [held[name] for name in names]
