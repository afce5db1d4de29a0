"""Stripe delivers its events over HTTP: late, twice, in any order, or again after a failure."""

import pytest
from django.core import mail

from learning.queries.enrollments import is_enrolled
from payments.models import LedgerEntry, Order, StripeEvent
from payments.tests.shop import WEBHOOK
from sandbox.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def delivering(shop, live_server):
    shop.control("webhook_endpoint", url=live_server.url + WEBHOOK)
    return shop


def delivered(shop):
    """Return whether every event has been accepted."""
    events = shop.http.get("/_control/events").json()
    return all(
        any(200 <= (each["status"] or 0) < 300 for each in event["deliveries"]) for event in events
    )


@pytest.mark.parametrize("mode", ["none", "duplicate", "reverse", "drop"])
def test_a_purchase_is_completed_however_events_are_delivered(
    delivering, buy, student, course, mode
):
    if mode != "none":
        delivering.fault(mode, target="webhooks", count=8)
    delivering.pay(buy(student, course).json()["checkout_url"])
    wait_until(lambda: Order.objects.get().status == "paid")
    wait_until(lambda: delivered(delivering))
    assert is_enrolled(student.pk, course.pk)
    assert len(mail.outbox) == 1
    assert LedgerEntry.objects.filter(kind="sale", account="stripe_balance").count() == 1
    assert set(StripeEvent.objects.values_list("status", flat=True)) == {"processed", "ignored"}


def test_an_event_that_failed_is_delivered_again(delivering, buy, student, course):
    url = buy(student, course).json()["checkout_url"]
    delivering.fault("status", target="stripe", count=3)  # the requests of our webhook
    delivering.pay(url)
    wait_until(lambda: Order.objects.get().status == "paid")
    session = Order.objects.get().checkout_session_id
    row = StripeEvent.objects.get(object_id=session)
    wait_until(lambda: StripeEvent.objects.get(pk=row.pk).status == "processed")
    row.refresh_from_db()
    assert row.attempts >= 2
    assert len(mail.outbox) == 1
