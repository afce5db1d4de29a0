"""What must be true of the database and the process; each finding says what to do.

`manage.py check --database default` and the server's start run these.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.core.checks import CheckMessage, Error, Tags, Warning, register, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from pymongo.errors import ConnectionFailure, PyMongoError

from lms.mongodb.schema import declared, is_held

SMALLEST_VERSION = (7, 0)
"""Of MongoDB, which has no fixes for older ones any more: https://www.mongodb.com/legal/support-policy/lifecycles"""


@register(Tags.database)
def server_is_fit(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Check that MongoDB is recent enough, that it has transactions, and that this member accepts writes."""
    messages: list[CheckMessage] = []
    for alias in databases or ():
        database: Any = connections[alias]  # of the engine in lms/mongodb
        database.ensure_connection()
        version = database.get_database_version()
        hello = database.connection.admin.command("hello")
        messages += judge_server(version, hello)
    return messages


def judge_server(version: Sequence[int], hello: Mapping[str, Any]) -> list[CheckMessage]:
    """Return what makes a server unfit, by its version and its answer to `hello`."""
    messages: list[CheckMessage] = []
    if tuple(version[:2]) < SMALLEST_VERSION:
        shown = ".".join(map(str, version[:2]))
        messages.append(
            Error(f"MongoDB {shown} is too old.", hint="Run MongoDB 7.0 or later.", id="lms.E002")
        )
    if "setName" not in hello and hello.get("msg") != "isdbgrid":
        messages.append(
            Error(
                "MongoDB is no replica set, so it has no transactions.",
                hint="Start mongod with --replSet and run rs.initiate().",
                id="lms.E003",
            )
        )
    elif not hello.get("isWritablePrimary"):
        messages.append(
            Error(
                "MONGODB_URI leads to a member of MongoDB's replica set that accepts no writes.",
                hint="Name all members and replicaSet=, without directConnection.",
                id="lms.E004",
            )
        )
    return messages


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
    try:
        messages = run_checks(databases=["default"], include_deployment_checks=False)
    except (PyMongoError, DatabaseError) as error:
        raise ImproperlyConfigured(f"Refusing to start:\n{describe_unavailable(error)}") from None
    findings = [
        f"{m.msg} {m.hint or ''}".strip() for m in messages if m.is_serious() or m.id == "lms.W001"
    ]
    if findings:
        raise ImproperlyConfigured("Refusing to start:\n" + "\n".join(findings))


def describe_unavailable(error: Exception) -> str:
    """Return, in a sentence, that MongoDB cannot be used. It names the hosts and no password."""
    cause = error if isinstance(error, PyMongoError) else error.__cause__ or error
    if isinstance(cause, ConnectionFailure):
        hosts = urlsplit(connections["default"].settings_dict["HOST"]).netloc.rpartition("@")[2]
        return (
            f"MongoDB does not respond at {hosts}: check MONGODB_URI, the network, and that the replica set has a "
            "primary."
        )
    return f"MongoDB refuses to work for us: {str(cause).partition(', full error')[0]}. Check the user of MONGODB_URI."
