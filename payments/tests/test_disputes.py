"""Disputes: access is suspended, restored when they are won, ended when they are lost."""

from dataclasses import replace

import pytest

from learning.models import Enrollment
from learning.queries.enrollments import is_enrolled
from learning.services.enrollment import restore, revoke
from lms.mongodb.transaction import atomic
from payments.fulfilment.settlement import settle_order
from payments.fulfilment.sync import sync_order
from payments.gateway import client
from payments.gateway.parsing import parse_refund
from payments.gateway.snapshots import BalanceTransaction, DisputeSnapshot
from payments.ledger.audit import audit_order
from payments.models import Dispute, LedgerEntry, Order
from payments.refunds import refund_order
from payments.tests.reconciliation import run

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispute(shop, bought):
    """Open or close a dispute of the order's payment, and deliver the events."""

    def pull(**how):
        shop.control("disputes", payment_intent=bought.payment_intent_id, **how)
        assert set(shop.deliver_all()) == {200}
        return Order.objects.get(pk=bought.pk)

    return pull


def booked(kind):
    lines = LedgerEntry.objects.filter(kind=kind).values_list("account", "amount")
    return dict(lines)


def test_a_dispute_suspends_access(dispute, student, course):
    order = dispute()
    assert order.status == "disputed"
    assert not is_enrolled(student.pk, course.pk)
    row = Dispute.objects.get()
    assert (row.order, row.amount, row.status) == (order, 4999, "needs_response")
    assert row.stripe_dispute_id in order.attention


def test_a_won_dispute_restores_access(dispute, student, course):
    dispute()
    order = dispute(close="won")
    assert order.status == "paid"
    assert is_enrolled(student.pk, course.pk)
    assert Dispute.objects.get().status == "won"
    assert len(Enrollment.objects.get().grants) == 1


def test_a_lost_dispute_ends_access(shop, dispute, student, course, buy):
    dispute()
    order = dispute(close="lost")
    assert order.status == "charged_back"
    assert not is_enrolled(student.pk, course.pk)
    assert set(shop.deliver_all()) == {200}
    assert Order.objects.get().status == "charged_back"
    assert buy(student, course).status_code == 201


@pytest.mark.parametrize("refunded", [0, 1000])
def test_a_lost_dispute_that_is_won_after_all_gives_the_course_back(
    bought, dispute, student, course, refunded
):
    if refunded:
        refund_order(bought, amount=refunded)
    dispute(close="lost")
    order = dispute(close="won")
    assert order.status == ("partially_refunded" if refunded else "paid")
    assert is_enrolled(student.pk, course.pk)
    assert "won after all" in order.attention
    assert audit_order(order.pk) == []
    assert sum(booked("dispute_reinstated").values()) == 0 != len(booked("dispute_reinstated"))
    assert [finding.problem for finding in run().findings] == []
    dispute(close="lost")
    assert Dispute.objects.count() == 2


def test_a_lost_dispute_is_won_after_the_course_was_bought_again(
    shop, dispute, buy, student, course
):
    first = dispute(close="lost")
    shop.pay(buy(student, course).json()["checkout_url"])
    order = dispute(close="won")
    assert (order.pk, order.status) == (first.pk, "needs_review")
    assert "bought again" in order.attention
    assert is_enrolled(student.pk, course.pk)
    assert audit_order(order.pk) == []
    refund_order(order)
    assert Order.objects.get(pk=order.pk).status == "refunded"


def test_reconcile_finds_a_lost_dispute_that_was_won_after_all(shop, dispute, bought):
    dispute(close="lost")
    shop.control("disputes", payment_intent=bought.payment_intent_id, close="won")
    [finding] = run().findings
    assert "charged_back, should be paid" in finding.problem
    assert finding.outcome == "repaired"


# --- What Stripe may say and this version does not know


@pytest.fixture
def settle(bought):
    """Settle the order with a payment that differs from Stripe's."""
    payment = client.retrieve_payment(bought.checkout_session_id)

    def follow(**changes):
        order = Order.objects.get(pk=bought.pk)
        return atomic(settle_order)(order, replace(payment, **changes))

    return follow


def a_dispute(status, *amounts):
    moved = tuple(
        BalanceTransaction(f"txn_{number}", amount, 0, "usd")
        for number, amount in enumerate(amounts)
    )
    return DisputeSnapshot("du_1", status, "fraudulent", 4999, moved)


