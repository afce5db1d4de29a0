"""Coupons: who may use them, how often, and the price that is left."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.tests.factories import UserFactory
from courses.models import Course
from courses.tests.factories import CourseFactory
from learning.models import Enrollment
from learning.queries.enrollments import is_enrolled
from payments.coupons import discount
from payments.models import Coupon, Order
from payments.tests.factories import CouponFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def half(instructor):
    return CouponFactory(owner=instructor, code="HALF", percent=50)


@pytest.fixture
def quote(client_of):
    def ask(user, course, code):
        wanted = {"course": str(course.pk), "coupon": code}
        return client_of(user).post("/api/v1/payments/quote", wanted)

    return ask


def counts(coupon):
    coupon.refresh_from_db()
    return coupon.reserved, coupon.redeemed


def error(answer):
    [problem] = answer.json()["errors"]
    return answer.status_code, problem["attr"], problem["code"]


REFUSED = (400, "coupon", "invalid_coupon")


# --- Prices


def test_a_quote_shows_the_discount_of_a_coupon(quote, student, course, half):
    answer = quote(student, course, " half ").json()
    assert answer["list_amount"] == {"amount": 4999, "currency": "usd"}
    assert answer["discount_amount"]["amount"] == 2500
    assert answer["total_amount"]["amount"] == 2499
    assert answer["coupon"] == "HALF"
    assert counts(half) == (0, 0)


def test_a_quote_without_a_coupon_is_the_price(quote, student, course):
    answer = quote(student, course, None).json()
    assert answer["total_amount"]["amount"] == 4999
    assert answer["coupon"] is None


@pytest.mark.parametrize(
    ("percent", "amount", "price", "currency", "total"),
    [
        (50, None, 4999, "usd", 2499),
        (33, None, 100, "usd", 67),
        (1, None, 50, "usd", 49),
        (100, None, 4999, "usd", 0),
        (None, 1000, 4999, "usd", 3999),
        (None, 9999, 4999, "usd", 0),
        (50, None, 999, "jpy", 499),
        (33, None, 10_000, "kwd", 6700),
        (37, None, 1250, "kwd", 780),
        (25, None, 1000, "isk", 700),
    ],
)
def test_a_discounted_price_can_be_charged_in_its_currency(percent, amount, price, currency, total):
    coupon = Coupon(percent=percent, amount=amount, currency=currency)
    assert price - discount(coupon, price, currency) == total


def test_stripe_charges_our_discounted_amount(shop, buy, student, course, half):
    answer = buy(student, course, coupon="half").json()
    assert answer["order"]["discount_amount"]["amount"] == 2500
    assert answer["order"]["total_amount"]["amount"] == 2499
    assert answer["order"]["coupon"] == "HALF"
    [session] = shop.list_all("checkout/sessions")
    assert session["amount_subtotal"] == session["amount_total"] == 2499
    assert session["discounts"] == []
    shop.pay(answer["checkout_url"])
    shop.deliver_all()
    order = Order.objects.get()
    assert (order.status, order.total_amount, order.discount_amount) == ("paid", 2499, 2500)


def test_a_full_discount_gives_the_course_at_once_without_stripe(
    shop, buy, student, course, instructor
):
    free = CouponFactory(owner=instructor, code="GIFT", percent=100)
    answer = buy(student, course, coupon="GIFT")
    assert answer.status_code == 201
    assert answer.json()["checkout_url"] is None
    assert is_enrolled(student.pk, course.pk)
    [given] = Enrollment.objects.get().grants
    assert (given.source, given.order) == ("coupon", Order.objects.get().pk)
    assert counts(free) == (0, 1)
    assert shop.list_all("customers") == shop.list_all("checkout/sessions") == []


def test_a_full_discount_during_a_checkout_closes_the_page(shop, buy, student, course, instructor):
    url = buy(student, course).json()["checkout_url"]
    CouponFactory(owner=instructor, code="GIFT", percent=100)
    assert buy(student, course, coupon="GIFT").json()["checkout_url"] is None
    assert shop.act(url).status_code == 409
    assert Order.objects.get().status == "paid"


# --- Refused


@pytest.mark.parametrize("ask", ["quote", "buy"])
@pytest.mark.parametrize(
    "change",
    [
        {"starts_at": timezone.now() + timedelta(days=1)},
        {"ends_at": timezone.now() - timedelta(days=1)},
        {"max_redemptions": 3, "redeemed": 2, "reserved": 1},
        {"percent": None, "amount": 500, "currency": "eur"},
        {"percent": None, "amount": 4960, "currency": "usd"},  # the rest is too small to charge
    ],
)
def test_a_coupon_that_does_not_apply_is_refused_with_a_sentence(
    request, ask, student, course, half, change
):
    Coupon.objects.filter(pk=half.pk).update(**change)
    click = request.getfixturevalue(ask)
    answer = (
        click(student, course, "HALF") if ask == "quote" else click(student, course, coupon="HALF")
    )
    assert error(answer) == REFUSED
    assert len(answer.json()["errors"][0]["detail"]) > 20
    assert Order.objects.count() == 0


def test_an_unknown_code_and_one_of_another_course_are_refused(
    buy, student, course, instructor, other_instructor
):
    assert error(buy(student, course, coupon="NOTHING")) == REFUSED
    CouponFactory(owner=other_instructor, code="THEIRS")
    assert error(buy(student, course, coupon="THEIRS")) == REFUSED
    other = CourseFactory(instructor=instructor, published=True)
    CouponFactory(owner=instructor, code="OTHER", courses=[other.pk])
    assert error(buy(student, course, coupon="OTHER")) == REFUSED
    assert buy(student, other, coupon="OTHER").status_code == 201


@pytest.mark.parametrize("odd", [7, {"$ne": ""}, ["HALF"], "x" * 41, "\x00"])
def test_an_invalid_code_is_400(buy, student, course, odd):
    assert buy(student, course, coupon=odd).status_code == 400


# --- Reserved, redeemed, released


def test_a_coupon_is_reserved_at_checkout_and_redeemed_when_paid(shop, buy, student, course, half):
    url = buy(student, course, coupon="HALF").json()["checkout_url"]
    buy(student, course, coupon="HALF")
    assert counts(half) == (1, 0)
    shop.pay(url)
    shop.deliver_all()
    shop.deliver_all()
    assert counts(half) == (0, 1)


@pytest.mark.parametrize("how", ["expired", "failed"])
def test_a_coupon_is_released_when_the_checkout_ends(shop, buy, student, course, half, how):
    url = buy(student, course, coupon="HALF").json()["checkout_url"]
    session = Order.objects.get().checkout_session_id
    if how == "expired":
        shop.control(f"sessions/{session}/expire")
    else:
        shop.act(url, "pay_later")
        shop.deliver_all()
        assert counts(half) == (1, 0)
        shop.control(f"sessions/{session}/settle", succeed=False)
    shop.deliver_all()
    shop.deliver_all()
    assert counts(half) == (0, 0)


def test_a_late_payment_redeems_a_released_coupon(shop, buy, student, course, half):
    url = buy(student, course, coupon="HALF").json()["checkout_url"]
    Order.objects.update(status="expired", coupon_hold="released")
    Coupon.objects.update(reserved=0)
    shop.pay(url)
    shop.deliver_all()
    assert Order.objects.get().status == "paid"
    assert counts(half) == (0, 1)


def test_another_coupon_replaces_the_first_one(shop, buy, student, course, instructor, half):
    third = CouponFactory(owner=instructor, code="THIRD", percent=33)
    first = buy(student, course, coupon="HALF").json()
    second = buy(student, course, coupon="THIRD").json()
    assert first["order"]["id"] == second["order"]["id"]
    assert first["checkout_url"] != second["checkout_url"]
    assert (counts(half), counts(third)) == ((0, 0), (1, 0))
    assert buy(student, course).json()["order"]["coupon"] is None
    assert counts(third) == (0, 0)
    assert [s["status"] for s in shop.list_all("checkout/sessions")] == [
        "open",
        "expired",
        "expired",
    ]


def test_a_used_up_coupon_is_valid_for_the_checkout_that_has_reserved_it(
    buy, student, course, half
):
    Coupon.objects.update(max_redemptions=1)
    assert buy(student, course, coupon="HALF").status_code == 201
    assert buy(student, course, coupon="HALF").status_code == 200


def test_a_person_uses_a_coupon_at_most_as_often_as_allowed(
    shop, buy, student, other_student, instructor
):
    CouponFactory(owner=instructor, code="ONCE", max_per_person=1)
    first, second = CourseFactory.create_batch(2, instructor=instructor, published=True)
    assert buy(student, first, coupon="ONCE").status_code == 201
    assert error(buy(student, second, coupon="ONCE")) == REFUSED
    assert buy(other_student, second, coupon="ONCE").status_code == 201


@pytest.mark.django_db(transaction=True)
def test_of_fifty_people_at_once_exactly_ten_use_a_coupon_limited_to_ten(
    client_of, course, instructor
):
    coupon = CouponFactory(owner=instructor, code="TEN", percent=100, max_redemptions=10)
    clients = [client_of(UserFactory()) for _ in range(50)]
    wanted = {"course": str(course.pk), "coupon": "TEN"}
    with ThreadPoolExecutor(12) as threads:
        answers = list(
            threads.map(lambda one: one.post("/api/v1/payments/checkout", wanted), clients)
        )
    assert sorted(answer.status_code for answer in answers) == [201] * 10 + [400] * 40
    assert counts(coupon) == (0, 10)
    assert Order.objects.filter(status="paid").count() == Enrollment.objects.count() == 10


@pytest.mark.django_db(transaction=True)
def test_one_person_cannot_use_a_coupon_twice_at_once(client_of, student, instructor):
    CouponFactory(owner=instructor, code="ONCE", percent=100, max_per_person=1)
    courses = CourseFactory.create_batch(6, instructor=instructor, published=True)
    client = client_of(student)

    def click(course):
        wanted = {"course": str(course.pk), "coupon": "ONCE"}
        return client.post("/api/v1/payments/checkout", wanted).status_code

    with ThreadPoolExecutor(6) as threads:
        assert sorted(threads.map(click, courses)) == [201] + [400] * 5


def test_a_course_that_became_free_releases_the_coupon(shop, buy, student, course, half):
    buy(student, course, coupon="HALF")
    Course.objects.filter(pk=course.pk).update(price_amount=0)
    assert buy(student, course).json()["checkout_url"] is None
    assert counts(half) == (0, 0)
