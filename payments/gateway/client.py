"""Stripe, and nobody else imports it: requests in our words, `answers.py` for what comes back.

Every function raises `PaymentProviderUnavailable` (503) when Stripe cannot be reached, `PaymentRejected` (409)
when it refuses. Facts: https://docs.stripe.com/api and the installed SDK's own sources.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any

import orjson
import stripe
from django.conf import settings

from payments import exceptions
from payments.gateway import parsing
from payments.gateway.snapshots import DisputeState, Event, Payment, RefundState, Session
from payments.models import Order, Refund

logger = logging.getLogger(__name__)

PAYMENT = "payment_intent.latest_charge.balance_transaction"
MISSING = "resource_missing"
MOST_AGE_SECONDS = 300


@cache
def _client() -> stripe.StripeClient:
    """Make the process's one client. Its own defaults are no retries and 80 seconds of waiting."""
    return stripe.StripeClient(
        settings.STRIPE_SECRET_KEY,
        stripe_version=settings.STRIPE_API_VERSION,
        max_network_retries=2,
        http_client=stripe.RequestsClient(timeout=(3, 20)),
        base_addresses={"api": settings.STRIPE_API_BASE} if settings.STRIPE_API_BASE else None,
    )


@contextmanager
def _asking(what: str) -> Iterator[Any]:
    """Give the client; turn what goes wrong into our own errors, logged without any secret."""
    try:
        yield _client().v1
    except stripe.IdempotencyError as error:
        logger.warning("Stripe has another use of this key: %s", what)
        raise exceptions.KeyReused("idempotency_error") from error
    except (stripe.InvalidRequestError, stripe.CardError) as error:
        logger.warning("Stripe refuses: %s (%s, %s)", what, error.code, error.param)
        raise exceptions.PaymentRejected(error.code or "", error.param or "") from error
    except stripe.StripeError as error:
        kind = type(error).__name__
        logger.error("Stripe is not available: %s (%s, %s)", what, kind, error.http_status)
        raise exceptions.PaymentProviderUnavailable from error


@contextmanager
def _forgiving(reason: str) -> Iterator[None]:
    """Take a refusal for this reason as done: what was wanted is so already."""
    try:
        yield
    except exceptions.PaymentRejected as error:
        if error.reason != reason:
            raise


# --- Customers ----------------------------------------------------------------------------------------------


def create_customer(user_id: str, *, email: str, name: str, key: str) -> str:
    """Make a customer of a person and give its id."""
    params = {"email": email, "name": name, "metadata": {"user": user_id}}
    with _asking("create a customer") as client:
        return client.customers.create(params, {"idempotency_key": key}).id


def update_customer(customer_id: str, *, email: str, name: str) -> None:
    """Tell Stripe a person's new address, to which it sends receipts; one who is gone is told nothing."""
    with _forgiving(MISSING), _asking("update a customer") as client:
        client.customers.update(customer_id, {"email": email, "name": name})


def delete_customer(customer_id: str) -> None:
    """Have Stripe forget a person; one that is gone already is forgotten."""
    with _forgiving(MISSING), _asking("delete a customer") as client:
        client.customers.delete(customer_id)


# --- Checkout -----------------------------------------------------------------------------------------------


def create_session(order: Order, *, title: str, customer_id: str) -> Session:
    """Open Stripe's page for an order's attempt; asked again, it gives the same one.

    Raises `KeyReused` if something that goes into the request has changed since.
    """
    ours = {"order": str(order.pk), "attempt": str(order.attempt)}
    price: dict[str, Any] = {
        "currency": order.currency,
        "unit_amount": order.net_amount,
        "product_data": {"name": title},
    }
    params: dict[str, Any] = {
        "mode": "payment",
        "ui_mode": "hosted_page",
        "customer": customer_id,
        "client_reference_id": str(order.pk),
        "metadata": ours,
        "payment_intent_data": {"metadata": ours, "description": title},
        "line_items": [{"price_data": price, "quantity": 1}],
        "success_url": settings.CHECKOUT_SUCCESS_URL.replace("{ORDER_ID}", str(order.pk)),
        "cancel_url": settings.CHECKOUT_CANCEL_URL.replace("{ORDER_ID}", str(order.pk)),
    }
    if order.expires_at:
        params["expires_at"] = int(order.expires_at.timestamp())
    if settings.STRIPE_AUTOMATIC_TAX:
        params["automatic_tax"] = {"enabled": True}
        params["customer_update"] = {"address": "auto"}
        price["tax_behavior"] = "exclusive"
    if settings.STRIPE_PROMOTION_CODES:
        params["allow_promotion_codes"] = True
    with _asking(f"open a checkout for order {order.pk}") as client:
        key = f"order-{order.pk}-{order.attempt}"
        found = client.checkout.sessions.create(params, {"idempotency_key": key})
        return parsing.session_of(found.to_dict())


def expire_session(session_id: str) -> bool:
    """Close Stripe's page; False if its customer has done their part or its time is over."""
    try:
        with _forgiving(MISSING), _asking("expire a checkout") as client:
            client.checkout.sessions.expire(session_id)
    except exceptions.PaymentRejected:
        return False
    return True


