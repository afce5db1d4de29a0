"""GET /auth/session: who is signed in, for anybody, with tokens that are good for at least a minute."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import jwt
import pytest
from django.test import override_settings
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import LoginSession
from accounts.services.sessions import open_session
from accounts.tests.clients import Browser, bearer, ended_access
from accounts.tokens import issue_pair

SESSION = "/api/v1/auth/session"
ME = "/api/v1/users/me"
TOKENS = {"access_token", "refresh_token"}

pytestmark = pytest.mark.django_db


def ask(access="", refresh="", **headers):
    """Ask with these cookies, as a browser does; return it and the response."""
    browser = Browser()
    for name, token in (("access_token", access), ("refresh_token", refresh)):
        if token:
            browser.cookies[name] = token
    response = browser.get(SESSION, headers=headers)
    assert response.status_code == 200
    assert set(response.json()) == {"user", "csrf_token", "access_expires_at"}
    assert response["Cache-Control"] == "private, no-store"
    return browser, response


def access_of(session, **lifetime):
    with override_settings(ACCESS_TOKEN_LIFETIME=timedelta(**lifetime)):
        return issue_pair(session).access


def is_nobody(response):
    body = response.json()
    return body["user"] is None and body["access_expires_at"] is None


def test_a_visitor_is_nobody_and_gets_a_csrf_token():
    _, response = ask()
    assert is_nobody(response)
    assert response.json()["csrf_token"]
    assert set(response.cookies) == {"csrftoken"}


def test_a_live_access_token_is_left_as_it_is(student):
    pair = open_session(student)
    browser, response = ask(pair.access, pair.refresh)
    assert not TOKENS & set(response.cookies)
    assert response.json()["user"] == bearer(pair).get(ME).json()
    claims = jwt.decode(pair.access, options={"verify_signature": False})
    assert datetime.fromisoformat(response.json()["access_expires_at"]).timestamp() == claims["exp"]
    browser.credentials(HTTP_X_CSRFTOKEN=response.json()["csrf_token"])
    assert browser.patch(ME, {"name": "Sam"}).status_code == 200


def test_a_live_access_token_costs_one_database_command(student, commands):
    pair = open_session(student)
    with commands() as sent:
        ask(pair.access, pair.refresh)
    assert len(sent) == 1


def test_renewing_costs_two_database_commands(student, commands):
    pair = open_session(student)
    access = ended_access(pair.session)
    with commands() as sent:
        ask(access, pair.refresh)
    assert len(sent) == 2


@pytest.mark.parametrize("access", ["ended", "ending", "broken", "revoked", "none"])
def test_the_refresh_cookie_renews(student, access):
    pair = open_session(student)
    revoked = open_session(student)
    revoked.session.delete()
    before = {
        "ended": ended_access(pair.session),
        "ending": access_of(pair.session, seconds=59),
        "broken": "a.b.c",
        "revoked": revoked.access,
        "none": "",
    }[access]
    browser, response = ask(before, pair.refresh)
    assert response.json()["user"]["id"] == str(student.pk)
    assert set(response.cookies) >= TOKENS
    assert browser.cookies["refresh_token"].value != pair.refresh
    assert browser.get(ME).status_code == 200
    ends = datetime.fromisoformat(response.json()["access_expires_at"])
    assert timedelta(minutes=14) < ends - timezone.now() <= timedelta(minutes=15)


def test_an_access_token_of_more_than_a_minute_is_not_renewed(student):
    pair = open_session(student)
    _, response = ask(access_of(pair.session, seconds=62), pair.refresh)
    assert not TOKENS & set(response.cookies)


def test_an_access_token_near_its_end_without_a_refresh_cookie_still_counts(student):
    access = access_of(open_session(student).session, seconds=30)
    _, response = ask(access)
    assert response.json()["user"]["id"] == str(student.pk)
    assert not TOKENS & set(response.cookies)


@pytest.mark.parametrize(
    ("access", "refresh"),
    [
        ("ended", ""),
        ("broken", ""),
        ("revoked", ""),
        ("", "broken"),
        ("ended", "broken"),
        ("revoked", "revoked"),
        ("", "reused"),
    ],
)
def test_dead_cookies_are_deleted(student, access, refresh):
    pair, other = open_session(student), open_session(student)
    other.session.delete()
    LoginSession.objects.filter(pk=pair.session.pk).update(jti="a" * 32)
    accesses = {"ended": ended_access(pair.session), "revoked": other.access}
    refreshes = {"revoked": other.refresh, "reused": pair.refresh}
    browser, response = ask(accesses.get(access, access), refreshes.get(refresh, refresh))
    assert is_nobody(response)
    assert {name for name in TOKENS if response.cookies[name]["max-age"] == 0} == TOKENS
    again = browser.get(SESSION)
    assert is_nobody(again)
    assert not TOKENS & set(again.cookies)


def test_bearer_tokens_are_not_looked_at(student):
    pair = open_session(student)
    for token in (pair.access, "x"):
        _, response = ask(Authorization=f"Bearer {token}")
        assert is_nobody(response)
    _, response = ask(pair.access, Authorization="Bearer x")
    assert response.json()["user"]["id"] == str(student.pk)


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_renew_at_once_agree(student):
    pair = open_session(student)
    access = ended_access(pair.session)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ask(access, pair.refresh), range(8)))
    [session] = LoginSession.objects.all()
    for browser, response in answers:
        assert response.json()["user"]["id"] == str(student.pk)
        claims = jwt.decode(
            browser.cookies["refresh_token"].value, options={"verify_signature": False}
        )
        assert claims["jti"] == session.jti


def test_staff_who_must_set_up_a_second_factor_are_nobody(staff, settings):
    pair = open_session(staff)
    settings.STAFF_SECOND_FACTOR = True
    for access in (pair.access, ended_access(pair.session)):
        _, response = ask(access, pair.refresh)
        assert is_nobody(response)


def test_a_page_of_another_site_cannot_read_it(student, settings):
    pair = open_session(student)
    _, trusted = ask(pair.access, Origin=settings.FRONTEND_URL)
    assert trusted["Access-Control-Allow-Origin"] == settings.FRONTEND_URL
    assert trusted["Access-Control-Allow-Credentials"] == "true"
    _, other = ask(pair.access, Origin="https://evil.test")
    assert "Access-Control-Allow-Origin" not in other.headers


def test_signing_up_signing_in_and_refreshing_also_give_the_csrf_token_and_the_end(student):
    browser = Browser()
    password = "a long pass phrase"
    signed_up = browser.post(
        "/api/v1/auth/signup", {"name": "N", "email": "n@example.test", "password": password}
    )
    body = {"email": "n@example.test", "password": password}
    signed_in = Browser().post("/api/v1/auth/signin", body)
    browser.credentials(HTTP_X_CSRFTOKEN=signed_up.json()["csrf_token"])
    user = browser.get(ME).json()
    assert browser.patch(ME, {"name": "N"}).status_code == 200
    extra = {"csrf_token", "access_expires_at"}
    assert signed_up.json().keys() == signed_in.json().keys() == user.keys() | extra
    refreshed = browser.post("/api/v1/auth/refresh")
    assert refreshed.json().keys() == extra
    assert not extra & APIClient().post("/api/v1/auth/token", body).json().keys()
