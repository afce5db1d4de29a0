"""Stripe delivers its events by itself, over HTTP, and not always well."""

import time

import pytest
from django.core import mail

from learning.queries.enrollments import is_enrolled
from payments.models import LedgerEntry, Order, StripeEvent
from payments.tests.shop import WEBHOOK

pytestmark = pytest.mark.django_db(transaction=True)


def until(true, seconds=20):
    """Wait for something to become so."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)


@pytest.fixture
def delivering(shop, live_server):
    shop.control("webhook_endpoint", url=live_server.url + WEBHOOK)
    return shop


def delivered(shop):
    """Has every event been taken?"""
    found = shop.http.get("/_control/events").json()
    return all(
        any(200 <= (each["status"] or 0) < 300 for each in event["deliveries"]) for event in found
    )


@pytest.mark.parametrize("mode", ["none", "duplicate", "reverse", "drop"])
def test_a_purchase_comes_to_its_end_however_events_travel(delivering, buy, student, course, mode):
    if mode != "none":
        delivering.fault(mode, target="webhooks", count=8)
    delivering.pay(buy(student, course).json()["checkout_url"])
    until(lambda: Order.objects.get().status == "paid")
    until(lambda: delivered(delivering))
    assert is_enrolled(student.pk, course.pk)
    assert len(mail.outbox) == 1
    assert LedgerEntry.objects.filter(kind="sale", account="stripe_balance").count() == 1
    assert set(StripeEvent.objects.values_list("status", flat=True)) == {"processed", "ignored"}


def test_an_application_that_was_down_is_told_again(delivering, buy, student, course):
    url = buy(student, course).json()["checkout_url"]
    delivering.fault("status", target="stripe", count=3)  # our question, asked within the webhook
    delivering.pay(url)
    until(lambda: Order.objects.get().status == "paid")
    session = Order.objects.get().checkout_session_id
    row = StripeEvent.objects.get(object_id=session)
    until(lambda: StripeEvent.objects.get(pk=row.pk).status == "processed")
    row.refresh_from_db()
    assert row.attempts >= 2
    assert len(mail.outbox) == 1