def payment(session_id: str) -> Payment | None:
    """Ask how a checkout stands, with everything that became of its payment.

    None if Stripe has no such checkout: it was made with the keys of the other mode, or of another account.
    """
    with _forgiving(MISSING), _asking("look at a checkout") as client:
        found = client.checkout.sessions.retrieve(session_id, {"expand": [PAYMENT]})
        session = parsing.session_of(found.to_dict())
        if session.intent is None:
            return Payment(session)
        of = {"payment_intent": session.intent.id, "limit": 100}
        refunds = client.refunds.list(of).auto_paging_iter()
        disputes = client.disputes.list(of).auto_paging_iter()
        return Payment(
            session,
            tuple(parsing.refund_of(refund.to_dict()) for refund in refunds),
            tuple(parsing.dispute_of(dispute.to_dict()) for dispute in disputes),
        )
    return None


def order_of_session(session_id: str) -> str:
    """Give the order's id that we wrote into a session; empty if it is not ours."""
    with _asking("look at a checkout") as client:
        return parsing.order_of(client.checkout.sessions.retrieve(session_id).to_dict())


def order_of_intent(intent_id: str) -> str:
    """Give the order's id that we wrote into a payment; empty if it is not ours."""
    with _asking("look at a payment") as client:
        return parsing.order_of(client.payment_intents.retrieve(intent_id).to_dict())


# --- Refunds ------------------------------------------------------------------------------------------------


def create_refund(refund: Refund, *, payment_intent_id: str) -> None:
    """Give money back; asked again for the same row, it is given once."""
    params = {
        "payment_intent": payment_intent_id,
        "amount": refund.amount,
        "reason": "requested_by_customer",
        "metadata": {"order": str(refund.order_id), "refund": str(refund.pk)},
    }
    with _asking(f"refund {refund.pk}") as client:
        client.refunds.create(params, {"idempotency_key": f"refund-{refund.pk}"})


# --- Events -------------------------------------------------------------------------------------------------


def read_event(body: bytes, signature: str) -> Event:
    """Read what came to the webhook.

    Raises `BadEvent` (400) for anything that is not a fresh event of our mode, signed with one of our secrets.
    https://docs.stripe.com/webhooks#verify-manually
    """
    if not any(_is_signed(body, signature, secret) for secret in settings.STRIPE_WEBHOOK_SECRETS):
        raise exceptions.BadEvent
    try:
        event = orjson.loads(body)
        if event["object"] != "event" or event["livemode"] is not settings.STRIPE_LIVEMODE:
            raise exceptions.BadEvent
        return parsing.event_of(event)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, OSError):
        raise exceptions.BadEvent from None


def _is_signed(body: bytes, header: str, secret: str) -> bool:
    """Did the owner of the secret sign this body, not long ago and not in the future?"""
    try:
        stripe.WebhookSignature.verify_header(body, header, secret, MOST_AGE_SECONDS)
    except (stripe.SignatureVerificationError, UnicodeError, TypeError):
        return False
    # The SDK takes any future time; it read the first `t` of the header, and so do we.
    signed_at = int(next(p.split("=")[1] for p in header.split(",") if p.startswith("t=")))
    return signed_at <= time.time() + MOST_AGE_SECONDS


# --- Everything since a time, newest first; what is not ours among it -------------------------------------------


def completed_sessions(since: datetime) -> Iterator[Session]:
    """List the checkouts opened since then whose customers have done their part; without their payments."""
    with _asking("list checkouts") as client:
        found = client.checkout.sessions.list({**_page(since), "status": "complete"})
        for session in found.auto_paging_iter():
            yield parsing.session_of(session.to_dict())


def refunds(since: datetime) -> Iterator[tuple[str, RefundState]]:
    """List the refunds made since then, each with its payment's id."""
    with _asking("list refunds") as client:
        for refund in client.refunds.list(_page(since)).auto_paging_iter():
            found = refund.to_dict()
            yield parsing.id_of(found.get("payment_intent")), parsing.refund_of(found)


def disputes(since: datetime) -> Iterator[tuple[str, DisputeState]]:
    """List the disputes opened since then, each with its payment's id."""
    with _asking("list disputes") as client:
        for dispute in client.disputes.list(_page(since)).auto_paging_iter():
            found = dispute.to_dict()
            yield parsing.id_of(found.get("payment_intent")), parsing.dispute_of(found)


def undelivered_events(since: datetime) -> Iterator[Event]:
    """List the events since then that our webhook has not taken; Stripe keeps them for 30 days.

    https://docs.stripe.com/webhooks/process-undelivered-events
    """
    with _asking("list undelivered events") as client:
        found = client.events.list({**_page(since), "delivery_success": False})
        for event in found.auto_paging_iter():
            yield parsing.event_of(event.to_dict())


def _page(since: datetime) -> Any:
    return {"created": {"gte": int(since.timestamp())}, "limit": 100}
