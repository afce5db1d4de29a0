"""The API as browsers and Stripe call it, inside this process."""

import json
from typing import Any

import stripe
from django.conf import settings
from django.test import Client
from django.test.client import ClientHandler

WEBHOOK = "/api/v1/payments/webhooks/stripe"
# One for all clients: each handler would load the middleware again.
HANDLER = ClientHandler(enforce_csrf_checks=False)


def client(**headers: str) -> Client:
    """Return a client whose requests carry these headers; it never raises a view's exception."""
    new = Client(headers=headers, raise_request_exception=False)
    new.handler = HANDLER
    return new


def post(sender: Client, path: str, **body: Any) -> Any:
    """Send JSON to a path below /api/v1 and return the response."""
    return send(sender, "POST", path, **body)


def send(sender: Client, method: str, path: str, **body: Any) -> Any:
    """Send JSON to a path below /api/v1, by any method, and return the response."""
    return sender.generic(method, f"/api/v1/{path}", json.dumps(body), "application/json")


def deliver(event: dict[str, Any]) -> Any:
    """Send one of Stripe's events to the webhook, signed now, and return the response."""
    body = json.dumps(event)
    signature = stripe.WebhookSignature.generate_signature_header(
        body, settings.STRIPE_WEBHOOK_SECRETS[0]
    )
    headers = {"Stripe-Signature": signature}
    return client().post(WEBHOOK, body, content_type="application/json", headers=headers)
