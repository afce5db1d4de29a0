"""Settlement: an order, its refunds and disputes, the access and the ledger follow a snapshot of Stripe.

Everything here runs in the caller's transaction, sends no request, and may be repeated with the same or a newer
snapshot.
"""

from typing import Any

from django.utils import timezone

from learning.models import Source
from learning.queries.enrollments import is_enrolled, was_granted
from learning.services.enrollment import enroll, restore, revoke
from payments import coupons, tasks
from payments.fulfilment.references import find_gone
from payments.fulfilment.verification import find_mismatches
from payments.gateway.snapshots import CheckoutSession, DisputeSnapshot, Payment, RefundSnapshot
from payments.ledger import bookings
from payments.models import ENDED_UNPAID, LIVE, Dispute, Order, Refund
from payments.models.order import Status

REFUND_FAILED = "A refund failed"
WON_AFTER_ALL = "A lost dispute was won after all"


def settle_order(order: Order, payment: Payment | None) -> Order:
    """Make an order follow its payment; `payment` is None if Stripe knows no checkout of it.

    Returns the order to which the payment belongs, which is a new one for a second or a superseded payment. Raises
    `Contention` if the order was changed since it was read, IntegrityError if that new order was just created.
    """
    if payment and (reason := _reason_for_own_order(order, payment.session)):
        order = _create_order_of_other_payment(order, payment, reason)
    version, has_changed = order.version, False
    if payment:
        has_changed = _settle_payment(order, payment)
    else:
        _expire_without_checkout(order)
    if order.version == version and (_complete(order) or has_changed):
        order.note()
    return order


def _settle_payment(order: Order, payment: Payment) -> bool:
    """Settle the checkout, then the money; return whether anything but the order has changed."""
    if payment.unknown_words and not order.attention:
        order.note(
            attention=f"Stripe says what this version does not know: {payment.unknown_words}."[:300]
        )
    if order.is_unpaid:
        _settle_checkout(order, payment)
    if order.is_unpaid or payment.session.id != order.checkout_session_id:
        return False
    return _settle_money(order, payment)


def _complete(order: Order) -> bool:
    """Release the coupon or enroll the person if an earlier step failed to; return whether this call enrolled.

    A grant that was ended is not given again: somebody decided to end it.
    """
    if order.status in ENDED_UNPAID and order.coupon_hold == Order.Hold.RESERVED:
        order.note(coupon_hold=coupons.release(order))
    if not order.gives_access or find_gone(order):
        return False
    key, pk = (order.user_id, order.course_id), order.pk
    return not was_granted(*key, order=pk) and enroll(*key, source=_grant_source(order), order=pk)


def _grant_source(order: Order) -> Source:
    if order.total_amount:
        return Source.PURCHASE
    return Source.COUPON if order.coupon else Source.FREE


# --- The checkout -------------------------------------------------------------------------------------------


def _expire_without_checkout(order: Order) -> None:
    """Expire an open order that has no checkout, once the checkout would have expired or nobody can be given it."""
    is_late = order.expires_at and order.expires_at < timezone.now()
    if order.is_open and (is_late or find_gone(order)):
        order.expire(coupon_hold=coupons.release(order))


def _settle_checkout(order: Order, payment: Payment) -> None:
    """Make an unpaid order follow its checkout. One that has ended is changed by a payment only."""
    session = payment.session
    if session.is_paid:
        _fulfil(order, payment)
    elif order.status in ENDED_UNPAID or session.id != (order.checkout_session_id or session.id):
        return
    elif session.status == "complete":
        if session.payment_intent and session.payment_intent.has_failed:
            order.fail(coupon_hold=coupons.release(order), **_stripe_ids(session))
        elif order.status != Status.PROCESSING:
            order.process(**_stripe_ids(session))
    elif session.status == "expired" and order.is_open:
        order.expire(coupon_hold=coupons.release(order))


