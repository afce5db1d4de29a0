"""Transactions: tried again after a lost race, committed once, and what waits for the commit runs once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, IntegrityError, connection
from django.db.transaction import atomic as django_atomic
from pymongo.errors import InvalidOperation, OperationFailure

from accounts.models import User
from accounts.tests.factories import UserFactory
from lms.mongodb.transaction import atomic, on_commit


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


def test_atomic_repeats_no_other_error(db):
    tries = []

    @atomic
    def fail():
        tries.append(1)
        raise DatabaseError("a bug")

    with pytest.raises(DatabaseError):
        fail()
    assert len(tries) == 1


def test_a_duplicate_key_is_tried_once_more_and_then_reported(db):
    tries = []

    @atomic
    def duplicate():
        tries.append(1)
        UserFactory(email="same@example.test")
        UserFactory(email="same@example.test")

    with pytest.raises(IntegrityError):
        duplicate()
    assert len(tries) == 2
    assert not User.objects.exists()


def test_who_lost_a_race_for_a_unique_key_sees_who_won(db):
    tries = []

    @atomic
    def sign_up_once():
        tries.append(1)
        # MongoDB reads as of the beginning of the transaction: the first time it does not see the other one.
        if len(tries) > 1 and User.objects.filter(email="same@example.test").exists():
            return "exists"
        UserFactory(email="same@example.test")
        return "made"

    UserFactory(email="same@example.test")
    assert sign_up_once() == "exists"
    assert len(tries) == 2


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


LOST = {"writeConcernError": {"code": 91, "errmsg": "the primary steps down"}}
REFUSED = {"errorCode": 112, "errorLabels": ["TransientTransactionError"]}


@pytest.mark.parametrize(
    ("how", "runs"),
    [(LOST, 1), ({"closeConnection": True}, None), (REFUSED, 3)],
    ids=["made", "never arrived", "refused"],
)
def test_a_commit_without_a_clear_answer_happens_once_with_its_hooks(db, fail_commands, how, runs):
    ran, told = [], []

    @atomic
    def work():
        ran.append(1)
        on_commit(lambda: told.append(User.objects.count()))
        UserFactory()

    fail_commands("commitTransaction", times=2, **how)
    work()
    assert User.objects.count() == 1
    assert told == [1]
    assert runs in (None, len(ran))  # a transaction whose client is gone may be aborted


def test_an_error_after_the_commit_repeats_nothing(db):
    ran = []

    def fail():
        raise OperationFailure("busy", 112, {"errorLabels": ["TransientTransactionError"]})

    @atomic
    def work():
        ran.append(1)
        on_commit(fail)
        UserFactory()

    with pytest.raises(OperationFailure):
        work()
    assert (len(ran), User.objects.count()) == (1, 1)


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
