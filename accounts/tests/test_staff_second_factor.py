"""`STAFF_SECOND_FACTOR`: staff without a second factor get in by no way, and set one up in the admin."""

import re

import pyotp
import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import LoginSession, SecondFactor, User
from accounts.services.sessions import open_session
from accounts.tests.clients import Browser, bearer, code_of, link_in
from accounts.tests.factories import PASSWORD
from accounts.tests.office import login

SETUP = "/admin/second-factor/"
REQUIRED = (403, "second_factor_setup_required")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _required(settings):
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def app(staff):
    """The authenticator app of the member of staff."""
    factor = SecondFactor(user=staff, confirmed_at=timezone.now())
    app = pyotp.TOTP(factor.set_secret())
    factor.save()
    return app


def answer_of(response):
    return response.status_code, code_of(response)


@pytest.mark.parametrize("url", ["/api/v1/auth/signin", "/api/v1/auth/token"])
def test_the_right_password_opens_no_session(visitor, staff, url):
    refused = visitor.post(url, {"email": staff.email, "password": PASSWORD})
    assert answer_of(refused) == REQUIRED
    assert not refused.cookies
    assert not LoginSession.objects.exists()
    wrong = visitor.post(url, {"email": staff.email, "password": "wrong password"})
    assert answer_of(wrong) == (401, "invalid_credentials")


def test_a_session_that_is_older_than_the_setting_stops_working(staff, settings, course_url):
    settings.STAFF_SECOND_FACTOR = False
    pair, browser = open_session(staff), Browser().sign_in(staff)
    settings.STAFF_SECOND_FACTOR = True
    for client in (bearer(pair), browser):
        assert answer_of(client.get("/api/v1/users/me")) == REQUIRED
        assert answer_of(client.patch(course_url, {"title": "Mine"})) == REQUIRED
    refresh = "/api/v1/auth/refresh"
    assert answer_of(APIClient().post(refresh, {"refresh": pair.refresh})) == REQUIRED
    assert answer_of(browser.post(refresh)) == REQUIRED
    assert browser.post("/api/v1/auth/signout").status_code == 204
    settings.STAFF_SECOND_FACTOR = False
    assert bearer(pair).get("/api/v1/users/me").status_code == 200


@pytest.fixture
def course_url():
    return f"/api/v1/courses/{'0' * 24}"


def test_a_session_of_somebody_who_becomes_staff_stops_working(student):
    client = bearer(open_session(student))
    assert client.get("/api/v1/users/me").status_code == 200
    User.objects.filter(pk=student.pk).update(is_staff=True)
    assert answer_of(client.get("/api/v1/users/me")) == REQUIRED


def test_a_reset_of_the_password_opens_no_session(visitor, staff, mailoutbox):
    visitor.post("/api/v1/auth/password/forgot", {"email": staff.email})
    _, link = link_in(mailoutbox[0])
    body = {**link, "new_password": "plum tree in june"}
    assert visitor.post("/api/v1/auth/password/reset", body).status_code == 200
    assert not LoginSession.objects.exists()
    signin = {"email": staff.email, "password": "plum tree in june"}
    assert answer_of(visitor.post("/api/v1/auth/signin", signin)) == REQUIRED


def test_a_factor_that_is_removed_before_the_second_step_opens_no_session(visitor, staff, app):
    body = {"email": staff.email, "password": PASSWORD}
    challenge = visitor.post("/api/v1/auth/token", body).json()["challenge"]
    SecondFactor.objects.all().delete()
    second = {"challenge": challenge, "code": app.now()}
    assert answer_of(visitor.post("/api/v1/auth/token/second-factor", second)) == REQUIRED


def test_staff_with_a_second_factor_and_everybody_else_sign_in(visitor, staff, student, app):
    body = {"email": staff.email, "password": PASSWORD}
    challenge = visitor.post("/api/v1/auth/token", body).json()["challenge"]
    second = {"challenge": challenge, "code": app.now()}
    access = visitor.post("/api/v1/auth/token/second-factor", second).json()["access"]
    headers = {"Authorization": f"Bearer {access}"}
    assert visitor.get("/api/v1/users/me", headers=headers).status_code == 200
    body = {"email": student.email, "password": PASSWORD}
    assert visitor.post("/api/v1/auth/token", body).status_code == 200


def hidden(response):
    """Return the hidden fields of the page that sets a second factor up."""
    return dict(re.findall(r'name="(challenge|secret)" value="([^"]+)"', response.content.decode()))


def test_the_admin_sets_a_second_factor_up_and_signs_in(staff, mailoutbox):
    client, page = login(staff.email)
    assert "Staff need a second factor" in page.content.decode()
    assert "<svg" in page.content.decode()
    assert SESSION_KEY not in client.session
    assert client.get("/admin/").status_code == 302
    fields = hidden(page)
    wrong = client.post(SETUP, fields | {"code": "000000"})
    assert "This code is wrong" in wrong.content.decode()
    assert hidden(wrong)["secret"] == fields["secret"]
    assert client.get("/admin/").status_code == 302
    code = pyotp.TOTP(fields["secret"]).now()
    done = client.post(SETUP, hidden(wrong) | {"code": code})
    assert len(re.findall(r"<code>[A-Z2-7-]{19}</code>", done.content.decode())) == 10
    assert client.get("/admin/").status_code == 200
    assert mailoutbox[-1].subject == "A second factor was set up | Lectern"
    assert login(staff.email)[1].status_code == 200  # the form again: the code is missing
    assert SecondFactor.objects.is_missing(staff) is False


def test_the_page_that_sets_a_factor_up_needs_the_password(client, staff, student, app):
    assert client.get(SETUP).status_code == 302
    body = {"challenge": "x", "secret": "y", "code": "000000"}
    assert client.post(SETUP, body).url == "/admin/login/"
    token = APIClient().post("/api/v1/auth/token", {"email": staff.email, "password": PASSWORD})
    body |= {"challenge": token.json()["challenge"], "code": app.now()}
    assert client.post(SETUP, body).url == "/admin/login/"  # it is set up already
    assert client.get("/admin/").status_code == 302


def test_a_session_of_the_admin_ends_where_the_factor_is_missing(office, staff, app):
    assert office.get("/admin/").status_code == 200
    SecondFactor.objects.all().delete()
    assert office.get("/admin/").status_code == 302
    assert office.get("/admin/login/").status_code == 200


def test_people_who_are_not_staff_see_no_setup(student):
    _, page = login(student.email)
    assert "second factor. Scan" not in page.content.decode()
    assert not SecondFactor.objects.exists()


def test_setting_a_factor_up_counts_as_no_failure(staff, settings):
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"signin_failed": "1/h"}
    assert [login(staff.email)[1].status_code for _ in range(3)] == [200] * 3
    assert Client().get("/admin/login/").status_code == 200
