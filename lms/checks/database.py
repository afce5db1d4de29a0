"""What must be true of the database and the process; each finding says what to do.

`manage.py check --database default` and the server's start run these.
"""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, Tags, Warning, register, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from lms.mongodb.schema import declared, is_held


@register(Tags.database)
def unique_indexes_exist(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Check unique indexes: MongoDB enforces nothing else, so without one its rule is not enforced at all."""
    messages: list[CheckMessage] = []
    for alias in databases or ():
        if _unapplied(alias):
            messages.append(
                Warning("Migrations are not applied.", hint="Run: manage.py migrate", id="lms.W001")
            )
            continue
        database: Any = connections[alias]  # of the engine in lms/mongodb
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            held = database.get_collection(table).index_information()
            for index in declared(database, model):
                if index.get("unique") and not is_held(index, held):
                    messages.append(
                        Error(
                            f"The unique index {index['name']} on {table} ({', '.join(index['key'])}) is missing.",
                            hint="Run: manage.py ensure_indexes",
                            id="lms.E001",
                        )
                    )
    return messages


def _unapplied(alias: str) -> bool:
    executor = MigrationExecutor(connections[alias])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def refuse_unsafe() -> None:
    """Raise `ImproperlyConfigured`, one sentence per finding, unless the database is ready."""
    messages = run_checks(databases=["default"], include_deployment_checks=False)
    findings = [
        f"{m.msg} {m.hint or ''}".strip() for m in messages if m.is_serious() or m.id == "lms.W001"
    ]
    if findings:
        raise ImproperlyConfigured("Refusing to start:\n" + "\n".join(findings))