def _fulfil(order: Order, payment: Payment) -> None:
    """Take the money for an order and give the course; refund it if the course cannot be given."""
    session = payment.session
    mismatches = find_mismatches(order, session)
    if mismatches:
        reason = "Stripe's checkout differs: " + "; ".join(mismatches)
        order.review(reason, coupon_hold=coupons.release(order), **_stripe_ids(session))
        return
    fields = _payment_fields(session)
    fields["discount_amount"] = order.discount_amount + session.discount
    gone = find_gone(order)
    if gone and not session.total:
        _close_unpaid(order, gone)
    elif gone or (session.total and _has_course(order)):
        reason = gone or "the course was owned already"
        attention = f"Paid, but {reason}: refunded automatically."
        order.review(attention, coupon_hold=coupons.release(order), **fields)
        _request_full_refund(order, payment, f"{reason.capitalize()}.")
    else:
        order.pay(coupon_hold=coupons.redeem(order), **fields)
        enroll(order.user_id, order.course_id, source=Source.PURCHASE, order=order.pk)
        tasks.send_receipt.enqueue(str(order.pk))


def _close_unpaid(order: Order, gone: str) -> None:
    """End an order that costs nothing and that nobody can be given."""
    if order.is_open:
        order.cancel(coupon_hold=coupons.release(order), attention=f"Nothing was given: {gone}.")


def _reason_for_own_order(order: Order, session: CheckoutSession) -> str:
    """Return why another checkout has paid for what the order does not ask for; empty if it has not.

    The order is paid already, or its terms have changed since that checkout was opened.
    """
    if session.id == order.checkout_session_id or not (session.is_paid and session.total):
        return ""
    if not order.is_unpaid:
        return f"A second payment of order {order.pk}"
    if find_mismatches(order, session):
        return f"A payment on earlier terms of order {order.pk}"
    return ""


def _create_order_of_other_payment(order: Order, payment: Payment, reason: str) -> Order:
    """Give a second or superseded payment, of whatever amount, an order of its own and request its refund."""
    session = payment.session
    second = Order.objects.create(
        user_id=order.user_id,
        course_id=order.course_id,
        status=Status.NEEDS_REVIEW,
        attention=f"{reason}: refunded automatically.",
        livemode=session.livemode,
        currency=session.currency,
        list_amount=session.subtotal,
        discount_amount=session.discount,
        **_payment_fields(session),
    )
    second.record_money()
    _request_full_refund(second, payment, f"{reason}.")
    return second


def _request_full_refund(order: Order, payment: Payment, reason: str) -> None:
    """Write down a refund of all that is not refunded yet; the sync that called us sends it."""
    if amount := payment.session.total - payment.refunded_amount:
        Refund.objects.create(order=order, amount=amount, reason=reason)


def _has_course(order: Order) -> bool:
    """Return whether the person has the course already, or another purchase of it."""
    return is_enrolled(order.user_id, order.course_id) or _has_other_order(order)


def _has_other_order(order: Order) -> bool:
    return Order.objects.live(order.user_id, order.course_id).exclude(pk=order.pk).exists()


def _payment_fields(session: CheckoutSession) -> dict[str, Any]:
    """Return the fields in which an order keeps its payment."""
    return {
        **_stripe_ids(session),
        "paid_at": timezone.now(),
        "tax_amount": session.tax,
        "total_amount": session.total,
        "receipt_url": session.payment_intent.receipt_url if session.payment_intent else "",
    }


def _stripe_ids(session: CheckoutSession) -> dict[str, Any]:
    ids = {"checkout_session_id": session.id}
    if session.payment_intent:
        ids["payment_intent_id"] = session.payment_intent.id
    return ids


# --- The money ----------------------------------------------------------------------------------------------


def _settle_money(order: Order, payment: Payment) -> bool:
    """Book the sale and Stripe's fee, settle refunds and disputes, change the order's status with them.

    Returns whether anything but the order has changed.
    """
    intent = payment.session.payment_intent
    changes = [
        order.paid_at and bookings.book_sale(order),
        order.paid_at
        and intent
        and intent.balance_transaction
        and bookings.book_fee(order, intent.balance_transaction),
        *[_settle_refund(order, refund) for refund in payment.refunds],
        *[_settle_dispute(order, dispute) for dispute in payment.disputes],
    ]
    status = expected_status(order, payment)
    if (status, payment.refunded_amount) != (order.status, order.refunded_amount):
        _change_status(order, status, payment.refunded_amount)
    return any(changes)


