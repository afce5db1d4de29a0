"""Compilers whose pipelines an index can serve.

Ordering a whole-model query makes the backend add `{"$addFields": {"created_at": "$created_at"}}` before
`$sort`. To MongoDB that is a computed field, so no index can give the order and each page sorts every match.
"""

from typing import Any

from django_mongodb_backend import compiler
from django_mongodb_backend.query import MongoQuery


def _without_identities(fields: dict[str, Any] | None, path: str = "$") -> dict[str, Any] | None:
    """Drop the entries that set a field to itself, also within what was joined."""
    found = {}
    for name, value in (fields or {}).items():
        if isinstance(value, dict) and not any(key.startswith("$") for key in value):
            if joined := _without_identities(value, f"{path}{name}."):
                found[name] = joined
        elif value != f"{path}{name}":
            found[name] = value
    return found or None


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
