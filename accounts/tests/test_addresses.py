from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from accounts.models import MailToken, User
from accounts.tests.clients import code_of, codes_of, link_in
from accounts.tests.factories import PASSWORD, UserFactory

VERIFY = "/api/v1/auth/verify-email"
RESEND = "/api/v1/auth/verify-email/resend"
ME = "/api/v1/users/me"
# Hypothesis' own domains read a list of all top-level domains, which takes seconds.
DOMAINS = st.from_regex(r"[A-Za-z0-9]{1,20}(-[A-Za-z0-9]{1,20})?\.[A-Za-z]{2,20}", fullmatch=True)

pytestmark = pytest.mark.django_db


@pytest.fixture
def unverified():
    return UserFactory(email="new@example.test", email_verified_at=None)


def token_in(mail):
    page, query = link_in(mail)
    assert page == "/verify-email"
    return query["token"]


def verify(token):
    return APIClient().post(VERIFY, {"token": token})


def test_a_link_verifies_the_address_only_once(client_of, unverified, mailoutbox):
    assert client_of(unverified).post(RESEND).status_code == 202
    token = token_in(mailoutbox[0])
    assert verify(token).status_code == 200
    assert client_of(unverified).get(ME).json()["email_verified"] is True
    again = verify(token)
    assert again.status_code == 400
    assert codes_of(again) == {"token": "invalid_token"}


def test_a_newer_link_replaces_the_older_one(client_of, unverified, mailoutbox):
    client = client_of(unverified)
    client.post(RESEND)
    client.post(RESEND)
    old, new = map(token_in, mailoutbox)
    assert codes_of(verify(old)) == {"token": "invalid_token"}
    assert verify(new).status_code == 200


