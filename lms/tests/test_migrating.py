"""Migrations may be killed at every point and run again, and run one at a time."""

from datetime import timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django_mongodb_backend.models import EmbeddedModel

from lms.mongodb.lock import COLLECTION, held
from lms.mongodb.schema import declared, is_held


class Killed(BaseException):
    """The process ends here."""


class Killer:
    """Ends the process before one of its commands that change something; counted from 1."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self, event) -> None:
        if event.command_name not in {"listCollections", "listIndexes", "find", "aggregate"}:
            self.left -= 1
            if not self.left:
                raise Killed


@pytest.fixture
def empty(db):
    """A connection to a database without any collection."""
    other = connection.copy()
    other.settings_dict["NAME"] += "_empty"
    other.connection = connection.connection
    other.init_connection_state()
    yield other
    other.connection.drop_database(other.settings_dict["NAME"])


def steps_of(migration, state):
    """List a migration's steps, each with the state before and after it; return them and the state after all."""
    steps = []
    for step in migration.operations:
        before, after = state.clone(), state
        step.state_forwards(migration.app_label, after)
        if step.reduces_to_sql or "Run" not in type(step).__name__:
            steps.append((step, before, after))
            state = after.clone()
    return steps, state


def apply(connection, label, steps):
    for step, before, after in steps:
        with connection.schema_editor() as editor:
            step.database_forwards(label, editor, before, after)


@pytest.mark.long
def test_a_migration_that_is_killed_before_any_of_its_commands_is_run_again_to_the_end(
    empty, watched
):
    executor = MigrationExecutor(empty)
    state = executor._create_project_state()
    kills = 0
    for migration, _ in executor.migration_plan(
        executor.loader.graph.leaf_nodes(), clean_start=True
    ):
        steps, state = steps_of(migration, state)
        for at in range(1, 1000):
            try:
                with watched(Killer(at)):
                    apply(empty, migration.app_label, steps)
                break
            except Killed:
                kills += 1
        apply(empty, migration.app_label, steps)  # killed before it was recorded
    assert kills > 100
    tables = empty.introspection.table_names()
    for model in apps.get_models(include_auto_created=True):
        if not issubclass(model, EmbeddedModel):
            assert model._meta.db_table in tables
            indexes = empty.get_collection(model._meta.db_table).index_information()
            lacking = [each for each in declared(empty, model) if not is_held(each, indexes)]
            assert not lacking, model


def test_a_migrate_waits_for_another_and_takes_over_from_one_that_died(db):
    locks = connection.get_collection(COLLECTION)
    until = timezone.now() + timedelta(milliseconds=500)
    locks.insert_one({"_id": "migrate", "token": "x", "by": "process 1 of a", "until": until})
    errors = StringIO()
    call_command("migrate", verbosity=0, stderr=errors)
    assert timezone.now() > until
    assert errors.getvalue().count("Another migrate is running (process 1 of a)") == 1
    assert locks.count_documents({}) == 0


def test_a_lock_is_held_by_one(db):
    waited = []

    class Enough(Exception):
        pass

    def give_up(by: str) -> None:
        waited.append(by)
        raise Enough

    with held(connection, "a", on_wait=give_up):
        with held(connection, "b", on_wait=give_up):
            pass
        with pytest.raises(Enough), held(connection, "a", on_wait=give_up):
            pass
    with held(connection, "a", on_wait=give_up):
        pass
    assert len(waited) == 1
