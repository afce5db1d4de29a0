"""Repair of paid orders: refunds, disputes, access, ledger and fees."""

import pytest
from django.utils import timezone

from courses.tests.factories import CourseFactory
from learning.models import Enrollment
from learning.queries.enrollments import is_enrolled
from learning.services.enrollment import enroll, revoke
from payments.checkout import cancel_checkout
from payments.fulfilment.sync import sync_order
from payments.ledger.audit import audit_order
from payments.models import (
    Dispute,
    LedgerEntry,
    Order,
    Refund,
)
from payments.reconciliation.run import Outcome
from payments.tests.reconciliation import drop, findings, run
from sandbox.waiting import wait_until

pytestmark = pytest.mark.django_db


def test_a_refund_from_the_dashboard_is_imported(shop, bought, student, course):
    shop.control("refunds", payment_intent=bought.payment_intent_id)
    [finding] = run().findings
    assert finding.check == "refunds"
    assert finding.outcome == Outcome.REPAIRED
    assert Order.objects.get().status == "refunded"
    assert not is_enrolled(student.pk, course.pk)


def test_a_refund_that_failed_is_found(shop, bought, student, course):
    shop.control("refunds", payment_intent=bought.payment_intent_id)
    sync_order(bought)
    [refund] = shop.list_all("refunds")
    shop.control("refunds", refund=refund["id"], fail=True)
    [finding] = run().findings
    assert finding.outcome == Outcome.REPAIRED
    assert is_enrolled(student.pk, course.pk)
    assert Refund.objects.get().status == "failed"


def test_a_refund_that_was_never_sent_is_sent(shop, bought):
    Refund.objects.create(order=bought, amount=1000)
    [finding] = run().findings
    assert "a refund was never sent" in finding.problem
    assert finding.outcome == Outcome.REPAIRED
    assert Order.objects.get().refunded_amount == 1000
    assert len(shop.list_all("refunds")) == 1


def test_a_refund_that_was_sent_but_not_saved_is_not_sent_again(shop, bought):
    """Stripe forgets an idempotency key after a day; this holds without the key."""
    row = Refund.objects.create(order=bought, amount=1000)
    fields = {"amount": "1000", "metadata[refund]": str(row.pk)}
    shop.create("refunds", payment_intent=bought.payment_intent_id, **fields)
    assert not run().unrepaired
    assert len(shop.list_all("refunds")) == 1
    assert Order.objects.get().refunded_amount == 1000


def test_a_dispute_is_found_and_its_end_too_however_late(shop, bought, student, course):
    shop.control("disputes", payment_intent=bought.payment_intent_id)
    assert [finding.check for finding in run().findings] == ["disputes"]
    assert Order.objects.get().status == "disputed"
    assert not is_enrolled(student.pk, course.pk)
    shop.control("disputes", payment_intent=bought.payment_intent_id, close="won")
    assert run(days=0).count(Outcome.REPAIRED) == 1
    assert Dispute.objects.get().status == "won"
    assert is_enrolled(student.pk, course.pk)


# --- Access


def test_a_buyer_who_is_not_enrolled_is_enrolled(shop, bought, student, course):
    drop(Enrollment)
    assert findings(run()) == [("paid orders", "paid, but not enrolled", Outcome.REPAIRED)]
    assert is_enrolled(student.pk, course.pk)


def test_a_student_of_a_free_course_who_is_not_enrolled_is_enrolled(shop, buy, student, instructor):
    free = CourseFactory(instructor=instructor, published=True, price_amount=0)
    assert buy(student, free).status_code == 201
    drop(Enrollment)
    assert findings(run()) == [("paid orders", "paid, but not enrolled", Outcome.REPAIRED)]
    assert Enrollment.objects.get().grants[0].source == "free"


def test_access_that_staff_ended_is_not_restored(shop, bought, student, course, staff):
    revoke(student.pk, course.pk, order=bought.pk, reason="Cheated.", by=staff.pk)
    assert run().findings == []
    sync_order(bought)
    assert not is_enrolled(student.pk, course.pk)


def test_access_that_nobody_ended_is_left_to_people(shop, bought, student, course):
    revoke(student.pk, course.pk, order=bought.pk)
    assert findings(run()) == [("paid orders", "paid, but access has ended", Outcome.LEFT)]


def test_access_without_a_payment_is_left_to_people(shop, order, student, course):
    cancel_checkout(order)
    enroll(student.pk, course.pk, source="purchase", order=order.pk)
    assert findings(run()) == [("ended orders", "canceled, but enrolled", Outcome.LEFT)]


# --- Payment and ledger


def test_a_paid_order_with_an_open_checkout_is_left_to_people(shop, order):
    Order.objects.update(status="paid", paid_at=timezone.now())
    [finding] = run().findings
    assert "paid, but the checkout is open" in finding.problem
    assert finding.outcome == Outcome.LEFT


@pytest.mark.parametrize("session", [None, "cs_test_gone"])
def test_a_paid_order_without_a_checkout_is_left_to_people(shop, order, session):
    Order.objects.update(status="paid", paid_at=timezone.now(), checkout_session_id=session)
    [finding] = run().findings
    assert "paid, but Stripe has no payment" in finding.problem
    assert finding.outcome == Outcome.LEFT


def test_lost_ledger_lines_are_booked_again(shop, bought):
    shop.control("refunds", payment_intent=bought.payment_intent_id, amount=1000)
    sync_order(bought)
    drop(LedgerEntry)
    [finding] = run().findings
    assert "paid, but its sale is not booked" in finding.problem
    assert finding.outcome == Outcome.REPAIRED
    assert audit_order(bought.pk) == []


def test_a_late_fee_is_booked(shop, buy, student, course):
    shop.control("late_fees", seconds=2)  # far beyond what the sync takes
    buy(student, course)
    order = Order.objects.get()
    shop.pay(order.checkout_url)
    sync_order(order)
    assert not LedgerEntry.objects.filter(kind="fee").exists()
    wait_until(lambda: shop.list_all("balance_transactions"))
    assert findings(run()) == [("paid orders", "Stripe's fee is not booked", Outcome.REPAIRED)]
    assert LedgerEntry.objects.filter(kind="fee").count() == 2


def test_an_order_under_review_is_found_until_staff_decide(shop, order):
    order.review("Stripe's checkout differs.")
    [finding] = run().findings
    assert "needs review: Stripe's checkout differs." in finding.problem
    assert finding.outcome == Outcome.LEFT
