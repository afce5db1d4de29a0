from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import jwt
import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import LoginSession, User
from accounts.services.sessions import open_session, refresh_session
from accounts.tests.clients import Browser, code_of, ended_access
from accounts.tests.factories import PASSWORD

REFRESH = "/api/v1/auth/refresh"
ME = "/api/v1/users/me"

pytestmark = pytest.mark.django_db


def refresh(token):
    return APIClient().post(REFRESH, {"refresh": token})


def me(access):
    return APIClient().get(ME, headers={"Authorization": f"Bearer {access}"})


def aged(session, **ago):
    """Move the last refresh of a session into the past."""
    LoginSession.objects.filter(pk=session.pk).update(rotated_at=timezone.now() - timedelta(**ago))


def test_refreshing_returns_the_next_tokens(student):
    first = open_session(student)
    response = refresh(first.refresh)
    assert response.status_code == 200
    assert set(response.json()) == {"access", "refresh"}
    assert response.json()["refresh"] != first.refresh
    assert not response.cookies
    assert me(response.json()["access"]).status_code == 200
    assert refresh(response.json()["refresh"]).status_code == 200


def test_a_browser_refreshes_by_cookie(browser_of, student):
    browser = browser_of(student)
    before = browser.cookies["refresh_token"].value
    response = browser.post(REFRESH)
    assert response.status_code == 200
    assert set(response.json()) == {"csrf_token", "access_expires_at"}
    assert browser.cookies["refresh_token"].value != before
    assert browser.cookies["refresh_token"].value not in response.content.decode()


def test_refreshing_by_cookie_requires_the_csrf_token(browser_of, student):
    browser = browser_of(student)
    browser.credentials()
    response = browser.post(REFRESH)
    assert response.status_code == 403
    assert code_of(response) == "csrf_failed"
    assert browser.cookies["refresh_token"].value


def test_refreshing_without_a_token_is_refused_with_401(visitor):
    response = visitor.post(REFRESH)
    assert response.status_code == 401
    assert code_of(response) == "not_authenticated"


def test_a_second_tab_gets_tokens_that_work(student):
    first = open_session(student)
    one, two = refresh(first.refresh).json(), refresh(first.refresh).json()
    assert me(one["access"]).status_code == me(two["access"]).status_code == 200
    assert refresh(two["refresh"]).status_code == 200
    assert refresh(one["refresh"]).status_code == 200  # within the grace period again
    assert LoginSession.objects.count() == 1


def test_using_an_old_token_after_the_grace_period_ends_the_session(student):
    first = open_session(student)
    stolen = refresh(first.refresh).json()
    aged(first.session, seconds=11)
    response = refresh(first.refresh)
    assert response.status_code == 401
    assert code_of(response) == "session_revoked"
    assert code_of(refresh(stolen["refresh"])) == "session_revoked"
    assert code_of(me(stolen["access"])) == "session_revoked"
    assert not LoginSession.objects.exists()


def test_a_token_from_two_refreshes_ago_has_no_grace_period(student):
    first = open_session(student)
    second = refresh_session(first.refresh)
    refresh_session(second.refresh)
    assert code_of(refresh(first.refresh)) == "session_revoked"
    assert not LoginSession.objects.exists()


def test_other_sessions_survive_the_reuse_of_a_token(student):
    other = open_session(student)
    first = open_session(student)
    refresh_session(first.refresh)
    aged(first.session, minutes=1)
    assert refresh(first.refresh).status_code == 401
    assert refresh(other.refresh).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_twenty_simultaneous_refreshes_get_the_same_refresh_token(student):
    first = open_session(student)
    with ThreadPoolExecutor(20) as pool:
        responses = list(pool.map(lambda _: refresh(first.refresh), range(20)))
    assert {response.status_code for response in responses} == {200}
    [session] = LoginSession.objects.all()
    held = {
        jwt.decode(r.json()["refresh"], options={"verify_signature": False})["jti"]
        for r in responses
    }
    assert held == {session.jti}
    assert session.previous_jti == first.session.jti
    assert me(responses[-1].json()["access"]).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_twenty_simultaneous_reuses_end_the_session_without_a_server_error(student):
    first = open_session(student)
    second = refresh_session(first.refresh)
    aged(first.session, minutes=1)
    with ThreadPoolExecutor(20) as pool:
        tokens = [first.refresh, second.refresh] * 10
        responses = list(pool.map(refresh, tokens))
    assert {response.status_code for response in responses} <= {200, 401}
    assert all(response.status_code == 401 for response in responses[::2])
    assert not LoginSession.objects.exists()


def test_use_extends_a_session_up_to_its_maximum_age(student, settings):
    first = open_session(student)
    LoginSession.objects.update(expires_at=timezone.now() + timedelta(hours=1))
    extended = refresh_session(first.refresh).session
    assert extended.expires_at - timezone.now() > timedelta(days=13)
    LoginSession.objects.update(created_at=timezone.now() - timedelta(days=89))
    last = refresh_session(refresh_session(first.refresh).refresh).session
    assert last.expires_at - timezone.now() < timedelta(days=1)


def test_an_expired_session_is_refused_before_the_database_deletes_it(student, monkeypatch):
    tokens = open_session(student)
    later = timezone.now() + timedelta(days=15)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert code_of(me(tokens.access)) == "session_revoked"
    assert code_of(refresh(tokens.refresh)) == "session_revoked"


def test_the_tokens_of_a_disabled_account_do_not_work(student):
    tokens = open_session(student)
    User.objects.update(is_active=False)
    assert code_of(me(tokens.access)) == "session_revoked"
    assert code_of(refresh(tokens.refresh)) == "session_revoked"


