from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import LoginSession, SecondFactor
from accounts.tests.clients import Browser, code_of, codes_of, limits
from accounts.tests.factories import PASSWORD

FACTOR = "/api/v1/auth/second-factor"
CONFIRM = f"{FACTOR}/confirm"
RECOVERY = f"{FACTOR}/recovery-codes"
SIGNIN = "/api/v1/auth/signin"
TOKEN = "/api/v1/auth/token"
CONFIRMED = {"current_password": PASSWORD}

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch):
    """A clock that moves only when the test moves it."""

    class Clock:
        now = timezone.now()

        def step(self, count=1):
            self.now += timedelta(seconds=30 * count)

    clock = Clock()
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    return clock


@pytest.fixture
def app(student, client_of, clock):
    """The student's authenticator app, set up and confirmed."""
    secret = client_of(student).post(FACTOR, CONFIRMED).json()["secret"]
    app = pyotp.TOTP(secret)
    response = client_of(student).post(CONFIRM, {"code": app.at(clock.now)})
    assert response.status_code == 200
    app.recovery_codes = response.json()["recovery_codes"]
    clock.step()
    return app


def challenge_of(user, url=SIGNIN):
    response = APIClient().post(url, {"email": user.email, "password": PASSWORD})
    assert response.status_code == 202, response.json()
    assert not response.cookies
    assert set(response.json()) == {"code", "challenge", "expires_in"}
    assert response.json()["code"] == "second_factor_required"
    return response.json()["challenge"]


def second_step(challenge, code, url=TOKEN):
    return APIClient().post(f"{url}/second-factor", {"challenge": challenge, "code": code})


def test_a_new_account_has_no_second_factor(client_of, student):
    assert client_of(student).get(FACTOR).json() == {
        "enabled": False,
        "confirmed_at": None,
        "recovery_codes_left": 0,
    }


def test_setting_up_returns_the_secret_only_once(client_of, student, mailoutbox, clock):
    client = client_of(student)
    response = client.post(FACTOR, CONFIRMED)
    assert response.status_code == 201
    assert response["Cache-Control"] == "private, no-store"
    secret = response.json()["secret"]
    assert response.json()["otpauth_url"].startswith("otpauth://totp/")
    assert f"secret={secret}" in response.json()["otpauth_url"]
    assert response.json()["qr_code"].startswith("data:image/svg+xml")
    assert secret not in str(SecondFactor.objects.values().get())
    assert client.get(FACTOR).json()["enabled"] is False
    confirmed = client.post(CONFIRM, {"code": pyotp.TOTP(secret).at(clock.now)})
    assert confirmed.status_code == 200
    assert len(set(confirmed.json()["recovery_codes"])) == 10
    state = client.get(FACTOR).json()
    assert (state["enabled"], state["recovery_codes_left"]) == (True, 10)
    assert secret not in str(state)
    assert mailoutbox[-1].to == [student.email]


def test_sign_ins_require_the_second_factor_only_after_it_is_confirmed(client_of, student, clock):
    client = client_of(student)
    secret = client.post(FACTOR, CONFIRMED).json()["secret"]
    wrong = client.post(CONFIRM, {"code": pyotp.TOTP(secret).at(clock.now + timedelta(hours=1))})
    assert wrong.status_code == 400
    assert codes_of(wrong) == {"code": "invalid_code"}
    signin = APIClient().post(SIGNIN, {"email": student.email, "password": PASSWORD})
    assert signin.status_code == 200


@pytest.mark.parametrize(
    ("method", "url"), [("post", FACTOR), ("delete", FACTOR), ("post", RECOVERY)]
)
@pytest.mark.parametrize("body", [{}, {"current_password": "wrong password"}])
def test_changing_the_second_factor_requires_the_password(
    client_of, student, app, method, url, body
):
    response = getattr(client_of(student), method)(url, body)
    assert response.status_code == 400
    assert set(codes_of(response)) == {"current_password"}
    assert SecondFactor.objects.find_confirmed(student)


