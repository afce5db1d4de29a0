from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import tasks
from accounts.models import MailToken, User
from accounts.tests.clients import code_of, codes_of, link_in
from accounts.tests.factories import PASSWORD, UserFactory
from accounts.tests.office import PEOPLE, save_person

VERIFY = "/api/v1/auth/verify-email"
RESEND = "/api/v1/auth/verify-email/resend"
ME = "/api/v1/users/me"

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


def test_a_link_of_a_deleted_account_does_not_work(client_of, unverified, mailoutbox):
    client = client_of(unverified)
    client.post(RESEND)
    assert client.delete(ME, {"current_password": PASSWORD}).status_code == 204
    response = verify(token_in(mailoutbox[0]))
    assert response.status_code == 400
    assert codes_of(response) == {"token": "invalid_token"}


def test_a_visitor_cannot_change_an_address(visitor):
    assert code_of(visitor.patch(ME, {"email": "x@example.test"})) == "not_authenticated"


@pytest.mark.parametrize(
    "email",
    [
        "sam@example.test\u202c",
        "sam@" + "\u00fc" * 60 + ".test",
        "jos\u00e9@example.test",
        '"sam"@example.test',
        "a" * 65 + "@example.test",
    ],
)
def test_an_address_that_no_mail_can_be_sent_to_is_refused(client_of, office, student, email):
    wanted = {"name": "Anna Abel", "email": email, "password": "plum tree in june"}
    for answer in (
        APIClient().post("/api/v1/auth/signup", wanted),
        change(client_of(student), email),
        APIClient().post("/api/v1/auth/password/forgot", {"email": email}),
    ):
        assert answer.status_code == 400
        assert codes_of(answer) == {"email": "invalid"}
        assert "mail can be sent to" in answer.json()["errors"][0]["detail"]
    assert save_person(office, student, email=email).status_code == 200
    assert student.email == "sam@example.test"


@pytest.mark.parametrize("typed", ["Sam@B\u00fccher.example", "sam@xn--bcher-kva.example"])
def test_an_address_of_another_script_is_one_account_in_every_spelling(visitor, mailoutbox, typed):
    canonical = "sam@xn--bcher-kva.example"
    wanted = {"name": "Sam", "email": "sam@b\u00fccher.example", "password": PASSWORD}
    assert visitor.post("/api/v1/auth/signup", wanted).json()["email"] == canonical
    assert mailoutbox[0].to == [canonical]
    again = APIClient().post("/api/v1/auth/signup", wanted | {"email": typed})
    assert codes_of(again) == {"email": "unique"}
    for url in ("/api/v1/auth/signin", "/api/v1/auth/token"):
        answer = APIClient().post(url, {"email": typed, "password": PASSWORD})
        assert answer.status_code == 200
    APIClient().post("/api/v1/auth/password/forgot", {"email": typed})
    assert mailoutbox[-1].to == [canonical]


def test_a_reset_is_mailed_to_the_domain_that_was_typed(mailoutbox):
    UserFactory(email="sam@stra\u00dfe.example")
    APIClient().post("/api/v1/auth/password/forgot", {"email": "sam@strasse.example"})
    assert not mailoutbox
    APIClient().post("/api/v1/auth/password/forgot", {"email": "sam@stra\u00dfe.example"})
    assert mailoutbox[0].to == ["sam@xn--strae-oqa.example"]


def test_staff_find_people_by_their_address_in_every_spelling(office, student):
    User.objects.filter(pk=student.pk).update(email="sam@xn--bcher-kva.example")
    for url in (PEOPLE, "/admin/payments/order/", "/admin/media/asset/"):
        assert office.get(url, {"q": "sam@b\u00fccher.example\u202c"}).status_code == 200
    page = office.get(PEOPLE, {"q": "Sam@B\u00dcCHER.example"}).content.decode()
    assert "sam@xn--bcher-kva.example" in page


def test_the_first_member_of_staff_needs_an_address_that_mail_can_be_sent_to(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    with pytest.raises(CommandError, match="mail can be sent to"):
        call_command(
            "createsuperuser", email="boss@example.test\u202c", name="Boss", interactive=False
        )
    call_command(
        "createsuperuser", email="Boss@B\u00fccher.example", name="Boss", interactive=False
    )
    assert User.objects.get().email == "boss@xn--bcher-kva.example"


def test_a_stored_address_that_no_mail_can_be_sent_to_is_logged_and_not_retried(
    student, mailoutbox, caplog
):
    tasks.send_notice.call("sam@example.test\u202c", "News", "It rains.")
    tasks.send_notice.call(f"deleted-{student.pk}@invalid", "News", "It rains.")
    assert not mailoutbox
    assert [record.getMessage() for record in caplog.records] == [
        "No mail can be sent to an address: News"
    ] * 2
