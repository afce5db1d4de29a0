"""Coupons of which few are left: nobody holds them all, and nobody finds out which codes exist."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.utils import timezone

from courses.tests.factories import CourseFactory
from payments.models import Coupon, Order
from payments.tests.factories import CouponFactory

pytestmark = pytest.mark.django_db

CHECKOUT = "/api/v1/payments/checkout"
QUOTE = "/api/v1/payments/quote"


@pytest.fixture
def scarce(instructor):
    return CouponFactory(owner=instructor, code="SCARCE", max_redemptions=3)


@pytest.fixture
def courses(instructor):
    return CourseFactory.create_batch(4, instructor=instructor, published=True)


def wanted(course, code="SCARCE"):
    return {"course": str(course.pk), "coupon": code}


def error(answer):
    [problem] = answer.json()["errors"]
    return answer.status_code, problem["attr"], problem["code"]


REFUSED = (400, "coupon", "invalid_coupon")


# --- One person holds one


def test_one_person_cannot_hold_every_redemption_by_open_checkouts(
    buy, client_of, student, other_student, courses, scarce
):
    first, second, *_ = courses
    assert buy(student, first, coupon="SCARCE").status_code == 201
    for answer in (
        buy(student, second, coupon="SCARCE"),
        client_of(student).post(QUOTE, wanted(second)),
    ):
        assert error(answer) == REFUSED
        assert "another open checkout" in answer.json()["errors"][0]["detail"]
    scarce.refresh_from_db()
    assert scarce.reserved == 1
    assert buy(other_student, second, coupon="SCARCE").status_code == 201


def test_who_starts_the_other_checkout_without_the_coupon_may_use_it_again(
    buy, student, courses, scarce
):
    first, second, *_ = courses
    buy(student, first, coupon="SCARCE")
    assert buy(student, first).status_code == 201
    assert buy(student, second, coupon="SCARCE").status_code == 201
    scarce.refresh_from_db()
    assert scarce.reserved == 1


def test_who_has_paid_may_use_the_coupon_again(shop, buy, student, courses, scarce):
    first, second, *_ = courses
    shop.pay(buy(student, first, coupon="SCARCE").json()["checkout_url"])
    shop.deliver_all()
    assert buy(student, second, coupon="SCARCE").status_code == 201


def test_a_payment_that_a_bank_works_on_holds_the_redemption(shop, buy, student, courses, scarce):
    first, second, *_ = courses
    shop.act(buy(student, first, coupon="SCARCE").json()["checkout_url"], "pay_later")
    shop.deliver_all()
    assert error(buy(student, second, coupon="SCARCE")) == REFUSED


def test_a_coupon_without_a_limit_may_be_used_in_many_checkouts(buy, student, courses, scarce):
    Coupon.objects.update(max_redemptions=None)
    answers = [buy(student, course, coupon="SCARCE").status_code for course in courses]
    assert answers == [201] * len(courses)


@pytest.mark.django_db(transaction=True)
def test_of_many_checkouts_at_once_one_gets_the_coupon(shop, client_of, student, courses, scarce):
    client = client_of(student)
    with ThreadPoolExecutor(len(courses)) as threads:
        answers = threads.map(lambda course: client.post(CHECKOUT, wanted(course)), courses)
    assert sorted(answer.status_code for answer in answers) == [201, 400, 400, 400]
    scarce.refresh_from_db()
    assert scarce.reserved == Order.objects.filter(coupon_hold="reserved").count() == 1


# --- Nobody finds out which codes exist


@pytest.mark.parametrize("path", [QUOTE, CHECKOUT])
def test_every_code_that_does_not_apply_is_refused_alike(
    client_of, student, course, instructor, other_instructor, path
):
    another = CourseFactory(instructor=instructor, published=True)
    now = timezone.now()
    CouponFactory(owner=other_instructor, code="FOREIGN")
    CouponFactory(owner=instructor, code="ANOTHER", courses=[another.pk])
    CouponFactory(owner=instructor, code="EURO", percent=None, amount=500, currency="eur")
    CouponFactory(owner=instructor, code="EARLY", starts_at=now + timedelta(days=1))
    CouponFactory(owner=instructor, code="LATE", ends_at=now - timedelta(days=1))
    CouponFactory(owner=instructor, code="GONE", max_redemptions=2, redeemed=1, reserved=1)
    codes = ["UNKNOWN", *Coupon.objects.values_list("code", flat=True)]
    assert len(codes) == 7
    answers = [client_of(student).post(path, wanted(course, code)) for code in codes]
    assert {error(answer) for answer in answers} == {REFUSED}
    assert len({answer.content for answer in answers}) == 1


def test_guesses_of_codes_are_limited_and_valid_ones_do_not_start_them_again(
    client_of, student, other_student, course, scarce, settings
):
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"coupon": "3/h"}
    client = client_of(student)
    codes = ["A11", "SCARCE", "B22", "SCARCE", "C33"]
    answers = [client.post(QUOTE, wanted(course, code)).status_code for code in codes]
    assert answers == [400, 200, 400, 200, 400]
    for path in (QUOTE, CHECKOUT):
        answer = client.post(path, wanted(course))
        assert answer.status_code == 429
        assert 0 < int(answer.headers["Retry-After"]) <= 3600
    assert client.post(QUOTE, {"course": str(course.pk)}).status_code == 200
    assert client_of(other_student).post(QUOTE, wanted(course)).status_code == 200