@pytest.mark.parametrize(
    ("status", "amounts", "expected"),
    [
        ("prevented", (), "paid"),
        ("appeal_under_review", (-4999,), "charged_back"),
        ("lost", (-4999, 4999), "paid"),
        ("lost", (), "charged_back"),
        ("in_the_moon", (), "paid"),
        ("in_the_moon", (-4999,), "disputed"),
        ("in_the_moon", (-4999, 4999), "paid"),
    ],
)
def test_the_balance_decides_about_a_dispute_with_an_unknown_status(
    settle, status, amounts, expected
):
    order = settle(disputes=(a_dispute(status, *amounts),))
    assert order.status == expected
    assert ("in_the_moon" in order.attention) == (status == "in_the_moon")


def test_an_unknown_status_of_a_refund_is_pending(settle, bought):
    refund = parse_refund({"id": "re_1", "status": "in_the_moon", "amount": 1000})
    order = settle(refunds=(refund,))
    assert order.status == "partially_refunded"
    assert [row.status for row in order.refunds.all()] == ["pending"]
    assert "refund re_1 'in_the_moon'" in order.attention


def test_an_unknown_payment_status_is_no_payment(shop, order, student, course):
    shop.pay(order.checkout_url)
    payment = client.retrieve_payment(order.checkout_session_id)
    payment = replace(payment, session=replace(payment.session, payment_status="in_the_moon"))
    order = atomic(settle_order)(Order.objects.get(), payment)
    assert order.status == "processing"
    assert "payment status 'in_the_moon'" in order.attention
    assert not is_enrolled(student.pk, course.pk)
    assert sync_order(order).status == "paid"


@pytest.mark.parametrize("decided", ["before", "while"])
def test_a_won_dispute_does_not_undo_what_staff_decided(dispute, student, course, staff, decided):
    if decided == "while":
        dispute()
    [order] = Order.objects.all()
    revoke(student.pk, course.pk, order=order.pk, reason="Cheated.", by=staff.pk)
    if decided == "before":
        dispute()
    order = dispute(close="won")
    assert order.status == "paid"
    assert not is_enrolled(student.pk, course.pk)
    assert run().findings == []
    restore(student.pk, course.pk, order=order.pk, reason="A mistake.", by=staff.pk)
    assert is_enrolled(student.pk, course.pk)
    assert run().findings == []


def test_a_refund_that_fails_does_not_undo_what_staff_decided(shop, bought, student, course, staff):
    refund_order(bought)
    revoke(student.pk, course.pk, order=bought.pk, reason="Cheated.", by=staff.pk)
    [refund] = shop.list_all("refunds")
    shop.control("refunds", refund=refund["id"], fail=True)
    shop.deliver_all()
    assert Order.objects.get().status == "paid"
    assert not is_enrolled(student.pk, course.pk)


def test_an_inquiry_only_sets_attention(dispute, student, course):
    order = dispute(inquiry=True)
    assert order.status == "paid"
    assert "warning_needs_response" in order.attention
    assert is_enrolled(student.pk, course.pk)
    assert not LedgerEntry.objects.filter(kind__startswith="dispute").exists()


def test_a_won_dispute_leaves_a_partially_refunded_order_partially_refunded(bought, dispute):
    refund_order(bought, amount=1000)
    assert dispute().status == "disputed"
    order = dispute(close="won")
    assert (order.status, order.refunded_amount) == ("partially_refunded", 1000)


def test_a_disputed_order_is_neither_refundable_nor_sold_again(
    client_of, buy, dispute, student, course
):
    order = dispute()
    refused = client_of(student).post(f"/api/v1/payments/orders/{order.pk}/refund")
    assert refused.json()["errors"][0]["code"] == "not_refundable"
    assert buy(student, course).json()["errors"][0]["code"] == "order_under_review"


def test_a_dispute_is_booked_when_stripe_moves_the_money(dispute, instructor):
    dispute()
    taken = booked("dispute")
    assert taken == {
        "stripe_balance": -4999,
        f"instructor:{instructor.pk}": 3499,
        "disputes": 1500,
    }
    assert booked("dispute_fee") == {"stripe_fees": 1500, "stripe_balance": -1500}
    dispute(close="won")
    assert booked("dispute_reinstated") == {name: -amount for name, amount in taken.items()}
    assert sum(LedgerEntry.objects.values_list("amount", flat=True)) == 0


def test_a_fraud_warning_asks_for_the_attention_of_staff(shop, bought):
    event = {
        "id": "evt_warning",
        "object": "event",
        "type": "radar.early_fraud_warning.created",
        "created": 1_790_000_000,
        "livemode": False,
        "data": {
            "object": {
                "id": "issfr_1",
                "object": "radar.early_fraud_warning",
                "payment_intent": bought.payment_intent_id,
            }
        },
    }
    assert shop.deliver(event).status_code == 200
    bought.refresh_from_db()
    assert "fraud" in bought.attention
    assert bought.status == "paid"
