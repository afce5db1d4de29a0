"""What is shown to a person of what they bought, and what is left when they leave."""

import orjson
import pytest

from accounts import personal_data
from lms.renderers import JSONRenderer
from payments.models import LedgerEntry, Order, Refund, StripeCustomer
from payments.refunds import refund_order
from payments.tests.factories import CouponFactory

pytestmark = pytest.mark.django_db


def test_a_person_gets_everything_that_is_kept_of_their_purchases(bought, student):
    refund_order(bought, amount=500, reason="My own words")
    shown = orjson.loads(JSONRenderer().render(personal_data.export(student)["payments"]))
    [order] = shown["orders"]
    assert order["id"] == str(bought.pk)
    assert order["total_amount"] == {"amount": 4999, "currency": "usd"}
    assert order["refunds"][0]["reason"] == "My own words"
    assert shown["stripe_customer"] == StripeCustomer.objects.get().customer_id


def test_an_instructor_gets_their_coupons(instructor):
    CouponFactory(owner=instructor, code="MINE")
    assert personal_data.export(instructor)["payments"]["coupons"] == ["MINE"]


def test_who_leaves_leaves_the_sale_and_nothing_of_themselves(shop, bought, student):
    refund_order(bought, amount=500, reason="My own words")
    lines = LedgerEntry.objects.count()
    personal_data.erase(student)
    personal_data.erase(student)
    bought.refresh_from_db()
    assert (bought.total_amount, bought.receipt_url) == (4999, "")
    assert Refund.objects.get().reason == ""
    assert LedgerEntry.objects.count() == lines
    assert StripeCustomer.objects.count() == 0
    assert shop.all("customers") == []


def test_who_leaves_cannot_pay_any_more(shop, buy, student, course, instructor):
    coupon = CouponFactory(owner=instructor, code="HALF")
    url = buy(student, course, coupon="HALF").json()["checkout_url"]
    personal_data.erase(student)
    assert Order.objects.get().status == "canceled"
    assert shop.act(url).status_code == 409
    coupon.refresh_from_db()
    assert coupon.reserved == 0
    assert set(shop.tell()) == {200}
    assert Order.objects.get().status == "canceled"


def test_stripe_out_of_reach_leaves_it_to_be_done_again(shop, buy, student, course):
    buy(student, course)
    shop.fault("status")
    personal_data.erase(student)
    assert StripeCustomer.objects.count() == 1
    shop.fault("none")
    personal_data.erase(student)
    assert StripeCustomer.objects.count() == 0
    assert shop.all("customers") == []