def test_a_link_expires_after_three_days(client_of, unverified, mailoutbox, monkeypatch):
    client_of(unverified).post(RESEND)
    later = timezone.now() + timedelta(days=3, seconds=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert codes_of(verify(token_in(mailoutbox[0]))) == {"token": "invalid_token"}


def test_a_password_change_invalidates_the_link(client_of, unverified, mailoutbox):
    client = client_of(unverified)
    client.post(RESEND)
    body = {"current_password": PASSWORD, "new_password": "another one entirely"}
    assert client.post("/api/v1/auth/password/change", body).status_code == 200
    assert codes_of(verify(token_in(mailoutbox[0]))) == {"token": "invalid_token"}


@pytest.mark.django_db(transaction=True)
def test_only_one_of_several_simultaneous_uses_of_a_link_succeeds(
    client_of, unverified, mailoutbox
):
    client_of(unverified).post(RESEND)
    token = token_in(mailoutbox[0])
    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(r.status_code for r in pool.map(lambda _: verify(token), range(8)))
    assert statuses == [200] + [400] * 7


def test_the_database_does_not_contain_the_token(client_of, unverified, mailoutbox):
    client_of(unverified).post(RESEND)
    assert token_in(mailoutbox[0]) not in str(MailToken.objects.values().get())


def test_a_verification_link_cannot_reset_the_password(client_of, unverified, mailoutbox):
    client_of(unverified).post(RESEND)
    body = {
        "uid": str(unverified.pk),
        "token": token_in(mailoutbox[0]),
        "new_password": "another one entirely",
    }
    response = APIClient().post("/api/v1/auth/password/reset", body)
    assert codes_of(response) == {"token": "invalid_token"}


@pytest.mark.parametrize("body", [{}, {"token": ""}, {"token": None}, {"token": {"$ne": 1}}, []])
def test_a_body_without_a_token_is_refused_with_400(visitor, body):
    assert visitor.post(VERIFY, body).status_code == 400


@pytest.mark.parametrize("token", ["x", "\u00e9", "x" * 200, "x" * 201, "x\x00"])
def test_a_malformed_token_is_refused_with_400(token):
    assert verify(token).status_code == 400


def test_a_verified_person_gets_no_verification_mail(client_of, student, mailoutbox):
    assert client_of(student).post(RESEND).status_code == 202
    assert not mailoutbox


def test_a_visitor_cannot_request_a_verification_mail(visitor, mailoutbox):
    assert visitor.post(RESEND).status_code == 401


def change(client, email, password=PASSWORD):
    return client.patch(ME, {"email": email, "current_password": password})


def test_a_new_address_replaces_the_old_one_when_its_link_is_used(client_of, student, mailoutbox):
    client = client_of(student)
    response = change(client, "New@Example.Test")
    assert response.status_code == 200
    assert response.json()["email"] == "sam@example.test"
    to_new, to_old = mailoutbox
    assert (to_new.to, to_old.to) == (["new@example.test"], ["sam@example.test"])
    assert "new@example.test" in to_old.body
    assert verify(token_in(to_new)).status_code == 200
    me = client.get(ME).json()
    assert (me["email"], me["email_verified"]) == ("new@example.test", True)
    signin = {"email": "new@example.test", "password": PASSWORD}
    assert APIClient().post("/api/v1/auth/signin", signin).status_code == 200
    assert (
        APIClient().post("/api/v1/auth/signin", signin | {"email": "sam@example.test"}).status_code
        == 401
    )


@pytest.mark.parametrize(
    "body", [{}, {"current_password": "wrong password"}, {"current_password": ""}]
)
def test_changing_the_address_requires_the_password(client_of, student, mailoutbox, body):
    response = client_of(student).patch(ME, {"email": "new@example.test", "name": "Eve"} | body)
    assert response.status_code == 400
    assert set(codes_of(response)) == {"current_password"}
    assert not mailoutbox
    student.refresh_from_db()
    assert student.name == "Sam Student"


def test_the_address_of_another_account_is_refused(client_of, student, other_student, mailoutbox):
    response = change(client_of(student), "OLGA@example.test")
    assert codes_of(response) == {"email": "unique"}
    assert not mailoutbox


def test_an_address_that_another_account_took_after_the_request_is_refused(
    client_of, student, mailoutbox
):
    change(client_of(student), "new@example.test")
    UserFactory(email="new@example.test")
    response = verify(token_in(mailoutbox[0]))
    assert response.status_code == 400
    assert codes_of(response) == {"email": "unique"}
    student.refresh_from_db()
    assert student.email == "sam@example.test"


def test_a_password_change_cancels_a_change_of_address(client_of, student, mailoutbox):
    client = client_of(student)
    change(client, "thief@example.test")
    body = {"current_password": PASSWORD, "new_password": "another one entirely"}
    assert client.post("/api/v1/auth/password/change", body).status_code == 200
    assert codes_of(verify(token_in(mailoutbox[0]))) == {"token": "invalid_token"}


def test_requesting_the_current_address_cancels_a_change_of_address(client_of, student, mailoutbox):
    client = client_of(student)
    change(client, "new@example.test")
    assert client.patch(ME, {"email": "sam@example.test"}).status_code == 200
    assert codes_of(verify(token_in(mailoutbox[0]))) == {"token": "invalid_token"}


def test_a_resent_link_goes_to_the_requested_address(client_of, student, mailoutbox):
    client = client_of(student)
    change(client, "new@example.test")
    client.post(RESEND)
    assert mailoutbox[-1].to == ["new@example.test"]
    assert verify(token_in(mailoutbox[-1])).status_code == 200


def test_links_sent_to_the_old_address_do_not_work_after_the_change(client_of, student, mailoutbox):
    visitor = APIClient()
    change(client_of(student), "new@example.test")
    visitor.post("/api/v1/auth/password/forgot", {"email": "sam@example.test"})
    _, reset = link_in(mailoutbox[-1])
    assert verify(token_in(mailoutbox[0])).status_code == 200
    response = visitor.post(
        "/api/v1/auth/password/reset", reset | {"new_password": "plum tree in june"}
    )
    assert codes_of(response) == {"token": "invalid_token"}


def test_a_mail_does_not_contain_text_that_a_stranger_chose(visitor, mailoutbox):
    name = "You won! See http://evil.test"
    body = {"name": name, "email": "victim@example.test", "password": "plum tree in june"}
    assert visitor.post("/api/v1/auth/signup", body).status_code == 201
    [mail] = mailoutbox
    assert "evil.test" not in mail.body + mail.alternatives[0].content + mail.subject


@given(st.text(max_size=80))
@settings(deadline=None)
def test_normalizing_an_address_twice_changes_nothing(text):
    once = User.objects.normalize_email(text)
    assert User.objects.normalize_email(once) == once


@given(st.emails(domains=DOMAINS))
@settings(deadline=None)
def test_addresses_that_differ_only_in_case_are_the_same(email):
    normal = User.objects.normalize_email
    assert normal(email.upper()) == normal(email.lower()) == normal(f" {email} ")


def test_a_link_of_a_deleted_account_does_not_work(client_of, unverified, mailoutbox):
    client = client_of(unverified)
    client.post(RESEND)
    assert client.delete(ME, {"current_password": PASSWORD}).status_code == 204
    response = verify(token_in(mailoutbox[0]))
    assert response.status_code == 400
    assert codes_of(response) == {"token": "invalid_token"}


def test_a_visitor_cannot_change_an_address(visitor):
    assert code_of(visitor.patch(ME, {"email": "x@example.test"})) == "not_authenticated"
