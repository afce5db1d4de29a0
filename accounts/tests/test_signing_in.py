from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth import hashers
from django.test import override_settings
from django.utils import timezone
from rest_framework.settings import api_settings
from rest_framework.test import APIClient

from accounts.exceptions import InvalidCredentials
from accounts.models import LoginSession, User
from accounts.models.user import hash_password
from accounts.services import signing_in
from accounts.services.signing_in import sign_in
from accounts.tests.clients import code_of
from accounts.tests.factories import PASSWORD, UserFactory

URL = "/api/v1/auth/signin"
TOKEN = "/api/v1/auth/token"
ME = "/api/v1/users/me"
ARGON2 = ["accounts.hashers.Argon2", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]

pytestmark = pytest.mark.django_db


def test_signing_in_returns_the_user_and_sets_cookies(visitor, student, settings):
    response = visitor.post(URL, {"email": student.email, "password": PASSWORD})
    assert response.status_code == 200
    user = visitor.get(ME).json()
    assert {name: response.json()[name] for name in user} == user
    access, refresh = response.cookies["access_token"], response.cookies["refresh_token"]
    assert (access["path"], refresh["path"]) == ("/", "/api/v1/auth")
    assert access["httponly"]
    assert refresh["httponly"]
    assert access["samesite"] == refresh["samesite"] == "Lax"
    assert 14 * 86400 - 10 <= refresh["max-age"] <= 14 * 86400
    assert access.value not in response.content.decode()
    assert response["Cache-Control"] == "private, no-store"


def test_cookies_are_secure_if_the_setting_says_so(visitor, student, settings):
    settings.SECURE_COOKIES = True
    cookies = visitor.post(URL, {"email": student.email, "password": PASSWORD}).cookies
    assert cookies["access_token"]["secure"]
    assert cookies["refresh_token"]["secure"]


def test_programs_get_the_tokens_in_the_body_and_no_cookies(visitor, student):
    response = visitor.post(TOKEN, {"email": student.email, "password": PASSWORD})
    assert response.status_code == 200
    assert set(response.json()) == {"access", "refresh"}
    assert not response.cookies
    bearer = {"Authorization": f"Bearer {response.json()['access']}"}
    assert APIClient().get(ME, headers=bearer).json()["id"] == str(student.pk)


@pytest.mark.parametrize("url", [URL, TOKEN])
@pytest.mark.parametrize("email", ["sam@example.test", "nobody@example.test"])
def test_the_response_is_the_same_for_a_wrong_password_and_an_unknown_address(
    visitor, student, url, email
):
    response = visitor.post(url, {"email": email, "password": "wrong password"})
    assert response.status_code == 401
    assert response.json() == {
        "type": "client_error",
        "errors": [
            {
                "code": "invalid_credentials",
                "detail": "The e-mail address or the password is wrong.",
                "attr": None,
            }
        ],
    }
    assert not response.cookies
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_a_hash_is_also_computed_for_an_unknown_address(visitor, monkeypatch):
    hashed = []
    make = hashers.make_password
    monkeypatch.setattr(hashers, "make_password", lambda *a, **k: hashed.append(a) or make(*a, **k))
    visitor.post(URL, {"email": "nobody@example.test", "password": "wrong password"})
    assert len(hashed) == 1


@pytest.mark.parametrize(
    "email", ["SAM@Example.Test", " sam@example.test ", "\uff53am@example.test"]
)
def test_an_address_is_compared_in_its_normalized_form(visitor, student, email):
    assert visitor.post(URL, {"email": email, "password": PASSWORD}).status_code == 200


def test_a_password_matches_when_it_is_typed_on_another_operating_system(visitor):
    user = UserFactory(password="Zu\u0308rich is a city")  # decomposed, as macOS types it
    answer = visitor.post(URL, {"email": user.email, "password": "Z\u00fcrich is a city"})
    assert answer.status_code == 200


def test_a_disabled_account_cannot_sign_in(visitor, student):
    User.objects.update(is_active=False)
    response = visitor.post(URL, {"email": student.email, "password": PASSWORD})
    assert response.status_code == 401
    assert code_of(response) == "invalid_credentials"


def test_only_trusted_origins_can_sign_in(visitor, student, settings):
    body = {"email": student.email, "password": PASSWORD}
    for origin in ("https://evil.test", "null", settings.FRONTEND_URL + ".evil.test"):
        response = visitor.post(URL, body, headers={"Origin": origin})
        assert response.status_code == 403
        assert code_of(response) == "untrusted_origin"
        assert not response.cookies
    for origin in (settings.FRONTEND_URL, "http://testserver"):
        assert visitor.post(URL, body, headers={"Origin": origin}).status_code == 200


