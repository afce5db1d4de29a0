"""A deleted coupon: orders keep its code and terms, and nothing fails for want of the row."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from payments.models import Coupon, Order
from payments.reconciliation.candidates.coupons import miscounted_coupons
from payments.tests.factories import CouponFactory
from payments.tests.reconciliation import findings, run

pytestmark = pytest.mark.django_db


@pytest.fixture
def half(instructor):
    return CouponFactory(owner=instructor, code="HALF", percent=50)


@pytest.fixture
def order(buy, student, course, half):
    """An open order whose coupon was deleted."""
    assert buy(student, course, coupon="HALF").status_code == 201
    half.delete()
    return Order.objects.get()


def test_who_pays_the_open_page_gets_the_discount(shop, order):
    shop.pay(order.checkout_url)
    assert set(shop.deliver_all()) == {200}
    order.refresh_from_db()
    assert (order.status, order.total_amount, order.coupon["code"]) == ("paid", 2499, "HALF")
    assert findings(run()) == []


def test_a_late_payment_gets_the_discount(shop, order):
    shop.pay(order.checkout_url)
    Order.objects.update(status="expired", coupon_hold="released")
    assert set(shop.deliver_all()) == {200}
    assert Order.objects.get().status == "paid"


def test_an_order_that_ends_releases_nothing(shop, order):
    shop.control(f"sessions/{order.checkout_session_id}/expire")
    assert set(shop.deliver_all()) == {200}
    order.refresh_from_db()
    assert (order.status, order.coupon_hold) == ("expired", "released")
    assert findings(run()) == []


def test_the_code_is_refused_and_without_it_the_price_is_whole(order, buy, student, course):
    refused = buy(student, course, coupon="HALF")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "invalid_coupon")
    assert buy(student, course).json()["order"]["total_amount"]["amount"] == 4999
    assert Order.objects.get().coupon is None


def test_what_a_coupon_gave_for_nothing_stays_given(buy, student, course, instructor):
    CouponFactory(owner=instructor, code="GIFT", percent=100)
    assert buy(student, course, coupon="GIFT").status_code == 201
    Coupon.objects.all().delete()
    assert findings(run()) == []


def test_a_coupon_deleted_while_it_is_examined_is_no_finding(order, half):
    Coupon.objects.create(owner=half.owner, code="MISCOUNTED", percent=50, reserved=3)
    [candidate] = miscounted_coupons(None)
    Coupon.objects.all().delete()
    assert candidate.find_problem() == ""


@pytest.mark.django_db(transaction=True)
def test_a_coupon_deleted_beside_a_checkout_is_used_or_refused(buy, student, course, half):
    with ThreadPoolExecutor(2) as threads:
        answer = threads.submit(buy, student, course, coupon="HALF")
        threads.submit(half.delete).result()
        assert answer.result().status_code in {201, 400}
    assert findings(run()) == []
