"""Make an order, its refunds and disputes, the person's access and the books follow what Stripe says.

Everything here runs within one transaction, asks nobody, and may be repeated with the same or with newer knowledge.
"""

from functools import partial
from typing import Any

from django.utils import timezone

from learning.models import Source
from learning.queries.enrollments import is_enrolled, was_granted
from learning.services.enrollment import enroll, restore, revoke
from lms.mongodb.transaction import on_commit
from payments import coupons, tasks
from payments.fulfilment.verification import mismatches
from payments.gateway.snapshots import DisputeState, Payment, RefundState, Session
from payments.ledger import bookings
from payments.models import Dispute, Order, Refund

Status = Order.Status

BEFORE_PAYMENT = [Status.CREATED, Status.PENDING, Status.PROCESSING]
LATE = [Status.EXPIRED, Status.CANCELED, Status.FAILED]
# What becomes of a payment that failed; others are still under way: a bank's account may have to be verified.
UNPAID = {"requires_payment_method", "canceled"}


def settle(order: Order, payment: Payment | None) -> Order:
    """Bring an order to where its payment stands; `payment` is None for one without a checkout that Stripe knows of.

    Returns the order that the money is of: one made here, if it is a second payment. Raises `Contention` if somebody
    changed the order since it was read, IntegrityError if somebody else has just made the one for the second payment.
    """
    if payment and _is_second(order, payment.session):
        order = _take_second(order, payment)
    version, changed = order.version, False
    if payment:
        changed = _follow(order, payment)
    else:
        _expire_unopened(order)
    if order.version == version and (_make_good(order) or changed):
        order.note()
    return order


def _follow(order: Order, payment: Payment) -> bool:
    """Follow the checkout, then the money; True if something beside the order has changed."""
    session = payment.session
    if order.status in [*BEFORE_PAYMENT, *LATE]:
        _follow_session(order, payment)
    is_settled = order.status not in [*BEFORE_PAYMENT, *LATE]
    return is_settled and session.id == order.checkout_session_id and _follow_money(order, payment)


def _make_good(order: Order) -> bool:
    """Do what was to be done when the order was paid or ended, should it be missing; True if access was given.

    A grant that was ended stays so: that was decided by somebody.
    """
    if order.status in LATE and order.coupon_hold == Order.Hold.RESERVED:
        order.note(coupon_hold=coupons.release(order))
    if not order.gives_access or was_granted(order.user_id, order.course_id, order=order.pk):
        return False
    return enroll(order.user_id, order.course_id, source=_source(order), order=order.pk)


def _source(order: Order) -> Source:
    """Say where the right to watch comes from."""
    if order.total_amount:
        return Source.PURCHASE
    return Source.COUPON if order.coupon else Source.FREE


# --- Until it is paid ---------------------------------------------------------------------------------------


def _expire_unopened(order: Order) -> None:
    """End an order whose page is not there, once it would have closed."""
    if order.is_open and order.expires_at and order.expires_at < timezone.now():
        order.expire(coupon_hold=coupons.release(order))


def _follow_session(order: Order, payment: Payment) -> None:
    """Follow the customer's visit to Stripe's page. What was ended is only ever changed by money."""
    session = payment.session
    if session.is_paid:
        _take(order, payment)
    elif order.status in LATE or session.id != (order.checkout_session_id or session.id):
        return
    elif session.status == "complete":
        if session.intent and session.intent.status in UNPAID:
            order.fail(coupon_hold=coupons.release(order), **_ids(session))
        elif order.status != Status.PROCESSING:
            order.process(**_ids(session))
    elif session.status == "expired" and order.is_open:
        order.expire(coupon_hold=coupons.release(order))


def _take(order: Order, payment: Payment) -> None:
    """Take the money for an order and give the course for it; or give it back where there is nothing to give."""
    session = payment.session
    wrong = mismatches(order, session)
    if wrong:
        reason = "Stripe's checkout differs: " + "; ".join(wrong)
        order.review(reason, coupon_hold=coupons.release(order), **_ids(session))
        return
    facts = {**_received(session), "discount_amount": order.discount_amount + session.discount}
    if session.total and _is_owned(order):
        reason = "Paid for a course owned already: refunded automatically."
        order.review(reason, coupon_hold=coupons.release(order), **facts)
        _give_back(order, payment, "The course was owned already.")
    else:
        order.pay(coupon_hold=coupons.redeem(order), **facts)
        enroll(order.user_id, order.course_id, source=Source.PURCHASE, order=order.pk)
        on_commit(partial(tasks.send_receipt.enqueue, str(order.pk)), robust=True)


def _is_second(order: Order, session: Session) -> bool:
    """Is this money for an order that has had its money, by another checkout?"""
    is_settled = order.status not in [*BEFORE_PAYMENT, *LATE]
    is_other = session.id != order.checkout_session_id
    return is_settled and is_other and session.is_paid and session.total > 0


def _take_second(order: Order, payment: Payment) -> Order:
    """Make a second payment an order of its own, whatever was paid, and give the money back: nothing is due for it."""
    session = payment.session
    second = Order.objects.create(
        user_id=order.user_id,
        course_id=order.course_id,
        status=Status.NEEDS_REVIEW,
        attention=f"A second payment of order {order.pk}: refunded automatically.",
        livemode=session.livemode,
        currency=session.currency,
        list_amount=session.subtotal,
        discount_amount=session.discount,
        **_received(session),
    )
    _give_back(second, payment, "It was paid twice.")
    return second


