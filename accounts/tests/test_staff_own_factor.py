"""Staff set up their second factor in the admin, see that it is on, renew its codes and turn it off."""

import pyotp
import pytest
from django.utils import timezone

from accounts.models import SecondFactor
from accounts.tests.factories import PASSWORD
from accounts.tests.office import login
from lms.models import AuditEntry

PAGE = "/admin/own-second-factor/"

pytestmark = pytest.mark.django_db


def actions():
    return [entry.action for entry in AuditEntry.objects.order_by("pk")]


def test_staff_set_up_a_second_factor_in_the_admin(office, staff):
    assert PAGE in office.get("/admin/").text
    assert "Off." in office.get(PAGE).text
    assert "not your current" in office.post(PAGE, {"password": "wrong"}).text
    assert not SecondFactor.objects.exists()
    shown = office.post(PAGE, {"password": PASSWORD})
    secret = shown.context["secret"]
    assert secret in shown.text
    assert "<svg" in shown.text
    again = office.post(PAGE, {"code": "000000", "secret": secret})
    assert secret in again.text
    assert not SecondFactor.objects.find_confirmed(staff)
    done = office.post(PAGE, {"code": pyotp.TOTP(secret).now(), "secret": secret})
    assert len(done.context["codes"]) == 10
    assert "On since" in office.get(PAGE).text
    assert login(staff.email)[1].status_code == 200, "a code is missing"
    assert actions() == ["set_up_second_factor"]


def test_new_codes_and_turning_off_take_the_password_and_a_code(office, staff):
    factor = SecondFactor(user=staff, confirmed_at=timezone.now())
    factor.set_secret()
    factor.save()
    one, two, *_ = factor.replace_recovery_codes()
    for body in ({"password": "x", "code": one}, {"password": PASSWORD, "code": "x"}, {}):
        assert office.post(PAGE, body | {"remove": "yes"}).status_code == 200
    assert SecondFactor.objects.find_confirmed(staff)
    codes = office.post(PAGE, {"password": PASSWORD, "code": one, "renew": "yes"}).context["codes"]
    assert two not in codes
    body = {"password": PASSWORD, "code": codes[0], "remove": "yes"}
    assert office.post(PAGE, body).status_code == 302
    assert not SecondFactor.objects.exists()
    assert actions() == ["renew_recovery_codes", "remove_second_factor"]


def test_guesses_of_a_stolen_session_are_limited(office, settings):
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"password": "2/min"}
    answers = [office.post(PAGE, {"password": f"guess {n}"}).status_code for n in range(3)]
    assert answers == [200, 200, 302]


def test_a_student_and_a_visitor_do_not_see_the_page(client, student):
    assert client.get(PAGE).status_code == 302
    client.force_login(student)
    assert client.get(PAGE).status_code == 302
