"""Stages that several pipelines share."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

type Document = Mapping[str, Any]
"""A document as MongoDB gives it."""

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
