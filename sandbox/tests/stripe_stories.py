"""Actions that the tests of the Stripe stand-in share."""

from typing import Any

import httpx
import stripe
from stripe.params.checkout import SessionCreateParams

from sandbox.tests.stripe_contract import params

EVERYTHING = ["line_items", "payment_intent.latest_charge.balance_transaction"]


def order(**changes: Any) -> SessionCreateParams:
    """Return the parameters with which the application sells a course for 49.99 USD."""
    values = {
        "mode": "payment",
        "ui_mode": "hosted_page",
        "line_items": [line()],
        "client_reference_id": "65f0c0ffee0000000000abcd",
        "metadata": {"order": "65f0c0ffee0000000000abcd", "attempt": "1"},
        "payment_intent_data": {"metadata": {"order": "65f0c0ffee0000000000abcd"}},
        "success_url": "https://shop.test/thanks?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "https://shop.test/course",
        **changes,
    }
    return params(SessionCreateParams, values)


def line(amount: int = 4999, currency: str = "usd", **price: Any) -> dict[str, Any]:
    """Return one line item, priced in minor units."""
    data = {
        "currency": currency,
        "unit_amount": amount,
        "product_data": {"name": "Sewing for beginners"},
        **price,
    }
    return {"price_data": data, "quantity": 1}


def act(session: stripe.checkout.Session, action: str) -> httpx.Response:
    """Press a button of the hosted page."""
    # Loopback has no TLS, and loading certificates takes longer than the request.
    return httpx.post(session.url or "", data={"action": action}, verify=False)


def sold(
    client: stripe.StripeClient, action: str = "pay", **changes: Any
) -> stripe.checkout.Session:
    """Return a session after its customer pressed a button, with everything expanded."""
    session = client.v1.checkout.sessions.create(order(**changes))
    act(session, action).raise_for_status() if action == "decline" else act(session, action)
    return client.v1.checkout.sessions.retrieve(session.id, {"expand": EVERYTHING})


def event_types(client: stripe.StripeClient) -> list[str]:
    """Return the types of all events, in the order in which they happened."""
    return [event.type for event in reversed(client.v1.events.list({"limit": 100}).data)]
