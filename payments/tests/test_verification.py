"""What was paid is compared with what was ordered before anything is given."""

from dataclasses import replace

import pytest
from django.core import mail

from learning.queries.enrollments import is_enrolled
from payments.fulfilment.sync import sync_order
from payments.fulfilment.verification import find_mismatches
from payments.gateway import client
from payments.models import LedgerEntry, Order

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("ours", "word"),
    [
        ({"list_amount": 5999}, "subtotal"),
        ({"discount_amount": 1}, "subtotal"),
        ({"currency": "eur"}, "currency"),
        ({"livemode": True}, "livemode"),
    ],
)
def test_a_mismatch_gives_no_access_and_is_left_to_staff(shop, order, student, course, ours, word):
    Order.objects.update(**ours)
    shop.pay(order.checkout_url)
    assert set(shop.deliver_all()) == {200}
    order.refresh_from_db()
    assert order.status == "needs_review"
    assert word in order.attention
    assert order.payment_intent_id == shop.list_all("payment_intents")[0]["id"]  # staff find it
    assert not is_enrolled(student.pk, course.pk)
    assert LedgerEntry.objects.count() == len(mail.outbox) == 0


@pytest.fixture
def mismatches(shop, order):
    """Compare the paid order with a checkout that differs from Stripe's; the order's id is written as ID."""
    shop.pay(order.checkout_url)
    session = client.retrieve_payment(order.checkout_session_id).session

    def compare(intent=None, **changes):
        if intent:
            changes["payment_intent"] = replace(session.payment_intent, **intent)
        found = find_mismatches(order, replace(session, **changes))
        return [each.replace(str(order.pk), "ID") for each in found]

    return compare


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"mode": "subscription"}, ["mode is 'subscription', expected 'payment'"]),
        ({"livemode": True}, ["livemode is True, expected False"]),
        ({"order_id": "other"}, ["order is 'other', expected 'ID'"]),
        ({"client_reference_id": ""}, ["reference is '', expected 'ID'"]),
        ({"currency": "eur"}, ["currency is 'eur', expected 'usd'"]),
        (
            {"discount": 500},
            ["discount is 500, expected 0", "total is 4999, expected 4499"],
        ),
        ({"tax": 500}, ["tax is 500, expected 0", "total is 4999, expected 5499"]),
        (
            {"subtotal": 5000, "total": 5000},
            ["subtotal is 5000, expected 4999", "amount received is 4999, expected 5000"],
        ),
        ({"payment_status": "no_payment_required"}, ["total is 4999, expected 0"]),
        ({"payment_intent": None}, ["payment is None, expected 'one'"]),
    ],
    ids=str,
)
def test_each_fact_of_the_checkout_is_compared(mismatches, changes, found):
    assert mismatches(**changes) == found


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"status": "processing"}, "status of the payment is 'processing', expected 'succeeded'"),
        ({"amount_received": 4998}, "amount received is 4998, expected 4999"),
        ({"order_id": "other"}, "order of the payment is 'other', expected 'ID'"),
    ],
    ids=str,
)
def test_each_fact_of_the_payment_is_compared(mismatches, changes, found):
    assert mismatches(intent=changes) == [found]


def test_what_stripe_adds_by_our_settings_is_no_mismatch(mismatches):
    """A promotion code and the tax, which the customer sees on Stripe's page, change what is paid."""
    added = {"discount": 1000, "tax": 400, "total": 4399, "intent": {"amount_received": 4399}}
    assert mismatches(**added, allows_promotion_codes=True, has_automatic_tax=True) == []


def test_a_page_with_tax_is_fulfilled_after_tax_was_disabled(shop, buy, student, course, settings):
    settings.STRIPE_AUTOMATIC_TAX = True
    url = buy(student, course).json()["checkout_url"]
    settings.STRIPE_AUTOMATIC_TAX = False
    shop.pay(url)
    shop.deliver_all("checkout.session.completed")
    order = Order.objects.get()
    assert (order.status, order.tax_amount) == ("paid", 500)


def test_the_page_of_another_order_is_no_payment(shop, order, buy, other_student, course):
    """The order names another person's session: reference and metadata differ."""
    url = buy(other_student, course).json()["checkout_url"]
    other = Order.objects.get(user=other_student)
    Order.objects.filter(pk=other.pk).update(checkout_session_id=None)
    Order.objects.filter(pk=order.pk).update(checkout_session_id=other.checkout_session_id)
    shop.pay(url)
    order.refresh_from_db()
    assert sync_order(order).status == "needs_review"


def test_a_course_is_not_sold_again_while_its_payment_is_under_review(
    shop, order, buy, student, course
):
    Order.objects.update(list_amount=5999)
    shop.pay(order.checkout_url)
    shop.deliver_all()
    answer = buy(student, course)
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["code"] == "order_under_review"
