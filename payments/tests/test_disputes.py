"""Disputes: access is suspended, restored when they are won, ended when they are lost."""

import pytest

from learning.models import Enrollment
from learning.queries.enrollments import is_enrolled
from learning.services.enrollment import restore, revoke
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
