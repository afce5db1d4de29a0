"""Compilers whose pipelines an index can serve.

The backend adds `{"$addFields": {"created_at": "$created_at"}}` before `$sort` when a whole model is ordered. To MongoDB
that is a computed field: no index gives the order, and each page sorts every match.
"""

from typing import Any

from django_mongodb_backend import compiler
from django_mongodb_backend.query import MongoQuery


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


class SQLCompiler(compiler.SQLCompiler):
    def build_query(self, columns: Any = None) -> MongoQuery:
        query = super().build_query(columns)
        query.extra_fields = _without_identities(query.extra_fields)
        return query


class SQLInsertCompiler(compiler.SQLInsertCompiler, SQLCompiler):
    pass


class SQLDeleteCompiler(compiler.SQLDeleteCompiler, SQLCompiler):
    pass


class SQLUpdateCompiler(compiler.SQLUpdateCompiler, SQLCompiler):
    pass


class SQLAggregateCompiler(compiler.SQLAggregateCompiler, SQLCompiler):
    pass
