from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import jwt
import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import LoginSession, User
from accounts.services.sessions import open_session, refresh_session
from accounts.tests.clients import Browser, code_of
from accounts.tests.factories import PASSWORD

REFRESH = "/api/v1/auth/refresh"
ME = "/api/v1/users/me"

pytestmark = pytest.mark.django_db


def refresh(token):
    return APIClient().post(REFRESH, {"refresh": token})


def me(access):
    return APIClient().get(ME, headers={"Authorization": f"Bearer {access}"})


def aged(session, **ago):
    """Move a session's last rotation into the past."""
    LoginSession.objects.filter(pk=session.pk).update(rotated_at=timezone.now() - timedelta(**ago))


def test_refreshing_gives_the_next_pair(student):
    first = open_session(student)
    response = refresh(first.refresh)
    assert response.status_code == 200
    assert set(response.json()) == {"access", "refresh"}
    assert response.json()["refresh"] != first.refresh
    assert not response.cookies
    assert me(response.json()["access"]).status_code == 200
    assert refresh(response.json()["refresh"]).status_code == 200


def test_a_browser_refreshes_by_cookie_and_is_answered_its_user(browser_of, student):
    browser = browser_of(student)
    before = browser.cookies["refresh_token"].value
    response = browser.post(REFRESH)
    assert response.status_code == 200
    assert response.json()["id"] == str(student.pk)
    assert browser.cookies["refresh_token"].value != before
    assert browser.cookies["refresh_token"].value not in response.content.decode()


def test_refreshing_by_cookie_needs_the_csrf_token(browser_of, student):
    browser = browser_of(student)
    browser.credentials()
    response = browser.post(REFRESH)
    assert response.status_code == 403
    assert code_of(response) == "csrf_failed"
    assert browser.cookies["refresh_token"].value


def test_refreshing_without_a_token_is_a_401(visitor):
    response = visitor.post(REFRESH)
    assert response.status_code == 401
    assert code_of(response) == "not_authenticated"


def test_a_second_tab_gets_a_pair_that_works(student):
    first = open_session(student)
    one, two = refresh(first.refresh).json(), refresh(first.refresh).json()
    assert me(one["access"]).status_code == me(two["access"]).status_code == 200
    assert refresh(two["refresh"]).status_code == 200
    assert refresh(one["refresh"]).status_code == 200  # within the grace again
    assert LoginSession.objects.count() == 1


def test_after_the_grace_a_used_token_revokes_the_session(student):
    first = open_session(student)
    stolen = refresh(first.refresh).json()
    aged(first.session, seconds=11)
    response = refresh(first.refresh)
    assert response.status_code == 401
    assert code_of(response) == "session_revoked"
    assert code_of(refresh(stolen["refresh"])) == "session_revoked"
    assert code_of(me(stolen["access"])) == "session_revoked"
    assert not LoginSession.objects.exists()


def test_a_token_two_rotations_old_has_no_grace(student):
    first = open_session(student)
    second = refresh_session(first.refresh)
    refresh_session(second.refresh)
    assert code_of(refresh(first.refresh)) == "session_revoked"
    assert not LoginSession.objects.exists()


def test_other_sessions_survive_a_reuse(student):
    other = open_session(student)
    first = open_session(student)
    refresh_session(first.refresh)
    aged(first.session, minutes=1)
    assert refresh(first.refresh).status_code == 401
    assert refresh(other.refresh).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_twenty_refreshes_at_once_one_family_survives(student):
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
def test_twenty_reuses_at_once_end_the_session_without_a_500(student):
    first = open_session(student)
    second = refresh_session(first.refresh)
    aged(first.session, minutes=1)
    with ThreadPoolExecutor(20) as pool:
        tokens = [first.refresh, second.refresh] * 10
        responses = list(pool.map(refresh, tokens))
    assert {response.status_code for response in responses} <= {200, 401}
    assert all(response.status_code == 401 for response in responses[::2])
    assert not LoginSession.objects.exists()


def test_a_session_is_extended_by_use_but_not_for_ever(student, settings):
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


def test_expired_sessions_go_by_themselves(student):
    open_session(student)
    LoginSession.objects.update(expires_at=timezone.now() - timedelta(minutes=5))
    assert not LoginSession.objects.exists()


def test_a_disabled_account_can_neither_ask_nor_refresh(student):
    tokens = open_session(student)
    User.objects.update(is_active=False)
    assert code_of(me(tokens.access)) == "session_revoked"
    assert code_of(refresh(tokens.refresh)) == "session_revoked"


def test_keys_can_be_changed_without_signing_anybody_out(student, settings):
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


def test_an_access_token_says_who_which_session_and_until_when(student):
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
        {"claims": {"exp": 1}},
        {"claims": {"exp": None}},
        {"claims": {"token_type": "refresh"}},
        {"claims": {"token_type": None}},
        {"claims": {"jti": None}},
    ],
)
def test_a_forged_or_expired_token_is_refused(student, settings, how):
    response = me(forged(settings, student, **how))
    assert response.status_code == 401
    assert code_of(response) == "invalid_token"


@pytest.mark.parametrize("raw", ["x", "a.b.c", "é.é.é", "x" * 8000, "..", "null"])
def test_nonsense_for_a_token_is_a_401(raw):
    assert me(raw).status_code == 401
    assert code_of(me(raw)) == "invalid_token"


@pytest.mark.parametrize("raw", ["x", "a.b.c", "é.é.é", "..", "x" * 1999])
def test_nonsense_for_a_refresh_token_is_a_401(raw):
    assert code_of(refresh(raw)) == "invalid_token"


def test_tokens_are_not_taken_for_each_other(student):
    tokens = open_session(student)
    assert code_of(me(tokens.refresh)) == "invalid_token"
    assert code_of(refresh(tokens.access)) == "invalid_token"


@pytest.mark.parametrize("value", [None, [], {}, "", "x" * 2001])
def test_a_refresh_that_is_no_token_is_a_400(visitor, value):
    assert visitor.post(REFRESH, {"refresh": value}).status_code == 400


def test_another_scheme_of_authorization_is_not_a_sign_in(visitor):
    response = visitor.get(ME, headers={"Authorization": "Basic c2FtOnNhbQ=="})
    assert response.status_code == 401
    assert code_of(response) == "not_authenticated"


def test_a_revoked_browser_loses_its_cookies(browser_of, student):
    browser = browser_of(student)
    LoginSession.objects.all().delete()
    response = browser.post(REFRESH)
    assert code_of(response) == "session_revoked"
    assert browser.cookies["access_token"].value == browser.cookies["refresh_token"].value == ""


@pytest.mark.parametrize("url", [REFRESH, "/api/v1/auth/signout"])
def test_a_form_of_another_site_takes_no_cookies_away(visitor, url):
    response = visitor.post(url)  # as a browser sends it: SameSite leaves its cookies at home
    assert response.status_code == 401
    assert not response.cookies


def test_a_browser_whose_access_token_expired_keeps_its_refresh_token(browser_of, student):
    browser = browser_of(student)
    browser.cookies["access_token"] = "expired"
    for method, url in (("get", ME), ("delete", ME), ("post", "/api/v1/auth/signout-everywhere")):
        response = getattr(browser, method)(url)
        assert response.status_code == 401
        assert not response.cookies
    assert browser.post(REFRESH).status_code == 200


def test_no_row_holds_a_token(student):
    tokens = open_session(student)
    row = LoginSession.objects.values().get()
    assert tokens.refresh not in str(row)
    assert tokens.access not in str(row)


def test_a_session_that_was_used_says_when(student):
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
