"""The indexes are there: made by migrations that may be repeated, checked at the start, and repaired."""

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from accounts.models import LoginSession
from accounts.tests.factories import UserFactory
from lms.checks.database import judge_server, server_is_fit, unique_indexes_exist
from lms.mongodb.schema import declared, is_held


def test_the_session_collection_expires_by_itself(db):
    sessions = connection.get_collection(LoginSession._meta.db_table).index_information()
    assert sessions["session_expiry"]["expireAfterSeconds"] == 0


# By a field, by a primary key that is not `_id`, by `unique_together`, and of a table that Django makes by itself.
@pytest.fixture(
    params=[
        ("accounts_user", ["email"]),
        ("django_session", ["session_key"]),
        ("auth_permission", ["content_type_id", "codename"]),
        ("accounts_user_groups", ["user_id", "group_id"]),
    ]
)
def lost(db, request):
    """The columns of a unique index that the database has lost."""
    table, columns = request.param
    collection = connection.get_collection(table)
    indexes = collection.index_information().items()
    [name] = [
        n for n, i in indexes if [column for column, _ in i["key"]] == columns and i.get("unique")
    ]
    collection.drop_index(name)
    yield columns
    call_command("ensure_indexes", verbosity=0)


PRIMARY = {"setName": "rs0", "isWritablePrimary": True}


@pytest.mark.parametrize(
    ("version", "hello", "found"),
    [
        ((7, 0, 14), PRIMARY, []),
        ((8, 2, 0), {"msg": "isdbgrid", "isWritablePrimary": True}, []),
        ((6, 0, 9), PRIMARY, ["lms.E002"]),
        ((8, 0, 0), {"isWritablePrimary": True}, ["lms.E003"]),
        ((8, 0, 0), {"setName": "rs0", "isWritablePrimary": False}, ["lms.E004"]),
    ],
)
def test_a_server_must_be_recent_and_a_primary_of_a_replica_set(version, hello, found):
    assert [message.id for message in judge_server(version, hello)] == found


def test_the_server_of_the_tests_is_fit(db):
    assert server_is_fit(databases=["default"]) == []


def test_a_missing_unique_index_is_an_error_that_says_what_to_do(lost):
    [error] = unique_indexes_exist(databases=["default"])
    assert error.id == "lms.E001"
    assert f"({', '.join(lost)})" in error.msg
    assert "ensure_indexes" in error.hint


def test_ensure_indexes_repairs_what_is_missing(lost):
    call_command("ensure_indexes", verbosity=0)
    assert unique_indexes_exist(databases=["default"]) == []
    UserFactory(email="one@example.test")
    with pytest.raises((IntegrityError, PyMongoError)):
        UserFactory(email="one@example.test")


def test_all_that_the_models_declare_is_held_after_migrating(db):
    for model in apps.get_models(include_auto_created=True):
        held = connection.get_collection(model._meta.db_table).index_information()
        lacking = [
            index["name"] for index in declared(connection, model) if not is_held(index, held)
        ]
        assert not lacking, model


def test_ensure_indexes_replaces_a_partial_index_by_one_of_all_rows(db):
    tokens = connection.get_collection("accounts_mailtoken")
    name = "mail_token_one_per_purpose"
    key = tokens.index_information()[name]["key"]
    tokens.drop_index(name)
    tokens.create_index(
        key, name=name, unique=True, partialFilterExpression={"purpose": {"$gte": ""}}
    )
    assert len(unique_indexes_exist(databases=["default"])) == 1
    call_command("ensure_indexes", verbosity=0)
    assert "partialFilterExpression" not in tokens.index_information()[name]
    call_command("ensure_indexes", verbosity=2)


@pytest.fixture
def slow_indexes(db, fail_commands):
    """MongoDB takes longer for an index than a request would wait."""
    usual = connection.connection
    with MongoClient(**connection.get_connection_params() | {"socketTimeoutMS": 100}) as hasty:
        connection._use(hasty)
        fail_commands("createIndexes", blockConnection=True, blockTimeMS=300)
        yield
        connection._use(usual)


def test_ensure_indexes_waits_for_an_index_that_takes_long(lost, slow_indexes):
    call_command("ensure_indexes", verbosity=0)
    assert unique_indexes_exist(databases=["default"]) == []


def test_migrate_waits_for_an_index_that_takes_long(db, slow_indexes):
    call_command("migrate", "lms", "0001", verbosity=0)
    call_command("migrate", verbosity=0)
    assert unique_indexes_exist(databases=["default"]) == []


@pytest.fixture
def emails(db):
    """The collection of people, which has lost the unique index on their addresses."""
    collection = connection.get_collection("accounts_user")
    collection.drop_index("accounts_user_email_b2644a56_uniq")
    yield collection
    collection.delete_many({})
    call_command("ensure_indexes", verbosity=0)


def test_ensure_indexes_replaces_one_of_the_same_name_that_is_not_unique(emails):
    emails.create_index("email", name="accounts_user_email_b2644a56_uniq")
    assert len(unique_indexes_exist(databases=["default"])) == 1
    call_command("ensure_indexes", verbosity=0)
    assert unique_indexes_exist(databases=["default"]) == []


def test_ensure_indexes_says_what_stands_in_the_way(emails):
    for _ in range(2):
        UserFactory(email="same@example.test")
    with pytest.raises(CommandError, match=r"accounts_user.*email.*same@example\.test"):
        call_command("ensure_indexes", verbosity=0)
