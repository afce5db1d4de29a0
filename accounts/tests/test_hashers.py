"""Passwords are hashed by a few threads, for which requests wait or are refused."""

from contextlib import contextmanager
from threading import Barrier, Thread, current_thread

import bcrypt
import pytest
from django.contrib.auth import hashers as django_hashers
from rest_framework.test import APIClient

from accounts import hashers
from accounts.exceptions import TooManyPasswords
from accounts.models import LoginSession, User
from accounts.services.sessions import open_session
from accounts.tests.clients import bearer, code_of, link_in
from accounts.tests.factories import PASSWORD
from accounts.tests.office import login
from lms import images, turns
from lms.server import parse
from lms.turns import Turns

NEW = "another one entirely"
SALT = bcrypt.gensalt(4)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _real_hashers(settings):
    settings.PASSWORD_HASHERS = ["accounts.hashers.Argon2", "accounts.hashers.Bcrypt"]


@contextmanager
def nobody_has_a_turn():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(turns, "MAX_WAIT", 0)
        patch.setattr(hashers, "_turns", Turns(0, places=9, refusal=TooManyPasswords))
        yield


def post(client, path, body):
    client.raise_request_exception = False
    return client.post(f"/api/v1/auth/{path}", body)


def test_as_many_hash_at_once_as_there_are_threads_and_no_more(monkeypatch):
    monkeypatch.setattr(turns, "MAX_WAIT", 0)
    begun, ended = Barrier(hashers.AT_ONCE + 1), Barrier(hashers.AT_ONCE + 1)
    names = []

    def work():
        names.append(current_thread().name)
        begun.wait()
        ended.wait()

    requests = [Thread(target=hashers.in_turn, args=(work,)) for _ in range(hashers.AT_ONCE)]
    for request in requests:
        request.start()
    begun.wait()
    try:
        with pytest.raises(TooManyPasswords):
            hashers.in_turn(names.append, "one too many")
    finally:
        ended.wait()
        for request in requests:
            request.join()
    assert sorted(names) == [f"hasher_{number}" for number in range(hashers.AT_ONCE)]


def test_every_hasher_waits_for_its_turn():
    argon2, by_node = hashers.Argon2(), hashers.Bcrypt()
    encoded = argon2.encode(PASSWORD, "a salt of some length")
    encoded_by_node = by_node.encode(PASSWORD, SALT)
    assert argon2.verify(PASSWORD, encoded)
    assert not argon2.verify("wrong password", encoded)
    assert by_node.verify(PASSWORD, encoded_by_node)
    for work, *args in (
        (argon2.encode, PASSWORD, "a salt of some length"),
        (argon2.verify, PASSWORD, encoded),
        (by_node.encode, PASSWORD, SALT),
        (by_node.verify, PASSWORD, encoded_by_node),
    ):
        with nobody_has_a_turn(), pytest.raises(TooManyPasswords):
            work(*args)


def test_those_who_wait_leave_threads_of_the_server_to_others():
    assert hashers.AT_ONCE <= hashers.PLACES
    assert parse([]).threads > hashers.PLACES + images.PLACES


@pytest.mark.parametrize("path", ["signin", "token"])
@pytest.mark.parametrize("email", ["sam@example.test", "nobody@example.test"])
def test_a_sign_in_that_gets_no_turn_is_503_and_no_failure(student, settings, path, email):
    body = {"email": email, "password": PASSWORD}
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "signin_failed": "1/min"}
    with nobody_has_a_turn():
        for _ in range(3):
            answer = post(APIClient(), path, body)
            assert (answer.status_code, code_of(answer)) == (503, "service_unavailable")
            assert answer["Retry-After"] == "5"
            assert not answer.cookies
    answer = post(APIClient(), path, body)
    assert answer.status_code == (200 if email == student.email else 401)


def test_a_sign_up_that_gets_no_turn_makes_no_account(visitor):
    body = {"name": "Nora", "email": "nora@example.test", "password": PASSWORD}
    with nobody_has_a_turn():
        assert post(visitor, "signup", body).status_code == 503
    assert not User.objects.exists()


def test_a_change_that_gets_no_turn_changes_nothing(student):
    here, there = open_session(student), open_session(student)
    body = {"current_password": PASSWORD, "new_password": NEW}
    with nobody_has_a_turn():
        assert post(bearer(here), "password/change", body).status_code == 503
    assert LoginSession.objects.filter(pk=there.session.pk).exists()
    assert User.objects.get(pk=student.pk).password == student.password


def test_a_reset_that_gets_no_turn_leaves_its_link_usable(student, mailoutbox):
    post(APIClient(), "password/forgot", {"email": student.email})
    _, query = link_in(mailoutbox[-1])
    body = query | {"new_password": NEW}
    with nobody_has_a_turn():
        assert post(APIClient(), "password/reset", body).status_code == 503
    assert post(APIClient(), "password/reset", body).status_code == 200
    encoded = User.objects.get(pk=student.pk).password
    assert django_hashers.check_password(NEW, encoded)


def test_staff_who_get_no_turn_see_a_page_that_says_so(staff, office):
    body = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    with nobody_has_a_turn():
        pages = [login(staff.email)[1], office.post("/admin/password_change/", body)]
    for page in pages:
        assert page.status_code == 503
        assert page["Retry-After"] == "5"
        assert "<h1" in page.content.decode()
