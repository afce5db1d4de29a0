import pyotp
import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import LoginSession, SecondFactor
from accounts.services.sessions import open_session
from accounts.tests.clients import limits
from accounts.tests.factories import PASSWORD
from accounts.tests.office import LOGIN, PEOPLE, login

pytestmark = pytest.mark.django_db


def test_staff_sign_in_with_address_and_password(staff):
    client, response = login("STEVE@example.test")
    assert response.status_code == 302
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("email", ["sam@example.test", "nobody@example.test", "x" * 5000, "\x00"])
def test_people_who_are_not_staff_cannot_sign_in_to_the_admin(student, email):
    _, response = login(email)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert "errornote" in response.content.decode() or "text-red-600" in response.content.decode()


def test_sign_in_attempts_at_the_admin_and_at_the_api_are_counted_together(staff, visitor):
    with limits(signin_email="3/min"):
        visitor.post("/api/v1/auth/token", {"email": staff.email, "password": "wrong password"})
        assert [login(staff.email, "wrong")[1].status_code for _ in range(3)] == [200, 200, 429]
        _, refused = login(" STEVE@example.test", PASSWORD)
        assert refused.status_code == 429
        assert 1 <= int(refused["Retry-After"]) <= 60
        assert "Try again in" in refused.content.decode()


def test_sign_in_attempts_at_the_admin_are_counted_per_ip_address():
    with limits(signin="2/min"):
        statuses = [login(f"s{n}@example.test")[1].status_code for n in range(3)]
    assert statuses == [200, 200, 429]


def test_staff_with_a_second_factor_need_its_code(staff):
    factor = SecondFactor(user=staff, confirmed_at=timezone.now())
    app = pyotp.TOTP(factor.set_secret())
    factor.save()
    assert "one-time-code" in Client().get(LOGIN).content.decode()
    for code in ("", "000000"):
        client, response = login(staff.email, code=code)
        assert response.status_code == 200
        assert client.get("/admin/").status_code == 302
    client, response = login(staff.email, code=app.now())
    assert response.status_code == 302
    assert client.get("/admin/").status_code == 200


def test_a_password_changed_in_the_admin_ends_the_sessions_at_the_api(office, staff, mailoutbox):
    tokens = open_session(staff)
    url = "/admin/password_change/"
    body = {"old_password": PASSWORD, "new_password1": "plum tree in june"}
    for new in ("x y" * 50, "short"):
        refused = office.post(url, body | {"new_password1": new, "new_password2": new})
        assert refused.status_code == 200
    assert office.post(url, body | {"new_password2": "plum tree in june"}).status_code == 302
    assert office.get("/admin/").status_code == 200
    assert not LoginSession.objects.filter(pk=tokens.session.pk).exists()
    assert login(staff.email, "plum tree in june")[1].status_code == 302
    assert [mail.subject for mail in mailoutbox] == ["Your password was changed | Lectern"]


def test_staff_who_sign_out_everywhere_are_signed_out_of_the_admin_too(
    office, helper_office, client_of, staff
):
    elsewhere = Client()
    elsewhere.force_login(staff)
    client_of(staff).post("/api/v1/auth/signout-everywhere")
    for left in (office, elsewhere):
        assert left.get(PEOPLE).status_code == 302
    assert helper_office.get(PEOPLE).status_code == 200