def test_the_signing_key_can_be_replaced_without_signing_anybody_out(student, settings):
    old, new = "o" * 40, "n" * 40
    settings.JWT_SIGNING_KEYS = [old]
    before = open_session(student)
    settings.JWT_SIGNING_KEYS = [new, old]
    assert me(before.access).status_code == 200
    after = refresh(before.refresh).json()
    settings.JWT_SIGNING_KEYS = [new]
    assert me(after["access"]).status_code == 200
    assert code_of(me(before.access)) == "invalid_token"


def claims_of(token):
    return jwt.decode(token, options={"verify_signature": False})


def test_an_access_token_contains_the_user_the_session_and_the_expiry(student):
    tokens = open_session(student)
    claims = claims_of(tokens.access)
    assert claims["sub"] == str(student.pk)
    assert claims["sid"] == str(tokens.session.pk)
    assert claims["token_type"] == "access"
    assert claims["exp"] - claims["iat"] == 15 * 60
    assert claims["jti"]
    assert jwt.get_unverified_header(tokens.access)["alg"] == "HS256"


def forged(settings, student, **how):
    tokens = open_session(student)
    key = settings.JWT_SIGNING_KEYS[0]
    kid = jwt.get_unverified_header(tokens.access)["kid"]
    claims = claims_of(tokens.access) | how.pop("claims", {})
    return jwt.encode(
        {name: value for name, value in claims.items() if value is not None},
        how.pop("key", key),
        algorithm=how.pop("algorithm", "HS256"),
        headers={"kid": kid} | how.pop("headers", {}),
    )


@pytest.mark.parametrize(
    "how",
    [
        {"key": "k" * 40},
        {"key": "", "algorithm": "none"},
        {"algorithm": "HS384"},
        {"headers": {"kid": "unknown"}},
        {"headers": {"kid": "../../dev/null"}},
        {"claims": {"exp": None}},
        {"claims": {"exp": 1}, "key": "k" * 40},
        {"claims": {"exp": 1, "token_type": "refresh"}},
        {"claims": {"token_type": "refresh"}},
        {"claims": {"token_type": None}},
        {"claims": {"jti": None}},
    ],
)
def test_a_forged_token_is_refused(student, settings, how):
    response = me(forged(settings, student, **how))
    assert response.status_code == 401
    assert code_of(response) == "invalid_token"


@pytest.mark.parametrize("raw", ["x", "a.b.c", "é.é.é", "x" * 8000, "..", "null"])
def test_a_malformed_access_token_is_refused_with_401(raw):
    assert me(raw).status_code == 401
    assert code_of(me(raw)) == "invalid_token"


@pytest.mark.parametrize("raw", ["x", "a.b.c", "é.é.é", "..", "x" * 1999])
def test_a_malformed_refresh_token_is_refused_with_401(raw):
    assert code_of(refresh(raw)) == "invalid_token"


def test_an_access_token_and_a_refresh_token_cannot_replace_each_other(student):
    tokens = open_session(student)
    assert code_of(me(tokens.refresh)) == "invalid_token"
    assert code_of(refresh(tokens.access)) == "invalid_token"


@pytest.mark.parametrize("value", [None, [], {}, "", "x" * 2001])
def test_a_refresh_token_of_the_wrong_type_is_refused_with_400(visitor, value):
    assert visitor.post(REFRESH, {"refresh": value}).status_code == 400


def test_another_authorization_scheme_does_not_authenticate(visitor):
    response = visitor.get(ME, headers={"Authorization": "Basic c2FtOnNhbQ=="})
    assert response.status_code == 401
    assert code_of(response) == "not_authenticated"


def test_a_browser_whose_session_ended_loses_its_cookies(browser_of, student):
    browser = browser_of(student)
    LoginSession.objects.all().delete()
    response = browser.post(REFRESH)
    assert code_of(response) == "session_revoked"
    assert browser.cookies["access_token"].value == browser.cookies["refresh_token"].value == ""


@pytest.mark.parametrize("url", [REFRESH, "/api/v1/auth/signout"])
def test_a_form_on_another_site_cannot_delete_the_cookies(visitor, url):
    response = visitor.post(url)  # browsers send such a request without the SameSite cookies
    assert response.status_code == 401
    assert not response.cookies


def test_a_browser_whose_access_token_ended_keeps_its_refresh_token(browser_of, student):
    browser = browser_of(student)
    browser.cookies["access_token"] = ended_access(LoginSession.objects.get())
    for method, url in (("get", ME), ("delete", ME), ("post", "/api/v1/auth/signout-everywhere")):
        response = getattr(browser, method)(url)
        assert response.status_code == 401
        assert not response.cookies
    assert browser.post(REFRESH).status_code == 200


def test_the_database_does_not_contain_the_tokens(student):
    tokens = open_session(student)
    row = LoginSession.objects.values().get()
    assert tokens.refresh not in str(row)
    assert tokens.access not in str(row)


def test_refreshing_stores_when_the_session_was_used(student):
    tokens = open_session(student)
    LoginSession.objects.update(last_used_at=timezone.now() - timedelta(days=1))
    me(tokens.access)
    assert timezone.now() - LoginSession.objects.get().last_used_at > timedelta(hours=23)
    refresh(tokens.refresh)
    assert timezone.now() - LoginSession.objects.get().last_used_at < timedelta(minutes=1)


def test_signing_in_again_opens_another_session(student):
    Browser().sign_in(student, PASSWORD)
    Browser().sign_in(student, PASSWORD)
    assert LoginSession.objects.count() == 2
