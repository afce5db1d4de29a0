"""What payments exports of a person, and what stays after their erasure."""

import orjson
import pytest

from accounts.personal_data import erase_everything, export_everything
from lms.renderers import JSONRenderer
from payments.models import LedgerEntry, Order, Refund, StripeCustomer
from payments.refunds import refund_order
from payments.tests.factories import CouponFactory

pytestmark = pytest.mark.django_db


def test_a_person_gets_everything_about_their_purchases(bought, student):
    refund_order(bought, amount=500, reason="My own words")
    body = orjson.loads(JSONRenderer().render(export_everything(student)["payments"]))
    [order] = body["orders"]
    assert order["id"] == str(bought.pk)
    assert order["total_amount"] == {"amount": 4999, "currency": "usd"}
    assert order["refunds"][0]["reason"] == "My own words"
    assert body["stripe_customer"] == StripeCustomer.objects.get().customer_id


def test_an_instructor_gets_the_codes_of_their_coupons(instructor):
    CouponFactory(owner=instructor, code="MINE")
    assert export_everything(instructor)["payments"]["coupons"] == ["MINE"]


def test_after_an_erasure_the_sale_stays_without_the_person(shop, bought, student):
    refund_order(bought, amount=500, reason="My own words")
    lines = LedgerEntry.objects.count()
    erase_everything(student)
    erase_everything(student)
    bought.refresh_from_db()
    assert (bought.total_amount, bought.receipt_url) == (4999, "")
    assert Refund.objects.get().reason == ""
    assert LedgerEntry.objects.count() == lines
    assert StripeCustomer.objects.count() == 0
    assert shop.list_all("customers") == []


def test_an_erased_person_can_no_longer_pay(shop, buy, student, course, instructor):
    coupon = CouponFactory(owner=instructor, code="HALF")
    url = buy(student, course, coupon="HALF").json()["checkout_url"]
    erase_everything(student)
    assert Order.objects.get().status == "canceled"
    assert shop.act(url).status_code == 409
    coupon.refresh_from_db()
    assert coupon.reserved == 0
    assert set(shop.deliver_all()) == {200}
    assert Order.objects.get().status == "canceled"


def test_while_stripe_is_unavailable_the_erasure_must_be_repeated(shop, buy, student, course):
    buy(student, course)
    shop.fault("status")
    erase_everything(student)
    assert StripeCustomer.objects.count() == 1
    shop.fault("none")
    erase_everything(student)
    assert StripeCustomer.objects.count() == 0
    assert shop.list_all("customers") == []
