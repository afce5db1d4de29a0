"""Giving money back: by the student within the terms, by staff as they see fit."""

from datetime import timedelta

from bson import ObjectId
from django.conf import settings
from django.utils import timezone

from learning.queries.enrollments import percentage
from lms.mongodb.transaction import atomic
from payments.exceptions import (
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
    """Is there money of this order with us that may go back?"""
    has_money = bool(order.payment_intent_id) and order.refundable_amount > 0
    return has_money and order.status in REFUNDABLE


def refund_as_student(order: Order, reason: str = "") -> Order:
    """Give a student all their money back; again, it changes nothing.

    Raises `RefundWindowClosed` (409) after `REFUND_DAYS` or from `REFUND_PROGRESS_PERCENT` on, `NotRefundable` (409)
    where nothing was paid.
    """
    if order.status == Order.Status.REFUNDED or _is_under_way(order):
        return sync_order(order)
    if not order.paid_at or not is_refundable(order):
        raise NotRefundable
    is_late = timezone.now() >= order.paid_at + timedelta(days=settings.REFUND_DAYS)
    seen = percentage(order.user_id, order.course_id)
    if is_late or seen >= settings.REFUND_PROGRESS_PERCENT:
        raise RefundWindowClosed
    try:
        return refund_order(order, reason=reason)
    except NotRefundable:
        if _is_under_way(order):  # a second click
            return sync_order(order)
        raise


def refund_order(
    order: Order, *, amount: int | None = None, reason: str = "", refund_id: ObjectId | None = None
) -> Order:
    """Give back an amount, all that is left if None; returns the order as it is then.

    Who may ask twice for the same chooses the refund's id. Raises `RefundRepeated` (409) if it was asked for already,
    `NotRefundable` (409) for more than is left, `PaymentRejected` (409) if Stripe refuses, `RefundDelayed` (503) if it
    does not answer: then the refund stands and is made by the next sync.
    """
    refund = _request(order.pk, amount, reason, refund_id)
    try:
        order = sync_order(Order.objects.get(pk=order.pk))
    except PaymentProviderUnavailable:
        raise RefundDelayed from None
    refund.refresh_from_db()
    if refund.status == Refund.Status.FAILED and not refund.stripe_refund_id:
        # A part had gone back at Stripe, and we hear of it only now: less is left than we thought.
        is_stale = amount is None and order.refundable_amount < refund.amount
        if is_stale and is_refundable(order):
            return refund_order(order, reason=reason)
        raise PaymentRejected
    return order


@atomic
def _request(
    order_id: ObjectId, amount: int | None, reason: str, refund_id: ObjectId | None
) -> Refund:
    """Write a refund down before Stripe hears of it, never above what is left.

    The change of the order lets no two do so at once: both would read what is left before either had taken it.
    """
    order = Order.objects.get(pk=order_id)
    order.note()
    if refund_id and Refund.objects.filter(pk=refund_id).exists():
        raise RefundRepeated
    counted = Refund.objects.filter(order=order, status__in=Refund.COUNTED)
    left = order.total_amount - sum(counted.values_list("amount", flat=True))
    amount = left if amount is None else amount
    if not is_refundable(order) or not 0 < amount <= left:
        raise NotRefundable
    return Refund.objects.create(pk=refund_id, order=order, amount=amount, reason=reason)


def _is_under_way(order: Order) -> bool:
    """Has all that was paid been given back, or is it about to be?"""
    counted = Refund.objects.filter(order=order, status__in=Refund.COUNTED)
    return 0 < order.total_amount <= sum(counted.values_list("amount", flat=True))
