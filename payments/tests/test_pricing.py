"""The terms of a purchase: what a coupon may leave, and which order was created on them."""

from dataclasses import replace

import pytest

from lms import currencies
from payments.exceptions import InvalidCoupon
from payments.models import Order
from payments.pricing import Terms, terms_for
from payments.tests.factories import CouponFactory

pytestmark = pytest.mark.django_db

SMALLEST = currencies.minimum("usd")


@pytest.fixture
def terms_leaving(student, course):
    """Return the terms with a coupon that leaves an amount of the price."""

    def ask(left):
        coupon = CouponFactory(
            owner=course.instructor, percent=None, amount=4999 - left, currency="usd"
        )
        return terms_for(student, course, coupon.code)

    return ask


@pytest.mark.parametrize("left", [0, SMALLEST, SMALLEST + 1])
def test_a_coupon_may_leave_nothing_or_what_stripe_charges(terms_leaving, left):
    terms = terms_leaving(left)
    assert (terms.list_amount, terms.total_amount) == (4999, left)


@pytest.mark.parametrize("left", [1, SMALLEST - 1])
def test_a_coupon_that_leaves_less_than_stripe_charges_is_refused(terms_leaving, left):
    with pytest.raises(
        InvalidCoupon,
        match=r"is below 0[.]50 USD, the smallest amount that we can charge[.]",
    ):
        terms_leaving(left)


def test_an_order_keeps_a_copy_of_its_terms(terms_leaving):
    terms = terms_leaving(999)
    assert terms.order_fields() == {
        "list_amount": 4999,
        "discount_amount": 4000,
        "tax_amount": 0,
        "total_amount": 999,
        "currency": "usd",
        "coupon": {
            "id": str(terms.coupon.pk),
            "code": terms.coupon.code,
            "percent": None,
            "amount": 4000,
            "of_house": False,
        },
    }


def test_an_order_matches_only_the_terms_on_which_it_was_created():
    coupon, other = CouponFactory(), CouponFactory()
    terms = Terms(4999, 2500, "usd", coupon)
    order = Order(**terms.order_fields())
    assert terms.match(order)
    for change in (
        {"list_amount": 5999},
        {"discount_amount": 2499},
        {"currency": "eur"},
        {"coupon": None},
        {"coupon": other},
    ):
        assert not replace(terms, **change).match(order), change
    assert not terms.match(Order(**replace(terms, coupon=None).order_fields()))
