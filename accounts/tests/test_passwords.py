from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.utils import timezone
from pymongo.errors import OperationFailure
from rest_framework.test import APIClient

from accounts.models import LoginSession, MailToken, SecondFactor, User
from accounts.models.user import hash_password
from accounts.services import passwords
from accounts.services.passwords import change_password
from accounts.services.sessions import open_session
from accounts.tests.clients import bearer, code_of, codes_of, link_in
from accounts.tests.factories import PASSWORD, UserFactory

CHANGE = "/api/v1/auth/password/change"
FORGOT = "/api/v1/auth/password/forgot"
RESET = "/api/v1/auth/password/reset"
ME = "/api/v1/users/me"
NEW = "another one entirely"

pytestmark = pytest.mark.django_db


def can_sign_in(email, password):
    body = {"email": email, "password": password}
    return APIClient().post("/api/v1/auth/token", body).status_code == 200


def forget(email, mailoutbox):
    assert APIClient().post(FORGOT, {"email": email}).status_code == 202
    page, query = link_in(mailoutbox[-1])
    assert page == "/reset-password"
    assert set(query) == {"uid", "token"}
    return query


def reset(query, password=NEW):
    return APIClient().post(RESET, query | {"new_password": password})


def test_changing_the_password_ends_the_other_sessions(student, mailoutbox):
    here, there = open_session(student), open_session(student)
    body = {"current_password": PASSWORD, "new_password": NEW}
    response = bearer(here).post(CHANGE, body)
    assert response.status_code == 200
    assert response.json()["id"] == str(student.pk)
    assert bearer(here).get(ME).status_code == 200
    assert code_of(bearer(there).get(ME)) == "session_revoked"
    assert can_sign_in(student.email, NEW)
    assert not can_sign_in(student.email, PASSWORD)
    assert mailoutbox[-1].to == [student.email]
    assert "password" in mailoutbox[-1].subject


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"current_password": "wrong password"}, {"current_password": "invalid_password"}),
        ({"current_password": ""}, {"current_password": "blank"}),
        ({"current_password": None}, {"current_password": "null"}),
        ({"current_password": "x" * 200}, {"current_password": "max_length"}),
        ({"new_password": "short"}, {"new_password": "password_too_short"}),
        ({"new_password": "sam@example.test"}, {"new_password": "password_too_similar"}),
        ({"new_password": "x" * 129}, {"new_password": "max_length"}),
        ({"new_password": "\x00" * 12}, {"new_password": "null_characters_not_allowed"}),
    ],
)
def test_an_invalid_change_is_refused_and_changes_nothing(client_of, student, change, expected):
    other = open_session(student)
    body = {"current_password": PASSWORD, "new_password": NEW} | change
    response = client_of(student).post(CHANGE, body)
    assert response.status_code == 400
    assert codes_of(response) == expected
    assert can_sign_in(student.email, PASSWORD)
    assert bearer(other).get(ME).status_code == 200


def test_a_visitor_cannot_change_a_password(visitor):
    body = {"current_password": PASSWORD, "new_password": NEW}
    assert visitor.post(CHANGE, body).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_only_one_of_several_simultaneous_changes_succeeds(student):
    tokens = [open_session(student) for _ in range(4)]

    def attempt(number):
        body = {"current_password": PASSWORD, "new_password": f"{NEW} {number}"}
        return bearer(tokens[number]).post(CHANGE, body).status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(attempt, range(4)))
    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 400, 401}
    assert can_sign_in(student.email, f"{NEW} {statuses.index(200)}")
    assert LoginSession.objects.filter(pk=tokens[statuses.index(200)].session.pk).exists()
    assert LoginSession.objects.count() == 2  # the session that changed it, and the one just opened


def test_a_change_fails_if_another_one_was_faster(student):
    session = open_session(student).session
    stale = User.objects.get(pk=student.pk)
    assert student.replace_password(hash_password(NEW))
    with pytest.raises(Exception, match="changed at the same time"):
        change_password(stale, new="yet another one", session_id=session.pk)
    assert can_sign_in(student.email, NEW)


def test_a_change_is_retried_after_a_transient_error_of_the_database(
    student, monkeypatch, mailoutbox
):
    def busy(user):
        monkeypatch.undo()
        raise OperationFailure("busy", details={"errorLabels": ["TransientTransactionError"]})

    here, there = open_session(student), open_session(student)
    monkeypatch.setattr(passwords, "_notify", busy)
    change_password(student, new=NEW, session_id=here.session.pk)
    assert can_sign_in(student.email, NEW)
    assert code_of(bearer(there).get(ME)) == "session_revoked"
    assert len(mailoutbox) == 1


def test_a_reset_link_sets_a_new_password_and_ends_all_sessions(student, mailoutbox):
    tokens = open_session(student)
    query = forget("SAM@example.test", mailoutbox)
    assert mailoutbox[-1].to == ["sam@example.test"]
    response = reset(query)
    assert response.status_code == 200
    assert set(response.cookies) == {"device"}  # a reset does not sign in
    assert code_of(bearer(tokens).get(ME)) == "session_revoked"
    assert can_sign_in(student.email, NEW)
    assert not can_sign_in(student.email, PASSWORD)


