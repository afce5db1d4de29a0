"""Events of Stripe: each is stored once and processed once. An event is only a trigger to sync its order."""

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

CHECKOUT_EVENTS = {
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
}
MONEY_EVENTS = {
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
FRAUD_WARNING = "radar.early_fraud_warning.created"
ALERT_EVENTS = {"payment_intent.payment_failed", FRAUD_WARNING}
HANDLED_EVENTS = CHECKOUT_EVENTS | MONEY_EVENTS | ALERT_EVENTS
"""All others are stored as ignored."""


def record_event(event: Event) -> StripeEvent:
    """Store an event under its unique id, or return the stored one."""
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


def process_event(event: StripeEvent) -> None:
    """Sync the order of an event, unless that is done; mark the event as ignored if there is no order.

    An error is kept with the event and raised, so that Stripe delivers the event again.
    """
    if event.is_done:
        return
    try:
        order = _sync_order_of(event) if event.type in HANDLED_EVENTS else None
    except Exception as error:
        event.fail(_describe(error))
        raise
    event.finish(StripeEvent.Status.PROCESSED if order else StripeEvent.Status.IGNORED, order)


def _sync_order_of(event: StripeEvent) -> Order | None:
    """Sync the order of an event and return it; return None if the event is about no order of ours."""
    order = _find_order(event)
    if order is None:
        return None
    session_id = event.object_id if event.type in CHECKOUT_EVENTS else None
    order = sync_order(order, session_id=session_id)
    if event.type in ALERT_EVENTS:
        logger.warning("%s for order %s", event.type, order.pk)
    if event.type == FRAUD_WARNING and not order.attention:
        order.note(attention="Stripe warns of fraud: consider a refund before it is disputed.")
    return order


def _find_order(event: StripeEvent) -> Order | None:
    """Find the order by the Stripe id that we stored, else by the order id in Stripe's metadata."""
    try:
        if event.type in CHECKOUT_EVENTS:
            order = Order.objects.filter(checkout_session_id=event.object_id).first()
            return order or _find_by_id(client.retrieve_session_order_id(event.object_id))
        if not event.payment_intent_id:
            return None
        order = Order.objects.filter(payment_intent_id=event.payment_intent_id).first()
        return order or _find_by_id(client.retrieve_intent_order_id(event.payment_intent_id))
    except exceptions.PaymentRejected as error:
        if error.reason == "resource_missing":
            return None
        raise


def _find_by_id(order_id: str) -> Order | None:
    return Order.objects.filter(pk=order_id).first() if ObjectId.is_valid(order_id) else None


def _describe(error: Exception) -> str:
    """Return the name and place of an error; its message may contain secrets or a customer's input."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    code = getattr(error, "default_code", "")
    return f"{type(error).__name__} {code} in {frame.name}, line {frame.lineno}".replace("  ", " ")
