"""Requests to Stripe. `parsing.py` turns the replies into snapshots.

Every function raises `PaymentProviderUnavailable` (503) if Stripe cannot be reached, `PaymentRejected` (409) if it
refuses, and `KeyInUse` (503) while the same request is still running. Reference: https://docs.stripe.com/api
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from http import HTTPStatus
from typing import Any

import stripe
from django.conf import settings
from rest_framework.exceptions import APIException

from payments import exceptions
from payments.gateway import parsing
from payments.gateway.snapshots import (
    CheckoutSession,
    DisputeSnapshot,
    Event,
    Movement,
    Payment,
    RefundSnapshot,
)
from payments.models import Order, Refund

logger = logging.getLogger(__name__)

EXPANDED = "payment_intent.latest_charge.balance_transaction"
MISSING = "resource_missing"
KEY_IN_USE = "idempotency_key_in_use"
REFUSALS = {
    "amount_too_large": exceptions.AmountTooLarge,
    "amount_too_small": exceptions.AmountTooSmall,
    "email_invalid": exceptions.EmailRejected,
}
"""Our error for a code of Stripe's, where it is not `PaymentRejected`."""


@cache
def _client() -> stripe.StripeClient:
    """Return the client of this process. The SDK's defaults are no retries and a timeout of 80 seconds."""
    base: Any = settings.STRIPE_API_BASE
    return stripe.StripeClient(
        settings.STRIPE_SECRET_KEY,
        stripe_version=settings.STRIPE_API_VERSION,
        max_network_retries=2,
        http_client=stripe.RequestsClient(timeout=(3, 20)),
        base_addresses={"api": base, "files": base} if base else None,
    )


@contextmanager
def requesting(action: str) -> Iterator[Any]:
    """Yield the client; translate the SDK's errors into ours and log them without any secret."""
    try:
        yield _client().v1
    except stripe.StripeError as error:
        raise _translate(error, action) from error


def _translate(error: stripe.StripeError, action: str) -> APIException:
    """Return our error for one of the SDK's; log it without any secret."""
    code, param = getattr(error.error, "code", None) or "", getattr(error, "param", None) or ""
    if code == KEY_IN_USE or error.http_status == HTTPStatus.CONFLICT:  # the SDK has waited already
        logger.warning("Stripe is still busy with the same request: %s", action)
        return exceptions.KeyInUse()
    if isinstance(error, stripe.IdempotencyError):
        logger.warning("Stripe knows this idempotency key with other content: %s", action)
        return exceptions.KeyReused("idempotency_error")
    if isinstance(error, stripe.InvalidRequestError | stripe.CardError):
        logger.warning("Stripe refuses: %s (%s, %s)", action, code, param)
        return REFUSALS.get(code, exceptions.PaymentRejected)(code, param)
    kind = type(error).__name__
    logger.error("Stripe is unavailable: %s (%s, %s)", action, kind, error.http_status)
    return exceptions.PaymentProviderUnavailable()


@contextmanager
def _ignore_missing() -> Iterator[None]:
    """Treat the refusal of an unknown object as success: there is nothing left to do."""
    try:
        yield
    except exceptions.PaymentRejected as error:
        if error.reason != MISSING:
            raise


# --- Customers ----------------------------------------------------------------------------------------------


def create_customer(user_id: str, *, email: str, name: str, key: str) -> str:
    """Create a customer, without an address if `email` is empty, and return its id."""
    params: Any = {"name": name, "metadata": {"user": user_id}}
    if email:
        params["email"] = email
    with requesting("create a customer") as client:
        return str(client.customers.create(params, {"idempotency_key": key}).id)


def update_customer(customer_id: str, *, email: str, name: str) -> None:
    """Change the address to which Stripe sends receipts; do nothing if the customer is deleted."""
    with _ignore_missing(), requesting("update a customer") as client:
        client.customers.update(customer_id, {"email": email, "name": name})


def delete_customer(customer_id: str) -> None:
    """Delete a customer; do nothing if it is deleted already."""
    with _ignore_missing(), requesting("delete a customer") as client:
        client.customers.delete(customer_id)


def search_customers(user_id: str) -> list[str]:
    """Return the ids of the customers that were created for a person, as far as Stripe's search knows them."""
    query = f"metadata['user']:'{user_id}'"
    with requesting("search customers") as client:
        found = client.customers.search({"query": query, "limit": 100})
        return [str(customer.id) for customer in found.auto_paging_iter()]


# --- Checkout -----------------------------------------------------------------------------------------------


def create_session(order: Order, *, title: str, customer_id: str) -> CheckoutSession:
    """Create the checkout page of an order's attempt; a repeated request returns the same page.

    Raises `KeyReused` if the content of the request has changed since the first time.
    """
    metadata = {"order": str(order.pk), "attempt": str(order.attempt)}
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
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata, "description": title},
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
    with requesting(f"create a checkout for order {order.pk}") as client:
        key = f"order-{order.pk}-{order.attempt}"
        session = client.checkout.sessions.create(params, {"idempotency_key": key})
        return parsing.parse_session(session.to_dict())


