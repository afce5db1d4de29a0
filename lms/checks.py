"""What must be true before anything is served; each finding says what to do.

`manage.py check --database default` and the server's start run these.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Model, UniqueConstraint

from lms.mongodb.indexes import columns


@register(Tags.database)
def unique_indexes_exist(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """MongoDB enforces nothing but unique indexes, so a missing one is a rule that nobody holds."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        if _unapplied(alias):
            found.append(
                Warning("Migrations are not applied.", hint="Run: manage.py migrate", id="lms.W001")
            )
            continue
        for model in apps.get_models():
            held = _held(alias, model)
            for name, promised in _promised(model):
                if promised not in held:
                    found.append(
                        Error(
                            f"The unique index {name} on {model._meta.db_table} ({', '.join(promised)}) is missing.",
                            hint="Run: manage.py ensure_indexes",
                            id="lms.E001",
                        )
                    )
    return found


@register(Tags.security, deploy=True)
def counters_are_shared(**_: Any) -> list[CheckMessage]:
    if settings.REDIS_URL:
        return []
    message = "REDIS_URL is not set: throttles and tasks live in one process and end with it."
    return [Warning(message, hint="Set REDIS_URL to run more than one process.", id="lms.W002")]


def _unapplied(alias: str) -> bool:
    executor = MigrationExecutor(connections[alias])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _promised(model: type[Model]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Name what the model declares unique, with the columns."""
    if not model._meta.managed or model._meta.proxy:
        return
    for field in model._meta.local_fields:
        if field.unique and field.column != "_id":  # which MongoDB itself keeps unique
            yield f"of {field.name}", (str(field.column),)
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield constraint.name, tuple(columns(model, constraint.fields))
    for together in model._meta.unique_together:
        yield "unique_together", tuple(columns(model, together))


def _held(alias: str, model: type[Model]) -> set[tuple[str, ...]]:
    """Read from the database which columns are unique together."""
    database: Any = connections[alias]  # our engine's
    indexes = database.get_collection(model._meta.db_table).index_information()
    return {
        tuple(column for column, _ in index["key"])
        for index in indexes.values()
        if index.get("unique")
    }


def refuse_unsafe() -> None:
    """Raise `ImproperlyConfigured`, a sentence a finding, unless the database is ready to be trusted."""
    messages = run_checks(databases=["default"], include_deployment_checks=False)
    wrong = [
        f"{m.msg} {m.hint or ''}".strip() for m in messages if m.is_serious() or m.id == "lms.W001"
    ]
    if wrong:
        raise ImproperlyConfigured("Refusing to start:\n" + "\n".join(wrong))
