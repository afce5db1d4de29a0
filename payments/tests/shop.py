"""The customer's and Stripe's part of a purchase, played by the sandbox."""

import json
from typing import Any

import httpx
import stripe
from django.conf import settings
from django.test import Client

from sandbox.client import AUTHORIZATION, SandboxClient

WEBHOOK = "/api/v1/payments/webhooks/stripe"


class Shop(SandboxClient):
    """Pay on Stripe's page, use the sandbox's controls, and deliver its events to our webhook."""

    # --- The customer, on Stripe's page

    def pay(self, checkout_url: str) -> None:
        assert self.act(checkout_url).status_code == 303

    # --- Banks, staff in Stripe's dashboard, failures

    def control(self, path: str, **fields: Any) -> httpx.Response:
        """Use a control of the sandbox, which must accept it."""
        return super().control(path, **fields).raise_for_status()

    def fault(self, mode: str = "none", target: str = "stripe", **fields: Any) -> None:
        """Make the next requests fail; without a mode, end all failures."""
        self.control("faults", target=target, mode=mode, **fields)

    # --- Stripe's objects

    def retrieve(self, path: str) -> dict[str, Any]:
        answer = self.http.get(f"/v1/{path}", headers=AUTHORIZATION)
        return answer.raise_for_status().json()

    def create(self, path: str, **fields: str) -> dict[str, Any]:
        """Create an object as another program would, with the account's key."""
        answer = self.http.post(f"/v1/{path}", data=fields, headers=AUTHORIZATION)
        return answer.raise_for_status().json()

    def list_requests(self, path: str, method: str = "POST") -> list[dict[str, Any]]:
        """Return our requests to Stripe, newest first, with their headers."""
        requests = self.http.get("/_control/requests", params={"target": "stripe"}).json()
        return [each for each in requests if each["path"] == path and each["method"] == method]

    # --- Stripe's webhooks

    def list_events(self, *types: str) -> list[dict[str, Any]]:
        """Return all events so far, or those of some types, oldest first."""
        events = reversed(self.list_all("events"))
        return [event for event in events if not types or event["type"] in types]

    def deliver_all(self, *types: str) -> list[int]:
        """Deliver all events so far, or those of some types; return the statuses."""
        return [self.deliver(event).status_code for event in self.list_events(*types)]

    def deliver(self, event: dict[str, Any], **headers: str) -> Any:
        return post(json.dumps(event).encode(), **headers)


def sign(body: bytes, secret: str | None = None, at: int | None = None) -> str:
    """Sign a body as Stripe does."""
    secret = secret or settings.STRIPE_WEBHOOK_SECRETS[0]
    return stripe.WebhookSignature.generate_signature_header(body.decode(), secret, at)


def post(body: bytes, signature: str | None = None) -> Any:
    """Post a body to our webhook, correctly signed unless a signature is named."""
    headers = {"Stripe-Signature": sign(body) if signature is None else signature}
    return Client().post(WEBHOOK, body, content_type="application/json", headers=headers)
