"""Repair of orders that wait, and of checkouts that Stripe has completed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from learning.queries.enrollments import is_enrolled
from payments.ledger.audit import audit_order
from payments.models import (
    Coupon,
    Order,
    StripeEvent,
)
from payments.reconciliation.run import Outcome
from payments.tests.reconciliation import findings, run

pytestmark = pytest.mark.django_db


@pytest.fixture
def half(instructor):
    return Coupon.objects.create(code="HALF", owner=instructor, percent=50, max_redemptions=1)


def test_a_paid_checkout_without_a_webhook_is_fulfilled(shop, order, student, course):
    shop.pay(order.checkout_url)
    [finding] = run().findings
    assert finding.problem == "pending, but the checkout is paid"
    assert finding.outcome == Outcome.REPAIRED
    assert Order.objects.get().status == "paid"
    assert is_enrolled(student.pk, course.pk)
    assert audit_order(order.pk) == []


def test_an_expired_checkout_releases_its_coupon(shop, buy, student, course, half):
    buy(student, course, coupon="HALF")
    order = Order.objects.get()
    assert Coupon.objects.get().reserved == 1
    shop.control(f"sessions/{order.checkout_session_id}/expire")
    [finding] = run().findings
    assert (finding.problem, finding.outcome) == (
        "pending, but the checkout is expired",
        Outcome.REPAIRED,
    )
    assert Order.objects.get().status == "expired"
    assert Coupon.objects.get().reserved == 0


def test_a_delayed_payment_waits_until_it_arrives(shop, order):
    shop.act(order.checkout_url, "pay_later")
    assert findings(run()) == [
        ("waiting orders", "pending, but the checkout is under way", Outcome.REPAIRED)
    ]
    assert run().findings == []
    shop.control(f"sessions/{order.checkout_session_id}/settle", succeed=True)
    assert findings(run()) == [
        ("waiting orders", "processing, but the checkout is paid", Outcome.REPAIRED)
    ]


def test_a_delayed_payment_that_failed_is_found(shop, order):
    shop.act(order.checkout_url, "pay_later")
    shop.control(f"sessions/{order.checkout_session_id}/settle", succeed=False)
    run()
    assert Order.objects.get().status == "failed"
    assert run().findings == []


def test_an_order_that_never_reached_stripe_expires(shop, student, course, half):
    half.reserved = 1
    half.save()
    order = Order.objects.create(
        user=student,
        course=course,
        list_amount=4999,
        total_amount=2500,
        currency="usd",
        coupon={"id": str(half.pk), "code": "HALF"},
        coupon_hold="reserved",
        expires_at=timezone.now() + timedelta(hours=1),
    )
    assert run().findings == []
    Order.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert findings(run()) == [
        ("waiting orders", "created, but its time to pay has passed", Outcome.REPAIRED)
    ]
    order.refresh_from_db()
    assert (order.status, order.coupon_hold) == ("expired", "released")
    assert Coupon.objects.get().reserved == 0


def test_an_open_checkout_that_is_unknown_to_stripe_expires(shop, order, buy, student, course):
    """After the change from test keys to live keys a person with an open order must be able to buy."""
    Order.objects.update(checkout_session_id="cs_test_gone")
    assert run().findings == []
    Order.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert findings(run()) == [
        ("waiting orders", "pending, but its time to pay has passed", Outcome.REPAIRED)
    ]
    assert Order.objects.get().status == "expired"
    assert buy(student, course).status_code == 201


def test_a_processing_order_without_a_payment_is_left_to_people(shop, order):
    Order.objects.update(status="processing", checkout_session_id="cs_test_gone")
    [finding] = run().findings
    assert finding.problem == "processing, but Stripe has no payment"


def test_a_late_payment_of_a_canceled_order_is_fulfilled(shop, order, student, course):
    shop.pay(order.checkout_url)
    Order.objects.update(status="canceled")
    assert findings(run()) == [("completed checkouts", "canceled, but paid", Outcome.REPAIRED)]
    assert is_enrolled(student.pk, course.pk)


def test_a_second_payment_is_found_and_refunded(shop, two_pages, student, course):
    for url in two_pages:
        shop.pay(url)
    assert not run().unrepaired
    assert sorted(Order.objects.values_list("status", flat=True)) == ["paid", "refunded"]
    assert is_enrolled(student.pk, course.pk)
    assert run().findings == []


# --- Coupons


def test_a_coupon_that_an_ended_order_still_holds_is_released(shop, buy, student, course, half):
    buy(student, course, coupon="HALF")
    order = Order.objects.get()
    shop.control(f"sessions/{order.checkout_session_id}/expire")
    Order.objects.update(status="expired")
    assert findings(run()) == [("ended orders", "expired, but holds its coupon", Outcome.REPAIRED)]
    assert Coupon.objects.get().reserved == 0


@pytest.mark.parametrize("counted", [0, 5])
def test_reservations_are_counted_again(shop, buy, student, course, half, counted):
    buy(student, course, coupon="HALF")
    Coupon.objects.update(reserved=counted)
    problem = f"counts {counted} reservations, 1 are held"
    assert findings(run()) == [("coupons", problem, Outcome.REPAIRED)]
    assert Coupon.objects.get().reserved == 1


# --- Events


@pytest.fixture
def lost_webhooks(shop):
    """Stripe knows our webhook, and no delivery arrives."""
    shop.control("webhook_endpoint", url="http://127.0.0.1:9/nowhere")
    shop.fault("lose", target="webhooks")


def test_undelivered_events_are_processed(lost_webhooks, shop, order, student, course):
    shop.pay(order.checkout_url)
    report = run()
    assert not report.unrepaired
    assert {finding.check for finding in report.findings} == {"undelivered events"}
    assert is_enrolled(student.pk, course.pk)
    assert StripeEvent.objects.get(type="checkout.session.completed").status == "processed"
    assert run().findings == []


def test_undelivered_events_that_we_ignore_are_not_found(lost_webhooks, shop, order):
    shop.act(order.checkout_url, "decline")
    problems = {each.problem for each in run().findings}
    assert problems == {"payment_intent.payment_failed was not delivered"}


def test_a_stuck_event_is_processed(shop, order):
    shop.pay(order.checkout_url)
    [event] = shop.list_events("checkout.session.completed")
    shop.fault("status", status=500)
    assert shop.deliver(event).status_code == 503
    shop.fault()
    report = run()
    assert ("stuck events", Outcome.REPAIRED) in [
        (each.check, each.outcome) for each in report.findings
    ]
    assert StripeEvent.objects.get().status == "processed"