def test_a_reset_link_works_only_once(student, mailoutbox):
    query = forget(student.email, mailoutbox)
    assert reset(query).status_code == 200
    again = reset(query, "yet another one")
    assert again.status_code == 400
    assert codes_of(again) == {"token": "invalid_token"}
    assert can_sign_in(student.email, NEW)


def test_a_newer_link_replaces_the_older_one(student, mailoutbox):
    old = forget(student.email, mailoutbox)
    new = forget(student.email, mailoutbox)
    assert codes_of(reset(old)) == {"token": "invalid_token"}
    assert reset(new).status_code == 200


def test_a_password_change_invalidates_the_link(client_of, student, mailoutbox):
    query = forget(student.email, mailoutbox)
    body = {"current_password": PASSWORD, "new_password": "yet another one"}
    assert client_of(student).post(CHANGE, body).status_code == 200
    assert codes_of(reset(query)) == {"token": "invalid_token"}


def test_a_link_expires_after_an_hour(student, mailoutbox, monkeypatch):
    query = forget(student.email, mailoutbox)
    later = timezone.now() + timedelta(hours=1, seconds=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert codes_of(reset(query)) == {"token": "invalid_token"}


def test_a_refused_password_does_not_use_up_the_link(student, mailoutbox):
    query = forget(student.email, mailoutbox)
    assert codes_of(reset(query, "short")) == {"new_password": "password_too_short"}
    assert codes_of(reset(query, "sam student")) == {"new_password": "password_too_similar"}
    assert reset(query).status_code == 200


def test_a_link_does_not_reset_the_password_of_somebody_else(student, other_student, mailoutbox):
    query = forget(student.email, mailoutbox)
    response = reset(query | {"uid": str(other_student.pk)})
    assert codes_of(response) == {"token": "invalid_token"}


@pytest.mark.parametrize("uid", ["", "1", "g" * 24, None, {"$ne": 1}, "0" * 24])
def test_an_invalid_uid_is_refused_with_400(student, mailoutbox, uid):
    assert reset(forget(student.email, mailoutbox) | {"uid": uid}).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_only_one_of_several_simultaneous_uses_of_a_link_succeeds(student, mailoutbox):
    query = forget(student.email, mailoutbox)
    with ThreadPoolExecutor(6) as pool:
        responses = list(pool.map(lambda n: reset(query, f"{NEW} {n}"), range(6)))
    statuses = [response.status_code for response in responses]
    assert sorted(statuses) == [200] + [400] * 5
    assert can_sign_in(student.email, f"{NEW} {statuses.index(200)}")


def test_the_response_is_the_same_for_an_unknown_address_and_no_mail_is_sent(
    student, mailoutbox, commands
):
    with commands() as sent:
        unknown = APIClient().post(FORGOT, {"email": "nobody@example.test"})
    assert not mailoutbox
    known = APIClient().post(FORGOT, {"email": student.email})
    assert unknown.status_code == known.status_code == 202
    assert unknown.json() == known.json()
    assert student.email not in known.content.decode()
    assert [event.command_name for event in sent] == [
        "aggregate"
    ]  # by the task, not by the request


def test_the_request_itself_does_not_look_the_address_up(student, settings, commands):
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.dummy.DummyBackend"}}
    with commands() as sent:
        for email in (student.email, "nobody@example.test"):
            assert APIClient().post(FORGOT, {"email": email}).status_code == 202
    assert not sent


def test_neither_the_response_nor_the_database_contains_the_token(student, mailoutbox):
    response = APIClient().post(FORGOT, {"email": student.email})
    _, query = link_in(mailoutbox[0])
    assert query["token"] not in response.content.decode()
    assert query["token"] not in str(MailToken.objects.values().get())


def test_a_disabled_account_gets_no_link(student, mailoutbox):
    User.objects.update(is_active=False)
    APIClient().post(FORGOT, {"email": student.email})
    assert not mailoutbox


@pytest.mark.parametrize("body", [{}, {"email": "x"}, {"email": None}, {"email": {"$ne": 1}}, []])
def test_an_invalid_address_is_refused_with_400(visitor, body):
    assert visitor.post(FORGOT, body).status_code == 400


def test_a_reset_verifies_an_unverified_account_and_removes_its_second_factor(mailoutbox):
    stolen = UserFactory(email="victim@example.test", email_verified_at=None)
    SecondFactor.objects.create(user=stolen, confirmed_at=timezone.now())
    assert reset(forget(stolen.email, mailoutbox)).status_code == 200
    assert can_sign_in(stolen.email, NEW)
    stolen.refresh_from_db()
    assert stolen.email_verified


def test_a_reset_keeps_the_second_factor_of_a_verified_account(student, mailoutbox):
    SecondFactor.objects.create(user=student, confirmed_at=timezone.now())
    assert reset(forget(student.email, mailoutbox)).status_code == 200
    assert SecondFactor.objects.exists()
