"""Discrepancies: in what an order differs from Stripe, from the access it gives, and from the ledger."""

from collections.abc import Iterator

from django.utils import timezone

from learning.models import Enrollment
from payments.fulfilment.references import COURSE_GONE, find_gone
from payments.fulfilment.settlement import expected_status
from payments.gateway import client
from payments.gateway.snapshots import CheckoutSession, Payment
from payments.ledger.audit import audit_order
from payments.models import BEFORE_PAYMENT, ENDED_UNPAID, LIVE, Dispute, LedgerEntry, Order, Refund

Status = Order.Status


def find_discrepancies(order: Order, session_id: str | None = None) -> list[str]:
    """Ask Stripe how an order stands and list in what our records differ; empty if all agree.

    `session_id` names a checkout of the order that may not be the one on record.
    """
    known_id = session_id or order.checkout_session_id
    payment = client.retrieve_payment(known_id) if known_id else None
    return [
        *(_payment_discrepancies(order, payment) if payment else _missing_payment(order)),
        *_own_discrepancies(order),
        *audit_order(order.pk),
    ]


def _payment_discrepancies(order: Order, payment: Payment) -> Iterator[str]:
    """Compare an order with its checkout and, once it is paid, with the money."""
    session = payment.session
    state = _checkout_state(session)
    if order.status in BEFORE_PAYMENT:
        expected = "under way" if order.status == Status.PROCESSING else "open"
        if state != expected:
            yield f"{order.status}, but the checkout is {state}"
    elif order.status in ENDED_UNPAID:
        if session.is_paid:
            yield f"{order.status}, but paid"
    elif session.id != order.checkout_session_id:
        if session.is_paid and payment.refunded_amount < session.total:
            yield f"paid a second time, by {session.id}"
    elif not session.is_paid:
        yield f"{order.status}, but the checkout is {state}"
    else:
        yield from _money_discrepancies(order, payment)


def _money_discrepancies(order: Order, payment: Payment) -> Iterator[str]:
    """Compare the status, the refunds, the disputes and Stripe's fee of a paid order."""
    if (expected := expected_status(order, payment)) != order.status:
        yield f"{order.status}, should be {expected}"
    if payment.refunded_amount != order.refunded_amount:
        yield f"refunded {order.refunded_amount}, at Stripe {payment.refunded_amount}"
    refunds = {row.stripe_refund_id: row for row in Refund.objects.filter(order=order)}
    for refund in payment.refunds:
        row = refunds.get(refund.id)
        if row is None or (row.status, row.amount) != (refund.status, refund.amount):
            status = row.status if row else "unknown"
            yield f"refund {refund.id} is {status}, at Stripe {refund.status}"
    disputes = {row.stripe_dispute_id: row.status for row in Dispute.objects.filter(order=order)}
    for dispute in payment.disputes:
        status = disputes.get(dispute.id, "unknown")
        if status != dispute.status:
            yield f"dispute {dispute.id} is {status}, at Stripe {dispute.status}"
    intent = payment.session.payment_intent
    transaction = intent and intent.balance_transaction
    if order.paid_at and transaction and transaction.fee:
        lines = LedgerEntry.objects.of_booking(transaction.id, LedgerEntry.Kind.FEE)
        if not lines.exists():
            yield "Stripe's fee is not booked"


def _missing_payment(order: Order) -> Iterator[str]:
    """Check an order without a checkout at Stripe: it must be free, or open and not past its expiry."""
    if order.is_open:
        if order.expires_at and order.expires_at < timezone.now():
            yield f"{order.status}, but its time to pay has passed"
    elif order.total_amount and (order.paid_at or order.status == Status.PROCESSING):
        yield f"{order.status}, but Stripe has no payment"


def _own_discrepancies(order: Order) -> Iterator[str]:
    """Check what must agree among our own records."""
    if Refund.objects.filter(order=order, status=Refund.Status.REQUESTED).exists():
        yield "a refund was never sent"
    if order.status in ENDED_UNPAID and order.coupon_hold == Order.Hold.RESERVED:
        yield f"{order.status}, but holds its coupon"
    if order.status == Status.NEEDS_REVIEW:
        yield f"needs review: {order.attention}"
    yield from gone_discrepancies(order, find_gone(order))
    enrollment = Enrollment.objects.filter(user_id=order.user_id, course_id=order.course_id).first()
    yield from access_discrepancies(order, enrollment)


def gone_discrepancies(order: Order, gone: str) -> Iterator[str]:
    """Check that an order whose course or person is gone waits for nothing and sells nothing.

    Who bought a course and closed the account later has left an order in good order.
    """
    if gone and (order.is_open or (order.status in LIVE and gone == COURSE_GONE)):
        yield f"{order.status}, but {gone}"


def access_discrepancies(order: Order, enrollment: Enrollment | None) -> Iterator[str]:
    """Check that a person has exactly the access that the order gives, unless staff ended it."""
    grants = enrollment.grants if enrollment else []
    grant = next((each for each in grants if each.order == order.pk), None)
    if not order.gives_access:
        if grant and grant.active:
            yield f"{order.status}, but enrolled"
    elif grant is None:
        yield f"{order.status}, but not enrolled"
    elif not grant.active and not grant.ended_by_staff:
        yield f"{order.status}, but access has ended"


def _checkout_state(session: CheckoutSession) -> str:
    """Return `open`, `expired`, `under way`, `unpaid` or `paid`."""
    if session.is_paid:
        return "paid"
    if session.status != "complete":
        return session.status
    has_failed = session.payment_intent and session.payment_intent.has_failed
    return "unpaid" if has_failed else "under way"
