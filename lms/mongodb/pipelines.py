"""What several pipelines share: a join, and model instances made of documents."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import DateTimeField, Model

type Document = Mapping[str, Any]
"""A document as MongoDB returns it."""

type Pipeline = list[dict[str, Any]]


def lookup(model: type[Model], local: str, name: str, *fields: str) -> dict[str, Any]:
    """Join the row that `local` refers to, as the array `name` with these fields only. Put it after `$limit`."""
    return {
        "$lookup": {
            "from": model._meta.db_table,
            "localField": local,
            "foreignField": "_id",
            "pipeline": [{"$project": dict.fromkeys(fields, 1)}],
            "as": name,
        }
    }


def rows_of_person(model: type[Model], name: str, stages: Pipeline) -> dict[str, Any]:
    """Join the rows of the person at `user_id`, as the stages read them, as the array `name`."""
    return {
        "$lookup": {
            "from": model._meta.db_table,
            "localField": "user_id",
            "foreignField": "user_id",
            "pipeline": stages,
            "as": name,
        }
    }


def joined(name: str, local: str, /, **columns: Any) -> dict[str, Any]:
    """Return the row that `lookup` joined as `name`, or in its place its id with these columns if it is gone.

    So a list never fails for one row, and each row has every field.
    """
    return {"$ifNull": [{"$first": f"${name}"}, {"_id": f"${local}", **columns}]}


def instance_of[M: Model](model: type[M], document: Document) -> M:
    """Return a model instance for a document; fields that are missing in it are deferred."""
    found = [each for each in _columns(model) if each[0] in document]
    return model.from_db(
        DEFAULT_DB_ALIAS,
        [name for _, name, _ in found],
        [read(document[column]) if read else document[column] for column, _, read in found],
    )


@cache
def _columns(model: type[Model]) -> list[tuple[str, str, Callable[[Any], Any] | None]]:
    """Return of each field the column, the name of the attribute, and what reads a value that is not used as it is."""
    return [
        (
            str(field.column),
            field.attname,
            _with_zone if isinstance(field, DateTimeField) else None,
        )
        for field in model._meta.concrete_fields
    ]


def _with_zone(value: Any) -> Any:
    """Return a time with UTC as its zone, any other value as it is: the driver returns times without a zone."""
    is_naive = isinstance(value, datetime) and value.tzinfo is None
    return value.replace(tzinfo=UTC) if is_naive else value