@pytest.mark.parametrize(
    ("method", "url"),
    [("get", FACTOR), ("post", FACTOR), ("delete", FACTOR), ("post", CONFIRM), ("post", RECOVERY)],
)
def test_a_visitor_is_refused(visitor, method, url):
    assert getattr(visitor, method)(url).status_code == 401


def test_a_second_factor_cannot_be_replaced_before_it_is_removed(client_of, student, app):
    client = client_of(student)
    assert code_of(client.post(FACTOR, CONFIRMED)) == "second_factor_enabled"
    assert code_of(client.post(CONFIRM, {"code": "123456"})) == "second_factor_enabled"


def test_a_second_factor_that_is_not_set_up_cannot_be_confirmed(client_of, student):
    client = client_of(student)
    assert code_of(client.post(CONFIRM, {"code": "123456"})) == "second_factor_missing"
    assert code_of(client.post(RECOVERY, CONFIRMED)) == "second_factor_missing"


def test_signing_in_with_a_second_factor_takes_two_steps(student, app, clock):
    challenge = challenge_of(student, TOKEN)
    response = second_step(challenge, app.at(clock.now))
    assert response.status_code == 200
    assert set(response.json()) == {"access", "refresh"}


def test_a_browser_gets_its_cookies_at_the_second_step(student, app, clock):
    browser = Browser()
    first = browser.post(SIGNIN, {"email": student.email, "password": PASSWORD})
    body = {"challenge": first.json()["challenge"], "code": app.at(clock.now)}
    evil = browser.post(f"{SIGNIN}/second-factor", body, headers={"Origin": "https://evil.test"})
    assert code_of(evil) == "untrusted_origin"
    second = browser.post(f"{SIGNIN}/second-factor", body)
    assert second.status_code == 200
    assert second.json()["id"] == str(student.pk)
    assert browser.get("/api/v1/users/me").status_code == 200


def test_the_challenge_alone_does_not_sign_in(student, app):
    challenge = challenge_of(student)
    client = APIClient()
    me = client.get("/api/v1/users/me", headers={"Authorization": f"Bearer {challenge}"})
    assert code_of(me) == "invalid_token"
    assert code_of(client.post("/api/v1/auth/refresh", {"refresh": challenge})) == "invalid_token"
    assert LoginSession.objects.count() == 2  # those that set up the app


def test_a_code_works_only_once(student, app, clock):
    code = app.at(clock.now)
    assert second_step(challenge_of(student), code).status_code == 200
    replayed = second_step(challenge_of(student), code)
    assert replayed.status_code == 400
    assert codes_of(replayed) == {"code": "invalid_code"}
    clock.step()
    assert second_step(challenge_of(student), app.at(clock.now)).status_code == 200


def test_an_older_code_does_not_work_after_a_newer_one(student, app, clock):
    older, newer = app.at(clock.now), app.at(clock.now + timedelta(seconds=30))
    assert second_step(challenge_of(student), newer).status_code == 200
    assert codes_of(second_step(challenge_of(student), older)) == {"code": "invalid_code"}


@pytest.mark.parametrize(("steps", "status"), [(-2, 400), (-1, 200), (0, 200), (1, 200), (2, 400)])
def test_the_clock_of_a_phone_may_be_one_step_off(student, app, clock, steps, status):
    clock.step(5)
    code = app.at(clock.now + timedelta(seconds=30 * steps))
    assert second_step(challenge_of(student), code).status_code == status


@pytest.mark.parametrize(
    "code", ["000000", "", "abc", "12345", "1234567", "x" * 41, "\x00", "\u0661" * 6]
)
def test_a_wrong_code_is_refused_with_400(student, app, code):
    assert second_step(challenge_of(student), code).status_code == 400
    assert LoginSession.objects.count() == 2  # those that set up the app


