"""One way for a purchase to follow Stripe, whoever asks: webhook, return page, reconciler, staff."""

import logging

from bson import ObjectId
from django.db import IntegrityError

from lms.mongodb.transaction import atomic
from payments import exceptions
from payments.fulfilment.settlement import LATE, settle
from payments.gateway import client
from payments.gateway.snapshots import Payment
from payments.models import Order, Refund

logger = logging.getLogger(__name__)

TURNS = 8


def sync_order(order: Order, *, session_id: str | None = None) -> Order:
    """Ask Stripe how a purchase stands and make it so; returns the order as it is then.

    Safe to call any number of times, by any number at once. `session_id` names a checkout of this order that may not
    be the one on record: what was paid a second time has an order of its own, and that is returned. Raises
    `PaymentProviderUnavailable` (503), and then nothing is half done.
    """
    order = _follow(order, session_id)
    if submit_refunds(order):
        order = _follow(order, session_id)
    return order


def submit_refunds(order: Order) -> bool:
    """Ask Stripe for the refunds that we have decided on; True if there were any.

    Asking twice gives once. Stripe forgets keys after a day: of older ones only those are asked for that it did not
    name when the order was followed.
    """
    requested = Refund.objects.filter(order=order, status=Refund.Status.REQUESTED)
    rows = list(requested) if order.payment_intent_id else []
    for refund in rows:
        try:
            client.create_refund(refund, payment_intent_id=str(order.payment_intent_id))
        except exceptions.PaymentRejected as error:
            # Given back in the dashboard meanwhile: what was wanted is done, and that refund is imported.
            is_done = error.reason == "charge_already_refunded"
            status = Refund.Status.CANCELED if is_done else Refund.Status.FAILED
            requested.filter(pk=refund.pk).update(status=status)
            logger.warning("Refund %s is refused: %s", refund.pk, error.reason)
    return bool(rows)


def _follow(order: Order, session_id: str | None) -> Order:
    """Look at Stripe and act on it; look again if somebody else acted meanwhile, for they may know more."""
    for _ in range(TURNS):
        if session_id and session_id != order.checkout_session_id:
            order = Order.objects.filter(checkout_session_id=session_id).first() or order
        asked = session_id or order.checkout_session_id
        payment = client.payment(asked) if asked else None
        try:
            if payment and payment.session.is_paid and order.status in LATE:
                _make_room(order)
            return _settle(order.pk, order.version, payment)
        except (exceptions.Contention, IntegrityError):
            order = Order.objects.get(pk=order.pk)
    raise exceptions.Contention


@atomic
def _settle(order_id: ObjectId, version: int, payment: Payment | None) -> Order:
    """Act on what was learned after the order was read, unless it has changed since."""
    order = Order.objects.get(pk=order_id)
    if order.version != version:
        raise exceptions.Contention
    return settle(order, payment)


def _make_room(order: Order) -> None:
    """Close another open checkout of the same course, so that late money is not paid a second time."""
    others = Order.objects.live(order.user_id, order.course_id).exclude(pk=order.pk)
    for other in others:
        if other.checkout_session_id and other.is_open:
            client.expire_session(other.checkout_session_id)
            _follow(other, None)
