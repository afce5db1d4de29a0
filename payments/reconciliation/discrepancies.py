"""In which ways an order differs from Stripe, from the access it gives, and from the books."""

from collections.abc import Iterator

from django.utils import timezone

from learning.models import AccessChange, Enrollment
from payments.fulfilment.settlement import BEFORE_PAYMENT, LATE, UNPAID, status_of
from payments.gateway import client
from payments.gateway.snapshots import Payment, Session
from payments.ledger.audit import audit_one
from payments.models import Dispute, LedgerEntry, Order, Refund

Status = Order.Status


def differences(order: Order, session_id: str | None = None) -> list[str]:
    """Ask Stripe how a purchase stands and say what is otherwise with us; empty if all agree.

    `session_id` names a checkout of the order that may not be the one on record.
    """
    asked = session_id or order.checkout_session_id
    payment = client.payment(asked) if asked else None
    return [
        *(_from_stripe(order, payment) if payment else _without_stripe(order)),
        *_within(order),
        *audit_one(order.pk),
    ]


def _from_stripe(order: Order, payment: Payment) -> Iterator[str]:
    session = payment.session
    stands = _in_a_word(session)
    if order.status in BEFORE_PAYMENT:
        expected = "under way" if order.status == Status.PROCESSING else "open"
        if stands != expected:
            yield f"{order.status}, but the checkout is {stands}"
    elif order.status in LATE:
        if session.is_paid:
            yield f"{order.status}, but paid"
    elif session.id != order.checkout_session_id:
        if session.is_paid and payment.refunded < session.total:
            yield f"paid a second time, by {session.id}"
    elif not session.is_paid:
        yield f"{order.status}, but the checkout is {stands}"
    else:
        yield from _from_money(order, payment)


def _from_money(order: Order, payment: Payment) -> Iterator[str]:
    """What became of the payment: refunds, disputes, Stripe's fee."""
    if (expected := status_of(order, payment)) != order.status:
        yield f"{order.status}, should be {expected}"
    if payment.refunded != order.refunded_amount:
        yield f"refunded {order.refunded_amount}, at Stripe {payment.refunded}"
    refunds = {row.stripe_refund_id: row for row in Refund.objects.filter(order=order)}
    for refund in payment.refunds:
        row = refunds.get(refund.id)
        if row is None or (row.status, row.amount) != (refund.status, refund.amount):
            yield f"refund {refund.id} is {row.status if row else 'unknown'}, at Stripe {refund.status}"
    disputes = {row.stripe_dispute_id: row.status for row in Dispute.objects.filter(order=order)}
    for dispute in payment.disputes:
        known = disputes.get(dispute.id, "unknown")
        if known != dispute.status:
            yield f"dispute {dispute.id} is {known}, at Stripe {dispute.status}"
    movement = payment.session.intent and payment.session.intent.movement
    if order.paid_at and movement and movement.fee:
        fee = LedgerEntry.objects.filter(source=movement.id, kind=LedgerEntry.Kind.FEE)
        if not fee.exists():
            yield "Stripe's fee is not booked"


def _without_stripe(order: Order) -> Iterator[str]:
    """An order without a checkout costs nothing, or is about to get one, or had it elsewhere."""
    if order.is_open:
        if order.expires_at and order.expires_at < timezone.now():
            yield f"{order.status}, but its time is over"
    elif order.total_amount and (order.paid_at or order.status == Status.PROCESSING):
        yield f"{order.status}, but Stripe knows of no payment"


def _within(order: Order) -> Iterator[str]:
    """What must agree among our own records."""
    if Refund.objects.filter(order=order, status=Refund.Status.REQUESTED).exists():
        yield "a refund was never sent"
    if order.status in LATE and order.coupon_hold == Order.Hold.RESERVED:
        yield f"{order.status}, but holds its coupon"
    if order.status == Status.NEEDS_REVIEW:
        yield f"needs review: {order.attention}"
    enrollment = Enrollment.objects.filter(user_id=order.user_id, course_id=order.course_id).first()
    yield from wrong_access(order, enrollment)


def wrong_access(order: Order, enrollment: Enrollment | None) -> Iterator[str]:
    """Access is exactly what the order gives, unless staff ended it."""
    given = next(
        (each for each in (enrollment.grants if enrollment else []) if each.order == order.pk), None
    )
    if not order.gives_access:
        if given and given.active:
            yield f"{order.status}, but enrolled"
    elif given is None:
        yield f"{order.status}, but not enrolled"
    elif not given.active and not _was_ended_by_staff(order):
        yield f"{order.status}, but access has ended"


def _was_ended_by_staff(order: Order) -> bool:
    changes = AccessChange.objects.filter(
        user_id=order.user_id, course_id=order.course_id, order=order.pk
    )
    last = changes.order_by("-created_at").first()
    return last is not None and last.by is not None


def _in_a_word(session: Session) -> str:
    """Say how a checkout stands."""
    if session.is_paid:
        return "paid"
    if session.status != "complete":
        return session.status
    return "unpaid" if session.intent and session.intent.status in UNPAID else "under way"