@pytest.mark.django_db(transaction=True)
def test_only_one_of_several_simultaneous_uses_of_a_code_succeeds(student, app, clock):
    challenge, code = challenge_of(student), app.at(clock.now)
    with ThreadPoolExecutor(8) as pool:
        responses = list(pool.map(lambda _: second_step(challenge, code), range(8)))
    assert sorted(r.status_code for r in responses) == [200] + [400] * 7


def test_a_recovery_code_works_only_once_in_any_spelling(client_of, student, app):
    code = app.recovery_codes[0]
    typed = code.lower().replace("-", " ")
    assert second_step(challenge_of(student), typed).status_code == 200
    assert codes_of(second_step(challenge_of(student), code)) == {"code": "invalid_code"}
    assert second_step(challenge_of(student), app.recovery_codes[1]).status_code == 200
    assert client_of(student).get(FACTOR).json()["recovery_codes_left"] == 8


@pytest.mark.django_db(transaction=True)
def test_only_one_of_several_simultaneous_uses_of_a_recovery_code_succeeds(student, app):
    challenge, code = challenge_of(student), app.recovery_codes[0]
    with ThreadPoolExecutor(8) as pool:
        responses = list(pool.map(lambda _: second_step(challenge, code), range(8)))
    assert sorted(r.status_code for r in responses) == [200] + [400] * 7


def test_new_recovery_codes_replace_the_old_ones(client_of, student, app):
    new = client_of(student).post(RECOVERY, CONFIRMED).json()["recovery_codes"]
    assert not set(new) & set(app.recovery_codes)
    stored = str(SecondFactor.objects.values().get())
    assert not any(code in stored for code in new)
    assert second_step(challenge_of(student), app.recovery_codes[0]).status_code == 400
    assert second_step(challenge_of(student), new[0]).status_code == 200


def test_a_second_factor_can_be_removed_with_the_password(client_of, student, app, mailoutbox):
    client = client_of(student)
    assert client.delete(FACTOR, CONFIRMED).status_code == 204
    assert client.get(FACTOR).json()["enabled"] is False
    assert "removed" in mailoutbox[-1].subject
    signin = APIClient().post(SIGNIN, {"email": student.email, "password": PASSWORD})
    assert signin.status_code == 200
    assert client.delete(FACTOR, CONFIRMED).status_code == 204


def test_a_password_change_invalidates_the_challenge(client_of, student, app, clock):
    challenge = challenge_of(student)
    body = {"current_password": PASSWORD, "new_password": "another one entirely"}
    client_of(student).post("/api/v1/auth/password/change", body)
    response = second_step(challenge, app.at(clock.now))
    assert response.status_code == 401
    assert code_of(response) == "invalid_token"


@pytest.mark.parametrize("challenge", ["x", "a.b.c", "\u00e9"])
def test_a_forged_challenge_is_refused_with_401(student, challenge):
    response = second_step(challenge, "123456")
    assert response.status_code == 401
    assert code_of(response) == "invalid_token"


@pytest.mark.parametrize(
    "body", [{}, [], {"challenge": None, "code": None}, {"challenge": {}, "code": 5}]
)
def test_a_body_without_challenge_and_code_is_refused_with_400(visitor, body):
    assert visitor.post(f"{TOKEN}/second-factor", body).status_code == 400


def test_wrong_codes_are_limited_per_person(student, app, clock):
    with limits(signin_email="3/min"):
        challenge = challenge_of(student)
        statuses = [second_step(challenge, "000000").status_code for _ in range(4)]
    assert statuses == [400, 400, 400, 429]


def test_a_second_factor_still_works_after_the_secret_key_is_replaced(
    student, app, clock, settings
):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.JWT_SIGNING_KEYS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "n" * 50
    assert second_step(challenge_of(student), app.at(clock.now)).status_code == 200


def test_a_wrong_password_does_not_reveal_the_second_factor(student, app):
    response = APIClient().post(SIGNIN, {"email": student.email, "password": "wrong password"})
    assert response.status_code == 401
    assert code_of(response) == "invalid_credentials"
