"""The engine: orders that an index gives, transactions that are tried again, indexes that are there."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection
from django.db.transaction import atomic as django_atomic
from pymongo.errors import InvalidOperation, OperationFailure, PyMongoError

from accounts.models import LoginSession, User
from accounts.tests.factories import UserFactory
from courses.models import Course
from lms.checks.database import unique_indexes_exist
from lms.mongodb.transaction import atomic, on_commit


def test_an_ordered_query_has_no_computed_field_before_its_sort(db, commands):
    with commands() as sent:
        list(Course.objects.published().order_by("-published_at", "-id")[:20])
    [pipeline] = [event.command["pipeline"] for event in sent]
    assert [next(iter(stage)) for stage in pipeline] == ["$match", "$sort", "$limit"]


def test_what_rows_refer_to_is_found_by_an_index(db, commands):
    with commands() as sent:
        permissions = list(Permission.objects.prefetch_related("content_type"))
        assert {permission.content_type.model for permission in permissions} >= {"user", "course"}
    _, [match] = [event.command["pipeline"] for event in sent]
    ids = {permission.content_type_id for permission in permissions}
    assert {key: set(value["$in"]) for key, value in match["$match"].items()} == {"_id": ids}


def test_an_order_by_what_is_joined_leaves_the_joined_rows_whole(db, commands):
    with commands() as sent:
        permissions = list(Permission.objects.select_related("content_type"))
    assert {permission.content_type.model for permission in permissions} >= {"user", "course"}
    [pipeline] = [event.command["pipeline"] for event in sent]
    assert "$addFields" not in [next(iter(stage)) for stage in pipeline]


@pytest.mark.parametrize("signs", ["a(", "a.c", "a+b"])
def test_iexact_takes_no_sign_for_a_pattern(db, signs):
    UserFactory(name=signs.upper())
    UserFactory(name="abc")
    UserFactory(name="aab")
    assert [user.name for user in User.objects.filter(name__iexact=signs)] == [signs.upper()]


def test_atomic_undoes_everything_at_an_error(db):
    @atomic
    def fail():
        UserFactory(email="gone@example.test")
        raise ValueError("enough")

    with pytest.raises(ValueError, match="enough"):
        fail()
    assert not User.objects.filter(email="gone@example.test").exists()


def test_atomic_loses_no_update_of_eight_at_once(transactional_db):
    user = UserFactory(headline="0")

    @atomic
    def add_one():
        fresh = User.objects.get(pk=user.pk)
        User.objects.filter(pk=user.pk).update(headline=str(int(fresh.headline) + 1))

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(add_one) for _ in range(24)]:
            done.result()
    user.refresh_from_db()
    assert user.headline == "24"


def test_atomic_is_tried_again_from_the_start_after_a_transient_error(db):
    tries = []

    @atomic
    def stumble_twice():
        UserFactory(email=f"try{len(tries)}@example.test")
        tries.append(1)
        if len(tries) < 3:
            raise DatabaseError("conflict") from OperationFailure(
                "conflict", 112, {"errorLabels": ["TransientTransactionError"]}
            )

    stumble_twice()
    assert len(tries) == 3
    assert list(User.objects.values_list("email", flat=True)) == ["try2@example.test"]


def test_atomic_does_not_repeat_what_is_no_transient_error(db):
    tries = []

    @atomic
    def duplicate():
        tries.append(1)
        UserFactory(email="same@example.test")
        UserFactory(email="same@example.test")

    with pytest.raises(IntegrityError):
        duplicate()
    assert len(tries) == 1
    assert not User.objects.exists()


def test_an_inner_atomic_joins_the_outer_one(db):
    @atomic
    def inner():
        UserFactory(email="inner@example.test")

    @atomic
    def outer():
        inner()
        raise ValueError("enough")

    with pytest.raises(ValueError, match="enough"):
        outer()
    assert not User.objects.exists()


def test_what_waits_for_the_commit_runs_once_and_only_after_it(db):
    told = []

    @atomic
    def work():
        on_commit(lambda: told.append(User.objects.count()))
        UserFactory()
        assert told == []

    work()
    assert told == [1]


def test_a_commit_that_fails_leaves_the_thread_fit_for_the_next_transaction(db):
    @atomic
    def fail():
        on_commit(lambda: pytest.fail("nothing was committed"))
        UserFactory()
        connection.session.abort_transaction()

    with pytest.raises(InvalidOperation):
        fail()

    @atomic
    def undone():
        assert connection.session.in_transaction
        UserFactory()
        raise ValueError("enough")

    atomic(connection.ensure_connection)()
    with pytest.raises(ValueError, match="enough"):
        undone()
    assert not User.objects.exists()


def test_what_waits_for_the_commit_runs_also_within_djangos_atomic(db):
    told = []

    @atomic
    def work():
        on_commit(lambda: told.append(1))

    with django_atomic():
        work()
    assert told == [1]


def test_the_session_collection_expires_by_itself_and_courses_have_a_text_index(db):
    sessions = connection.get_collection(LoginSession._meta.db_table).index_information()
    courses = connection.get_collection(Course._meta.db_table).index_information()
    assert sessions["session_expiry"]["expireAfterSeconds"] == 0
    assert (
        courses["course_text"]["weights"]["title"]
        > courses["course_text"]["weights"]["description"]
    )


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
