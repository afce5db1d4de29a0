"""What Stripe tells us: written down once, acted on once. An event is only a trigger to look."""

import logging
import traceback

from bson import ObjectId
from django.db import IntegrityError

from payments import exceptions
from payments.fulfilment.sync import sync_order
from payments.gateway import client
from payments.gateway.snapshots import Event
from payments.models import Order, StripeEvent

logger = logging.getLogger(__name__)

OF_SESSIONS = {
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
}
OF_MONEY = {
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.refunded",
    "charge.refund.updated",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "charge.dispute.closed",
}
ALERTS = {"payment_intent.payment_failed", "radar.early_fraud_warning.created"}


def record(event: Event) -> StripeEvent:
    """Write an event down under its unique id, or find it written."""
    try:
        return StripeEvent.objects.create(
            id=event.id,
            type=event.type,
            object_id=event.object_id,
            payment_intent_id=event.payment_intent_id,
            livemode=event.livemode,
            created_at=event.created_at,
        )
    except IntegrityError:
        return StripeEvent.objects.get(pk=event.id)


def process(event: StripeEvent) -> None:
    """Look at what an event is about and act on it, unless that is done.

    What goes wrong is kept with the event and raised, for Stripe to tell us again.
    """
    if event.is_done:
        return
    try:
        order = _look(event) if event.type in OF_SESSIONS | OF_MONEY | ALERTS else None
    except Exception as error:
        event.fail(_describe(error))
        raise
    event.finish(StripeEvent.Status.PROCESSED if order else StripeEvent.Status.IGNORED, order)


def _look(event: StripeEvent) -> Order | None:
    """Bring the order of an event up to date; None if it is not ours."""
    order = _order_of(event)
    if order is None:
        return None
    session_id = event.object_id if event.type in OF_SESSIONS else None
    order = sync_order(order, session_id=session_id)
    if event.type in ALERTS:
        logger.warning("%s for order %s", event.type, order.pk)
    if event.type == "radar.early_fraud_warning.created" and not order.attention:
        order.note(attention="Stripe warns of fraud: consider a refund before it is disputed.")
    return order


def _order_of(event: StripeEvent) -> Order | None:
    """Find the order by what it knows of Stripe, else by what Stripe knows of it."""
    try:
        if event.type in OF_SESSIONS:
            known = Order.objects.filter(checkout_session_id=event.object_id).first()
            return known or _order(client.order_of_session(event.object_id))
        if not event.payment_intent_id:
            return None
        known = Order.objects.filter(payment_intent_id=event.payment_intent_id).first()
        return known or _order(client.order_of_intent(event.payment_intent_id))
    except exceptions.PaymentRejected as error:
        if error.reason == "resource_missing":
            return None
        raise


def _order(order_id: str) -> Order | None:
    return Order.objects.filter(pk=order_id).first() if ObjectId.is_valid(order_id) else None


def _describe(error: Exception) -> str:
    """Name an error and its place; its message may hold secrets or what a customer typed."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    code = getattr(error, "default_code", "")
    return f"{type(error).__name__} {code} in {frame.name}, line {frame.lineno}".replace("  ", " ")
