"""Refunds: by students within the conditions, by staff at their discretion."""

from datetime import datetime, timedelta

from bson import ObjectId
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from certificates.queries import has_certificate
from learning.queries.enrollments import consumed_percentage
from lms import currencies
from lms.mongodb.transaction import atomic
from payments.exceptions import (
    KeyInUse,
    NotRefundable,
    PaymentProviderUnavailable,
    PaymentRejected,
    RefundDelayed,
    RefundRepeated,
    RefundWindowClosed,
)
from payments.fulfilment.sync import sync_order
from payments.models import Order, Refund

REFUNDABLE = [Order.Status.PAID, Order.Status.PARTIALLY_REFUNDED, Order.Status.NEEDS_REVIEW]


def is_refundable(order: Order) -> bool:
    """Return whether we hold money of this order that may be refunded."""
    has_money = bool(order.payment_intent_id) and order.refundable_amount > 0
    return has_money and order.status in REFUNDABLE


def refund_as_student(order: Order, reason: str = "") -> Order:
    """Refund a student in full; a repeated call changes nothing.

    Raises `NotRefundable` (409) if nothing was paid, and `RefundWindowClosed` (409).
    """
    if order.status == Order.Status.REFUNDED or _is_refund_requested(order):
        return sync_order(order)
    if not order.paid_at or not is_refundable(order):
        raise NotRefundable
    _check_window(order, order.paid_at)
    try:
        return refund_order(order, reason=reason)
    except NotRefundable:
        if _is_refund_requested(order):  # a second click at the same time
            return sync_order(order)
        raise


def _check_window(order: Order, paid_at: datetime) -> None:
    """Raise `RefundWindowClosed` if staff alone may refund.

    That is `REFUND_DAYS` after the payment, after `REFUND_PROGRESS_PERCENT` of the course were consumed, also in an
    earlier purchase, and once a certificate was issued. The student cannot undo any of the three.
    """
    person_and_course = order.user_id, order.course_id
    if (
        timezone.now() >= paid_at + timedelta(days=settings.REFUND_DAYS)
        or consumed_percentage(*person_and_course) >= settings.REFUND_PROGRESS_PERCENT
        or has_certificate(*person_and_course)
    ):
        raise RefundWindowClosed


def refund_order(
    order: Order, *, amount: int | None = None, reason: str = "", refund_id: ObjectId | None = None
) -> Order:
    """Refund an amount in minor units, or all that is left if it is None; return the order after that.

    A caller that may repeat the same request chooses `refund_id`. Raises `RefundRepeated` (409) if a refund with that
    id exists, `NotRefundable` (409) if the amount is more than is left or between the steps of its currency,
    `PaymentRejected` (409) if Stripe refuses, and
    `RefundDelayed` (503) if Stripe is unavailable: the refund is then kept, and the next sync sends it.
    """
    refund = _create_refund(order.pk, amount, reason, refund_id)
    try:
        order = sync_order(Order.objects.get(pk=order.pk))
    except (PaymentProviderUnavailable, KeyInUse):
        raise RefundDelayed from None
    refund.refresh_from_db()
    if refund.status == Refund.Status.FAILED and not refund.stripe_refund_id:
        # A refund made in the dashboard may be known to us only now: then less is left than we assumed.
        is_outdated = amount is None and order.refundable_amount < refund.amount
        if is_outdated and is_refundable(order):
            return refund_order(order, reason=reason)
        raise PaymentRejected
    return order


@atomic
def _create_refund(
    order_id: ObjectId, amount: int | None, reason: str, refund_id: ObjectId | None
) -> Refund:
    """Create the row of a refund, before any request to Stripe, of at most what is left.

    The order is changed too, so that of two requests at once the second reads the refund of the first.
    """
    order = Order.objects.get(pk=order_id)
    order.note()
    if refund_id and Refund.objects.filter(pk=refund_id).exists():
        raise RefundRepeated
    step = currencies.step(order.currency)
    if amount is not None and amount % step:
        smallest = currencies.display(step, order.currency)
        raise NotRefundable(
            _("A refund in this currency must be a multiple of {smallest}.").format(
                smallest=smallest
            ),
            step=step,
            currency=order.currency,
        )
    left = order.total_amount - _counted_amount(order)
    amount = left if amount is None else amount
    if not is_refundable(order) or not 0 < amount <= left:
        raise NotRefundable
    return Refund.objects.create(pk=refund_id, order=order, amount=amount, reason=reason)


def _is_refund_requested(order: Order) -> bool:
    """Return whether all that was paid has been refunded or is about to be."""
    return 0 < order.total_amount <= _counted_amount(order)


def _counted_amount(order: Order) -> int:
    """Return the sum of the refunds that are requested, pending or made, in minor units."""
    counted = Refund.objects.filter(order=order, status__in=Refund.COUNTED)
    return sum(counted.values_list("amount", flat=True))
