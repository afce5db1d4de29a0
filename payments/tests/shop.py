"""The customer's and Stripe's part of a purchase, played over the sandbox."""

import json
from typing import Any

import httpx
import stripe
from django.conf import settings
from django.test import Client

WEBHOOK = "/api/v1/payments/webhooks/stripe"


class Shop:
    """Pay on Stripe's page, pull at the sandbox's strings, and carry its events to our webhook."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, trust_env=False, timeout=30)

    def __enter__(self) -> "Shop":
        return self

    def __exit__(self, *error: object) -> None:
        self.http.close()

    # --- The customer, on Stripe's page

    def act(self, checkout_url: str, action: str = "pay") -> httpx.Response:
        return self.http.post(checkout_url, data={"action": action})

    def pay(self, checkout_url: str) -> None:
        assert self.act(checkout_url).status_code == 303

    # --- Banks, staff in Stripe's dashboard, bad luck

    def control(self, path: str, **fields: Any) -> Any:
        answer = self.http.post(f"/_control/{path}", json=fields)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def fault(self, mode: str = "none", target: str = "stripe", **fields: Any) -> None:
        self.control("faults", target=target, mode=mode, **fields)

    # --- What Stripe has

    def get(self, path: str, **params: Any) -> Any:
        answer = self.http.get(
            f"/v1/{path}", params=params, headers={"Authorization": "Bearer sk_test_sandbox"}
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def all(self, path: str) -> list[dict[str, Any]]:
        return self.get(path, limit=100)["data"]

    def requests(self, path: str, method: str = "POST") -> list[dict[str, Any]]:
        """What we asked of Stripe, newest first; keys included."""
        found = self.http.get("/_control/requests", params={"target": "stripe"}).json()
        return [each for each in found if each["path"] == path and each["method"] == method]

    # --- Stripe's webhooks

    def events(self, *types: str) -> list[dict[str, Any]]:
        """Everything that happened, oldest first."""
        found = reversed(self.all("events"))
        return [event for event in found if not types or event["type"] in types]

    def tell(self, *types: str) -> list[int]:
        """Deliver all events so far, or those of some types; gives the statuses."""
        return [self.deliver(event).status_code for event in self.events(*types)]

    def deliver(self, event: Any, **headers: str) -> Any:
        return post(json.dumps(event).encode(), **headers)


def sign(body: bytes, secret: str | None = None, at: int | None = None) -> str:
    """Sign as Stripe does."""
    secret = secret or settings.STRIPE_WEBHOOK_SECRETS[0]
    return stripe.WebhookSignature.generate_signature_header(body.decode(), secret, at)


def post(body: bytes, signature: str | None = None) -> Any:
    """Post a body to our webhook, signed if nothing else is said."""
    headers = {"Stripe-Signature": sign(body) if signature is None else signature}
    return Client().post(WEBHOOK, body, content_type="application/json", headers=headers)