def expire_session(session_id: str) -> bool:
    """Close a checkout page; return False if it is completed or expired already."""
    try:
        with _ignore_missing(), requesting("expire a checkout") as client:
            client.checkout.sessions.expire(session_id)
    except exceptions.PaymentRejected:
        return False
    return True


def list_open_sessions(customer_id: str) -> list[str]:
    """Return the ids of a customer's open checkouts; none if Stripe does not know the customer."""
    params: Any = {"customer": customer_id, "status": "open", "limit": 100}
    with _ignore_missing(), requesting("list open checkouts") as client:
        sessions = client.checkout.sessions.list(params)
        return [str(session.id) for session in sessions.auto_paging_iter()]
    return []


def retrieve_payment(session_id: str) -> Payment | None:
    """Return a checkout with its payment, refunds and disputes.

    None if it is unknown to Stripe: then it was created with the keys of the other mode, or of another account.
    """
    with _ignore_missing(), requesting("retrieve a checkout") as client:
        reply = client.checkout.sessions.retrieve(session_id, {"expand": [EXPANDED]})
        session = parsing.parse_session(reply.to_dict())
        if session.payment_intent is None:
            return Payment(session)
        params = {"payment_intent": session.payment_intent.id, "limit": 100}
        refunds = client.refunds.list(params).auto_paging_iter()
        disputes = client.disputes.list(params).auto_paging_iter()
        return Payment(
            session,
            tuple(parsing.parse_refund(refund.to_dict()) for refund in refunds),
            tuple(parsing.parse_dispute(dispute.to_dict()) for dispute in disputes),
        )
    return None


def retrieve_session_order_id(session_id: str) -> str:
    """Return the order id in a session's metadata; empty if the session is not ours."""
    with requesting("retrieve a checkout") as client:
        return parsing.parse_order_id(client.checkout.sessions.retrieve(session_id).to_dict())


def retrieve_intent_order_id(intent_id: str) -> str:
    """Return the order id in a payment intent's metadata; empty if the payment is not ours."""
    with requesting("retrieve a payment") as client:
        return parsing.parse_order_id(client.payment_intents.retrieve(intent_id).to_dict())


# --- Refunds ------------------------------------------------------------------------------------------------


def create_refund(refund: Refund, *, payment_intent_id: str) -> None:
    """Request a refund; a repeated request for the same row refunds once."""
    params = {
        "payment_intent": payment_intent_id,
        "amount": refund.amount,
        "reason": "requested_by_customer",
        "metadata": {"order": str(refund.order_id), "refund": str(refund.pk)},
    }
    with requesting(f"create refund {refund.pk}") as client:
        client.refunds.create(params, {"idempotency_key": f"refund-{refund.pk}"})


# --- Lists since a time, newest first; they include objects of other users of the account ------------------------


def list_completed_sessions(since: datetime) -> Iterator[CheckoutSession]:
    """List the completed checkouts that were created since then, without their payments."""
    with requesting("list checkouts") as client:
        sessions = client.checkout.sessions.list({**_created(since), "status": "complete"})
        for session in sessions.auto_paging_iter():
            yield parsing.parse_session(session.to_dict())


def list_refunds(since: datetime) -> Iterator[tuple[str, RefundSnapshot]]:
    """List the refunds that were created since then, each after its payment intent's id."""
    with requesting("list refunds") as client:
        for refund in client.refunds.list(_created(since)).auto_paging_iter():
            data = refund.to_dict()
            yield parsing.parse_id(data.get("payment_intent")), parsing.parse_refund(data)


def list_disputes(since: datetime) -> Iterator[tuple[str, DisputeSnapshot]]:
    """List the disputes that were created since then, each after its payment intent's id."""
    with requesting("list disputes") as client:
        for dispute in client.disputes.list(_created(since)).auto_paging_iter():
            data = dispute.to_dict()
            yield parsing.parse_id(data.get("payment_intent")), parsing.parse_dispute(data)


def list_movements(since: datetime) -> Iterator[Movement]:
    """List what has moved our balance since then: payments, refunds, disputes, payouts and so on."""
    with requesting("list balance transactions") as client:
        params = {**_created(since), "expand": ["data.source"]}
        for transaction in client.balance_transactions.list(params).auto_paging_iter():
            yield parsing.parse_movement(transaction.to_dict())


def list_undelivered_events(since: datetime) -> Iterator[Event]:
    """List the events since then that our webhook has not accepted; Stripe keeps events for 30 days.

    https://docs.stripe.com/webhooks/process-undelivered-events
    """
    with requesting("list undelivered events") as client:
        events = client.events.list({**_created(since), "delivery_success": False})
        for event in events.auto_paging_iter():
            yield parsing.parse_event(event.to_dict())


def _created(since: datetime) -> Any:
    return {"created": {"gte": int(since.timestamp())}, "limit": 100}
