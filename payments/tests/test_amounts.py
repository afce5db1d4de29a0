"""Purchases and refunds of amounts at the edge of what Stripe takes."""

import pytest

from courses.tests.factories import CourseFactory
from payments.exceptions import NotRefundable
from payments.ledger.audit import audit_order
from payments.models import Order, Refund
from payments.refunds import refund_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def priced(instructor):
    """Return a published course with a price."""

    def create(amount, currency):
        return CourseFactory(
            instructor=instructor, published=True, price_amount=amount, currency=currency
        )

    return create


@pytest.fixture
def sell(shop, buy, student, priced):
    """Sell a course at a price and return the paid order."""

    def click(amount, currency):
        shop.pay(buy(student, priced(amount, currency)).json()["checkout_url"])
        shop.deliver_all()
        return Order.objects.get()

    return click


def error(answer):
    [only] = answer.json()["errors"]
    return answer.status_code, only["code"], only["attr"]


def test_twelve_digits_of_rupiah_are_sold_booked_and_refunded(sell):
    order = sell(999_999_999_999, "idr")
    assert (order.status, order.total_amount) == ("paid", 999_999_999_999)
    assert refund_order(order).refunded_amount == 999_999_999_999
    assert audit_order(order.pk) == []


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (49, "usd", "amount_too_small"),
        (50, "cop", "amount_too_small"),  # Stripe converts it
        (100_000_000, "usd", "amount_too_large"),
    ],
)
def test_a_price_that_stripe_does_not_take_has_an_error_of_its_own(
    buy, student, priced, amount, currency, code
):
    course = priced(amount, currency)
    assert error(buy(student, course)) == (409, code, None)
    course.price_amount, course.currency = 4999, "usd"
    course.save()
    assert buy(student, course).status_code == 201


@pytest.mark.parametrize(
    ("amount", "currency", "step", "odd", "good", "refunded"),
    [
        (12_340, "kwd", "0.010", "1.235", "1.230", 1230),
        (500_000, "isk", "1", "10.50", "10.00", 1000),
        (50_000, "huf", "0.01", "1.001", "1.01", 101),
        (5000, "jpy", "1", "1.5", "10", 10),
    ],
)
def test_staff_refund_in_steps_that_stripe_takes(
    office, sell, amount, currency, step, odd, good, refunded
):
    order = sell(amount, currency)
    url = f"/admin/payments/order/{order.pk}/refund/"
    refused = office.post(url, {"amount": odd, "reason": "x"})
    assert f"Enter a multiple of {step} {currency.upper()}." in refused.content.decode()
    assert Refund.objects.count() == 0
    assert office.post(url, {"amount": good, "reason": "x"}).status_code == 302
    refund = Refund.objects.get()
    assert (refund.amount, refund.status) == (refunded, "succeeded")


def test_a_refund_between_the_steps_of_its_currency_is_not_begun(sell):
    order = sell(12_340, "kwd")
    with pytest.raises(NotRefundable, match=r"0\.010 KWD"):
        refund_order(order, amount=1235)
    assert Refund.objects.count() == 0
