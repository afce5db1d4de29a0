"""Migrations may be killed before each of their commands, and run again to the end."""

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django_mongodb_backend.models import EmbeddedModel

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
