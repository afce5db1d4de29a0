"""Attempts to buy that are refused, and why."""

import pytest

from courses.tests.factories import CourseFactory
from learning.services.enrollment import enroll
from payments.models import Order

pytestmark = pytest.mark.django_db


def codes(answer):
    """Return the codes of the errors."""
    return [error["code"] for error in answer.json()["errors"]]


def test_a_course_that_you_have_is_not_sold_again(shop, buy, student, course):
    enroll(student.pk, course.pk, source="staff")
    answer = buy(student, course)
    assert (answer.status_code, codes(answer)) == (409, ["already_enrolled"])
    assert shop.list_requests("/v1/checkout/sessions") == []


def test_your_own_course_is_not_sold_to_you(buy, instructor, course):
    answer = buy(instructor, course)
    assert (answer.status_code, codes(answer)) == (409, ["own_course"])


def test_a_course_that_is_not_published_is_404(buy, student, instructor):
    draft = CourseFactory(instructor=instructor)
    assert buy(student, draft).status_code == 404
    assert Order.objects.count() == 0


@pytest.mark.parametrize("wanted", [{}, {"course": "x y"}, {"course": None}, {"course": 7}, []])
def test_an_invalid_body_is_400(client_of, student, wanted):
    answer = client_of(student).post("/api/v1/payments/checkout", wanted)
    assert answer.status_code == 400


def test_visitors_must_sign_in(visitor, course):
    answer = visitor.post("/api/v1/payments/checkout", {"course": str(course.pk)})
    assert answer.status_code == 401


def test_a_course_is_not_sold_again_while_its_payment_is_processed(shop, buy, student, course):
    shop.act(buy(student, course).json()["checkout_url"], "pay_later")
    answer = buy(student, course)
    assert (answer.status_code, codes(answer)) == (409, ["payment_processing"])


@pytest.mark.parametrize("mode", ["status", "drop", "html"])
def test_while_stripe_is_unavailable_checkout_is_503_and_can_be_repeated(
    shop, buy, student, course, mode
):
    shop.fault(mode)
    answer = buy(student, course)
    assert (answer.status_code, codes(answer)) == (503, ["payment_provider_unavailable"])
    assert "Retry-After" in answer.headers
    shop.fault("none")
    assert buy(student, course).status_code == 201
    assert Order.objects.get().status == "pending"


def test_attempts_to_buy_are_limited(buy, student, course, settings):
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"checkout": "2/h"}
    assert [buy(student, course).status_code for _ in range(3)] == [201, 200, 429]
