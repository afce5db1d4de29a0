from concurrent.futures import ThreadPoolExecutor

import pytest
from rest_framework.test import APIClient

from accounts.models import LoginSession, User
from accounts.tests.clients import code_of, codes_of, link_in

URL = "/api/v1/auth/signup"
ANNA = {"name": "Anna Abel", "email": "anna@example.test", "password": "plum tree in june"}

pytestmark = pytest.mark.django_db


def test_signing_up_creates_a_student_sets_cookies_and_sends_a_link(visitor, mailoutbox):
    response = visitor.post(URL, ANNA)
    assert response.status_code == 201
    user = User.objects.get()
    assert response.json() == {
        "id": str(user.pk),
        "name": "Anna Abel",
        "email": "anna@example.test",
        "role": "student",
        "headline": "",
        "bio": "",
        "avatar": None,
        "email_verified": False,
        "is_staff": False,
        "locale": None,
        "created_at": response.json()["created_at"],
        "csrf_token": response.json()["csrf_token"],
        "access_expires_at": response.json()["access_expires_at"],
    }
    assert response.json()["created_at"].endswith("Z")
    assert visitor.get("/api/v1/users/me").json()["email"] == "anna@example.test"
    [mail] = mailoutbox
    assert mail.to == ["anna@example.test"]
    page, query = link_in(mail)
    assert page == "/verify-email"
    assert set(query) == {"token"}
    assert "<a href=" in mail.alternatives[0].content


def test_only_name_address_and_password_of_the_body_have_an_effect(visitor):
    wishes = {
        "role": "instructor",
        "is_staff": True,
        "is_superuser": True,
        "email_verified_at": "2020-01-01T00:00:00Z",
        "id": "65f1c0ffee65f1c0ffee65f1",
        "groups": [1],
    }
    assert visitor.post(URL, ANNA | wishes).status_code == 201
    user = User.objects.get()
    assert (user.role, user.is_staff, user.is_superuser) == ("student", False, False)
    assert user.email_verified_at is None
    assert str(user.pk) != wishes["id"]


def test_a_password_is_stored_as_a_hash_and_never_returned(visitor):
    response = visitor.post(URL, ANNA)
    assert ANNA["password"] not in response.content.decode()
    assert ANNA["password"] not in User.objects.get().password


@pytest.mark.parametrize(
    "email", ["anna@example.test", "ANNA@Example.Test", "\uff41nna@example.test"]
)
def test_an_address_can_sign_up_only_once_in_any_spelling(visitor, email):
    assert visitor.post(URL, ANNA).status_code == 201
    response = visitor.post(URL, ANNA | {"email": email})
    assert response.status_code == 400
    assert codes_of(response) == {"email": "unique"}
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_only_one_of_several_simultaneous_sign_ups_with_one_address_succeeds():
    with ThreadPoolExecutor(8) as pool:
        responses = list(pool.map(lambda _: APIClient().post(URL, ANNA), range(8)))
    assert sorted(response.status_code for response in responses) == [201] + [400] * 7
    refused = [response for response in responses if response.status_code == 400]
    assert all(codes_of(response) == {"email": "unique"} for response in refused)
    assert User.objects.count() == LoginSession.objects.count() == 1


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short 9ch", "password_too_short"),
        ("1357924680", "password_entirely_numeric"),
        ("password123", "password_too_common"),
        ("anna@example.test", "password_too_similar"),
        ("x" * 129, "max_length"),
        ("", "blank"),
        ("null\x00byte in it", "null_characters_not_allowed"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(visitor, password, code):
    response = visitor.post(URL, ANNA | {"password": password})
    assert response.status_code == 400
    assert code in {error["code"] for error in response.json()["errors"]}
    assert {error["attr"] for error in response.json()["errors"]} == {"password"}


def test_a_password_is_neither_cut_nor_trimmed(visitor):
    long = " " + "pear and plum " * 9 + "!"
    assert visitor.post(URL, ANNA | {"password": long}).status_code == 201
    user = User.objects.get()
    assert user.check_password(long)
    assert not user.check_password(long.strip())
    assert not user.check_password(long[:-1])


@pytest.mark.parametrize(
    "change",
    [
        {"email": "not an address"},
        {"email": "a@b"},
        {"email": "x" * 10_000 + "@example.test"},
        {"email": "anna\x00@example.test"},
        {"email": "\u0131nna@example.test"},
        {"email": "anna@example.test\r\nBcc: all@example.test"},
        {"email": ["anna@example.test"]},
        {"email": {"$ne": None}},
        {"email": None},
        {"email": 5},
        {"name": ""},
        {"name": "   "},
        {"name": "x" * 101},
        {"name": "An\x00na"},
        {"name": "An\x1bna"},
        {"name": {"$gt": ""}},
        {"password": {"$ne": 1}},
    ],
)
def test_invalid_input_is_refused_with_400(visitor, change):
    response = visitor.post(URL, ANNA | change)
    assert response.status_code == 400, response.content
    assert set(codes_of(response)) == set(change)
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "body", ["[]", '"text"', "null", "5", "{", "[" * 5000, '{"name": "\\ud800"}']
)
def test_a_body_that_is_not_an_object_is_refused_with_400(visitor, body):
    assert visitor.post(URL, body, content_type="application/json").status_code == 400


def test_a_name_becomes_one_line(visitor):
    assert visitor.post(URL, ANNA | {"name": " Anna \n  Abel "}).status_code == 201
    assert User.objects.get().name == "Anna Abel"


def test_a_form_on_another_site_cannot_sign_up(visitor):
    response = visitor.post(URL, ANNA, headers={"Origin": "https://evil.test"})
    assert response.status_code == 403
    assert code_of(response) == "untrusted_origin"
    assert not User.objects.exists()


def test_signing_up_inserts_without_reading_first(visitor, commands):
    with commands() as sent:
        assert visitor.post(URL, ANNA).status_code == 201
    names = [event.command_name for event in sent]
    # The user, the event and the session; the token of the mail and its line in the log, which a worker inserts in production.
    assert names[:1] == ["insert"]
    assert names.count("insert") == 5
