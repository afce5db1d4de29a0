"""Compilers whose pipelines an index can serve.

The backend adds `{"$addFields": {"created_at": "$created_at"}}` before `$sort` when a whole model is ordered. To MongoDB
that is a computed field: no index gives the order, and each page sorts every match. It also cuts out columns (`values_list`)
before `$sort`, to the same effect.
"""

from itertools import takewhile
from typing import Any

from django_mongodb_backend import compiler
from django_mongodb_backend.query import MongoQuery

SORTING = {"$sort", "$skip", "$limit"}


def _without_identities(fields: dict[str, Any] | None, path: str = "$") -> dict[str, Any] | None:
    """Return the fields without those that are set to themselves, also within joined documents."""
    kept = {}
    for name, value in (fields or {}).items():
        if isinstance(value, dict) and not any(key.startswith("$") for key in value):
            if joined := _without_identities(value, f"{path}{name}."):
                kept[name] = joined
        elif value != f"{path}{name}":
            kept[name] = value
    return kept or None


def _sorted_first(pipeline: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the pipeline with each stage that only cuts out columns behind the stages that sort and cut the rows."""
    for place, stage in enumerate(pipeline):
        if all(value == 1 for value in stage.get("$project", {"": 0}).values()):
            sorting = list(takewhile(lambda each: SORTING & each.keys(), pipeline[place + 1 :]))
            end = place + 1 + len(sorting)
            pipeline[place:end] = [*sorting, stage]
            return pipeline
    return pipeline


class SQLCompiler(compiler.SQLCompiler):
    def build_query(self, columns: Any = None) -> MongoQuery:
        query = super().build_query(columns)
        query.extra_fields = _without_identities(query.extra_fields)
        get_pipeline = query.get_pipeline
        query.get_pipeline = lambda: _sorted_first(get_pipeline())
        return query


class SQLInsertCompiler(compiler.SQLInsertCompiler, SQLCompiler):
    pass


class SQLDeleteCompiler(compiler.SQLDeleteCompiler, SQLCompiler):
    pass


class SQLUpdateCompiler(compiler.SQLUpdateCompiler, SQLCompiler):
    pass


class SQLAggregateCompiler(compiler.SQLAggregateCompiler, SQLCompiler):
    pass