def _give_back(order: Order, payment: Payment, reason: str) -> None:
    """Decide to give back all of a payment that has not gone back yet; whoever follows the order asks Stripe for it."""
    if left := payment.session.total - payment.refunded:
        Refund.objects.create(order=order, amount=left, reason=reason)


def _is_owned(order: Order) -> bool:
    """Has the person the course already, or another purchase of it?"""
    others = Order.objects.live(order.user_id, order.course_id).exclude(pk=order.pk)
    return is_enrolled(order.user_id, order.course_id) or others.exists()


def _received(session: Session) -> dict[str, Any]:
    """What an order keeps of the money that came in for it."""
    return {
        **_ids(session),
        "paid_at": timezone.now(),
        "tax_amount": session.tax,
        "total_amount": session.total,
        "receipt_url": session.intent.receipt_url if session.intent else "",
    }


def _ids(session: Session) -> dict[str, Any]:
    found: dict[str, Any] = {"checkout_session_id": session.id}
    if session.intent:
        found["payment_intent_id"] = session.intent.id
    return found


# --- Once it is paid ----------------------------------------------------------------------------------------


def _follow_money(order: Order, payment: Payment) -> bool:
    """Book what came in, and follow what Stripe keeps, refunds and disputes; True if anything was news."""
    intent = payment.session.intent
    changed = [
        order.paid_at and bookings.book_sale(order),
        order.paid_at and intent and intent.movement and bookings.book_fee(order, intent.movement),
        *[_take_refund(order, state) for state in payment.refunds],
        *[_take_dispute(order, state) for state in payment.disputes],
    ]
    status = status_of(order, payment)
    if (status, payment.refunded) != (order.status, order.refunded_amount):
        _move(order, status, payment.refunded)
    return any(changed)


def status_of(order: Order, payment: Payment) -> str:
    """Say where refunds and disputes leave what was paid."""
    is_refunded = 0 < payment.session.total <= payment.refunded
    is_lost = any(dispute.is_lost for dispute in payment.disputes)
    if order.status == Status.CHARGED_BACK or (is_lost and not is_refunded):
        return Status.CHARGED_BACK if order.status != Status.REFUNDED else Status.REFUNDED
    if is_refunded:
        return Status.REFUNDED
    if order.status == Status.NEEDS_REVIEW:
        return Status.NEEDS_REVIEW
    if any(dispute.is_open for dispute in payment.disputes) and order.status != Status.REFUNDED:
        return Status.DISPUTED
    return Status.PARTIALLY_REFUNDED if payment.refunded else Status.PAID


def _move(order: Order, status: str, refunded: int) -> None:
    """Change what a paid order is, and the access that it gives with it."""
    had_access = order.gives_access
    if order.status == Status.REFUNDED and status != Status.REFUNDED and _is_bought_again(order):
        reason = "A refund failed after the course was bought again."
        order.review(reason, refunded_amount=refunded)
        return
    order.settle(status, refunded)
    if had_access and not order.gives_access:
        revoke(order.user_id, order.course_id, order=order.pk, reason=order.get_status_display())
    elif order.gives_access and not had_access:
        restore(order.user_id, order.course_id, order=order.pk, reason=order.get_status_display())


def _is_bought_again(order: Order) -> bool:
    live = Order.objects.live(order.user_id, order.course_id)
    return live.exclude(pk=order.pk).exists()


def _take_refund(order: Order, state: RefundState) -> bool:
    """Write down what became of a refund, of ours or of one made in Stripe's dashboard; True if that is news."""
    row = _row_of(order, state)
    news = {"stripe_refund_id": state.id, "status": state.status, "amount": state.amount}
    is_news = any(getattr(row, name) != value for name, value in news.items())
    if is_news:
        for name, value in news.items():
            setattr(row, name, value)
        row.save()
    book = bookings.book_refund if state.counts else bookings.book_failed_refund
    return book(row) or is_news


def _row_of(order: Order, state: RefundState) -> Refund:
    """Find a refund by Stripe's id or, before we know that, by ours; or begin the row of a foreign one."""
    rows = {str(row.pk): row for row in Refund.objects.filter(order=order)}
    known = [row for row in rows.values() if row.stripe_refund_id == state.id]
    if known:
        return known[0]
    return rows.get(state.refund) or Refund(order=order, reason=f"Made at Stripe: {state.reason}")


def _take_dispute(order: Order, state: DisputeState) -> bool:
    """Write down what became of a dispute, and book the money that it moved; True if that is news."""
    moved = bookings.book_dispute(order, state)
    row = Dispute.objects.filter(stripe_dispute_id=state.id).first()
    is_new = row is None
    row = row or Dispute(order=order, stripe_dispute_id=state.id)
    news = {"status": state.status, "reason": state.reason, "amount": state.amount}
    if not is_new and all(getattr(row, name) == value for name, value in news.items()):
        return moved
    for name, value in news.items():
        setattr(row, name, value)
    row.save()
    if is_new and (state.is_open or state.is_inquiry):
        order.note(attention=f"Dispute {state.id}: {state.status}, {state.reason}."[:300])
    return True