def test_a_form_on_another_site_cannot_sign_in(visitor, student):
    body = {"email": student.email, "password": PASSWORD}
    assert visitor.post(URL, body, format="multipart").status_code == 415


def test_an_invalid_cookie_does_not_prevent_signing_in(visitor, student):
    visitor.cookies["access_token"] = "stale"
    response = visitor.post(URL, {"email": student.email, "password": PASSWORD})
    assert response.status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": "sam@example.test"},
        {"email": "sam@example.test", "password": ""},
        {"email": {"$ne": None}, "password": {"$ne": None}},
        {"email": "sam@example.test\x00", "password": PASSWORD},
        {"email": "s" * 10_000 + "@example.test", "password": PASSWORD},
        {"email": "sam@example.test", "password": "x" * 200},
        [],
        "sam@example.test",
    ],
)
@pytest.mark.parametrize("url", [URL, TOKEN])
def test_invalid_input_is_refused_with_400(visitor, student, url, body):
    assert visitor.post(url, body).status_code == 400


@override_settings(PASSWORD_HASHERS=ARGON2)
def test_signing_in_replaces_an_old_hash_and_still_takes_four_database_commands(visitor, commands):
    user = UserFactory()
    old = hashers.PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=1000)
    User.objects.update(password=old)
    with commands() as sent:
        assert visitor.post(URL, {"email": user.email, "password": PASSWORD}).status_code == 200
    assert len(sent) <= 4
    user.refresh_from_db()
    assert user.password.startswith("argon2$argon2id$")
    assert "m=19456,t=2,p=1" in user.password
    assert visitor.post(URL, {"email": user.email, "password": PASSWORD}).status_code == 200


@pytest.mark.parametrize("url", [URL, TOKEN])
def test_signing_in_takes_at_most_four_database_commands(visitor, student, commands, url):
    with commands() as sent:
        assert visitor.post(url, {"email": student.email, "password": PASSWORD}).status_code == 200
    assert len(sent) <= 4


def test_authentication_takes_one_database_command(client_of, student, commands):
    client = client_of(student)
    with commands() as sent:
        assert client.get(ME).status_code == 200
    assert [event.command_name for event in sent] == ["aggregate"]


def test_a_session_stores_the_browser_and_the_address_that_opened_it(visitor, student):
    headers = {"User-Agent": "Firefox " + "x" * 500, "X-Forwarded-For": "203.0.113.7"}
    visitor.post(URL, {"email": student.email, "password": PASSWORD}, headers=headers)
    session = LoginSession.objects.get()
    assert session.user_agent == ("Firefox " + "x" * 500)[:300]
    assert session.ip == "127.0.0.1"  # the header is not trusted


def test_the_address_behind_a_proxy_is_the_one_that_the_proxy_saw(visitor, student, settings):
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    assert api_settings.NUM_PROXIES == 1
    body = {"email": student.email, "password": PASSWORD}
    for header in ("198.51.100.1, 203.0.113.7", "nonsense"):
        visitor.post(URL, body, headers={"X-Forwarded-For": header})
    addresses = LoginSession.objects.order_by("pk").values_list("ip", flat=True)
    assert list(addresses) == ["203.0.113.7", None]


def test_signing_in_fails_if_the_password_changes_at_the_same_time(student, monkeypatch):
    def open_session(user, **device):
        tokens = signing_in_open(user, **device)
        user_now = User.objects.get(pk=user.pk)
        assert user_now.replace_password(hash_password("another one entirely"))
        return tokens

    signing_in_open = signing_in.open_session
    monkeypatch.setattr(signing_in, "open_session", open_session)
    with pytest.raises(InvalidCredentials):
        sign_in(email=student.email, password=PASSWORD, device={"user_agent": "", "ip": None})
    assert not LoginSession.objects.exists()


def test_signing_in_stores_the_time(visitor, student):
    begun = timezone.now()
    visitor.post(URL, {"email": student.email, "password": PASSWORD})
    student.refresh_from_db()
    assert (student.last_login - begun).total_seconds() > -1


@pytest.mark.django_db(transaction=True)
def test_fifty_simultaneous_sign_ins_succeed(student):
    body = {"email": student.email, "password": PASSWORD}
    with ThreadPoolExecutor(50) as pool:
        responses = list(pool.map(lambda _: APIClient().post(TOKEN, body), range(50)))
    assert {response.status_code for response in responses} == {200}
    assert LoginSession.objects.filter(user=student).count() == 50
    assert len({response.json()["refresh"] for response in responses}) == 50
