"""The changes that migrations make, each of which may be repeated.

MongoDB has no transaction around a migration. One that was killed in the middle is run again from its start, so that its
first changes are there already.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import Field, Index, Model
from django_mongodb_backend import schema
from pymongo.errors import CollectionInvalid, OperationFailure

INDEX_NOT_FOUND = 27
NAMESPACE_EXISTS = 48


@contextmanager
def _made_already() -> Iterator[None]:
    """Pass over a collection that exists, or an index that is gone."""
    try:
        yield
    except CollectionInvalid:
        pass
    except OperationFailure as error:
        if error.code not in {INDEX_NOT_FOUND, NAMESPACE_EXISTS}:
            raise
    except ValueError as error:  # from the backend, which looks an index up by its columns
        if "Found wrong number (0)" not in str(error):
            raise


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    def _create_collection(self, model: type[Model]) -> None:
        with _made_already():
            super()._create_collection(model)

    def remove_index(self, model: type[Model], index: Index) -> None:
        with _made_already():
            super().remove_index(model, index)

    def _remove_composed_index(self, *arguments: Any) -> None:
        with _made_already():
            super()._remove_composed_index(*arguments)

    def _remove_field_index(self, model: type[Model], field: Field) -> None:
        with _made_already():
            super()._remove_field_index(model, field)

    def _remove_field_unique(self, model: type[Model], field: Field) -> None:
        with _made_already():
            super()._remove_field_unique(model, field)

    def alter_db_table(self, model: type[Model], old_db_table: str, new_db_table: str) -> None:
        if old_db_table in self.connection.introspection.table_names():
            super().alter_db_table(model, old_db_table, new_db_table)
