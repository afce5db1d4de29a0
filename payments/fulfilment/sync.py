"""The one way in which an order follows Stripe, for the webhook, the return page, the reconciler and staff."""

import logging

from bson import ObjectId
from django.db import IntegrityError

from lms.mongodb.transaction import atomic
from payments import exceptions
from payments.fulfilment.references import find_gone
from payments.fulfilment.settlement import settle_order
from payments.gateway import client
from payments.gateway.snapshots import Payment
from payments.models import ENDED_UNPAID, Order, Refund

logger = logging.getLogger(__name__)

MAX_TRIES = 8


def sync_order(order: Order, *, session_id: str | None = None) -> Order:
    """Ask Stripe how an order stands, settle it, and return it.

    May be repeated, and called by many at the same time. `session_id` names a checkout of this order that may not be
    the one on record; if that is a second payment, it becomes an order of its own, which is returned. The open page of
    a deleted course or a closed account is expired. Raises `PaymentProviderUnavailable` (503), and then nothing is
    changed by half.
    """
    order = _sync_once(order, session_id)
    if submit_refunds(order):
        order = _sync_once(order, session_id)
    if order.is_open and order.checkout_session_id and find_gone(order):
        client.expire_session(order.checkout_session_id)
        order = _sync_once(order, None)
    return order


def submit_refunds(order: Order) -> bool:
    """Send the refunds that are requested but unknown to Stripe; return whether there were any.

    A refund that is sent twice is made once: its id is the idempotency key, which Stripe keeps for a day. An older
    refund that has reached Stripe was found by the sync before, and its status is no longer `REQUESTED`.
    """
    requested = Refund.objects.filter(order=order, status=Refund.Status.REQUESTED)
    refunds = list(requested) if order.payment_intent_id else []
    for refund in refunds:
        try:
            client.create_refund(refund, payment_intent_id=str(order.payment_intent_id))
        except exceptions.PaymentRejected as error:
            # If it was made in the dashboard, the purpose is met, and the next sync imports that refund.
            is_done = error.reason == "charge_already_refunded"
            status = Refund.Status.CANCELED if is_done else Refund.Status.FAILED
            requested.filter(pk=refund.pk).update(status=status)
            logger.warning("Stripe refuses refund %s: %s", refund.pk, error.reason)
    return bool(refunds)


def _sync_once(order: Order, session_id: str | None) -> Order:
    """Ask Stripe and settle; ask again if the order was changed in between, by somebody who may know more."""
    for _ in range(MAX_TRIES):
        if session_id and session_id != order.checkout_session_id:
            order = Order.objects.filter(checkout_session_id=session_id).first() or order
        known_id = session_id or order.checkout_session_id
        payment = client.retrieve_payment(known_id) if known_id else None
        try:
            if payment and payment.session.is_paid and order.status in ENDED_UNPAID:
                _close_other_checkout(order)
            return _settle_if_unchanged(order.pk, order.version, payment)
        except (exceptions.Contention, IntegrityError):
            order = Order.objects.get(pk=order.pk)
    raise exceptions.Contention


@atomic
def _settle_if_unchanged(order_id: ObjectId, version: int, payment: Payment | None) -> Order:
    """Settle an order; raise `Contention` if it has changed since Stripe was asked."""
    order = Order.objects.get(pk=order_id)
    if order.version != version:
        raise exceptions.Contention
    return settle_order(order, payment)


def _close_other_checkout(order: Order) -> None:
    """Close another open checkout of the same course, so that a late payment is not followed by a second one."""
    others = Order.objects.live(order.user_id, order.course_id).exclude(pk=order.pk)
    for other in others:
        if other.checkout_session_id and other.is_open:
            client.expire_session(other.checkout_session_id)
            _sync_once(other, None)