def expected_status(order: Order, payment: Payment) -> Status:
    """Return the status that a paid order has after the refunds and disputes of its payment."""
    is_refunded = 0 < payment.session.total <= payment.refunded_amount
    if is_refunded:
        return Status.REFUNDED
    if any(dispute.is_lost for dispute in payment.disputes):
        return Status.CHARGED_BACK if order.status != Status.REFUNDED else Status.REFUNDED
    if order.status == Status.NEEDS_REVIEW:
        return Status.NEEDS_REVIEW
    if any(dispute.is_open for dispute in payment.disputes) and order.status != Status.REFUNDED:
        return Status.DISPUTED
    return Status.PARTIALLY_REFUNDED if payment.refunded_amount else Status.PAID


def _change_status(order: Order, status: Status, refunded_amount: int) -> None:
    """Change the status of a paid order and its access; money that comes back for what nobody can be given is left to staff."""
    had_access, news = order.gives_access, _news_of_return(order, status)
    again = "the course was bought again" if news and _has_other_order(order) else ""
    if news and (reason := again or find_gone(order)):
        order.review(f"{news} after {reason}.", refunded_amount=refunded_amount)
        return
    order.adjust(status, refunded_amount)
    if news == WON_AFTER_ALL:
        order.note(attention=f"{news}: it is {order.get_status_display().lower()} again.")
    if had_access and not order.gives_access:
        revoke(order.user_id, order.course_id, order=order.pk, reason=order.get_status_display())
    elif order.gives_access and not had_access:
        restore(order.user_id, order.course_id, order=order.pk, reason=order.get_status_display())


def _news_of_return(order: Order, status: Status) -> str:
    """Return why an order whose money was gone has it again; empty if it was not gone, or is still."""
    if status not in LIVE:
        return ""
    news = {Status.REFUNDED: REFUND_FAILED, Status.CHARGED_BACK: WON_AFTER_ALL}
    return news.get(Status(order.status), "")


def _settle_refund(order: Order, refund: RefundSnapshot) -> bool:
    """Save and book the state of a refund, ours or one made in the dashboard; return whether it is new."""
    row = _find_refund(order, refund) or Refund(
        order=order, reason=f"Made at Stripe: {refund.reason}"
    )
    fields = {"stripe_refund_id": refund.id, "status": refund.status, "amount": refund.amount}
    is_saved = _save_if_changed(row, fields)
    book = bookings.book_refund if refund.is_counted else bookings.book_failed_refund
    return book(row) or is_saved


def _find_refund(order: Order, refund: RefundSnapshot) -> Refund | None:
    """Find the row of a refund by Stripe's id or, before that is saved, by the id that we sent."""
    rows = list(Refund.objects.filter(order=order))
    known = (row for row in rows if row.stripe_refund_id == refund.id)
    sent = (row for row in rows if str(row.pk) == refund.refund_id)
    return next(known, None) or next(sent, None)


def _settle_dispute(order: Order, dispute: DisputeSnapshot) -> bool:
    """Save the state of a dispute and book the money that it moved; return whether anything is new."""
    is_booked = bookings.book_dispute(order, dispute)
    row = Dispute.objects.filter(stripe_dispute_id=dispute.id).first()
    is_new = row is None
    row = row or Dispute(order=order, stripe_dispute_id=dispute.id)
    names = ("status", "reason", "amount", "evidence_due_at", "has_evidence", "submission_count")
    fields = {name: getattr(dispute, name) for name in names}
    is_saved = _save_if_changed(row, fields)
    if is_new and (dispute.is_open or dispute.is_inquiry):
        order.note(attention=f"Dispute {dispute.id}: {dispute.status}, {dispute.reason}."[:300])
    return is_saved or is_booked


def _save_if_changed(row: Refund | Dispute, fields: dict[str, Any]) -> bool:
    """Save fields that differ from the row's; return whether there were any."""
    if all(getattr(row, name) == value for name, value in fields.items()):
        return False
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    return True
