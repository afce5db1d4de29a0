"""Events, stored and sent as signed webhooks (docs.stripe.com/webhooks)."""

import json
from contextvars import ContextVar
from fnmatch import fnmatchcase
from typing import Any

import stripe

from sandbox.outbox import MakeRequest, is_success
from sandbox.stripe import lists
from sandbox.stripe.account import API_VERSION, Account, Thing, new_id, now
from sandbox.stripe.errors import StripeError

NO_REQUEST = {"id": None, "idempotency_key": None}
# The API request that causes events; events of the dashboard or of time have none.
current_request: ContextVar[Thing | None] = ContextVar("current_request", default=None)


def emit(account: Account, type: str, thing: Thing, previous: Thing | None = None) -> None:
    """Save an event about an object as it is now, and send it.

    ``previous`` has the old values of the attributes that an update changed.
    """
    data: Thing = {"object": thing}
    if previous is not None:
        data["previous_attributes"] = previous
    event: Thing = {
        "id": new_id("evt_1", 23),
        "object": "event",
        "api_version": API_VERSION,
        "created": now(),
        "data": data,
        "livemode": False,
        "pending_webhooks": 1 if account.webhook_url else 0,
        "request": current_request.get() or NO_REQUEST,
        "type": type,
    }
    account.save(event)
    if account.webhook_url:
        account.outbox.send(event["id"], account.webhook_url, signed(account, event))


async def deliver(account: Account, id: str, times: int, *, parallel: bool) -> list[int]:
    """Send an event again, `times` times; return the statuses, 0 for no answer.

    Raises LookupError for an unknown event, ValueError if there is no endpoint.
    """
    event = account.get("event", id)
    if account.webhook_url is None:
        raise ValueError("no webhook endpoint is set")
    account.outbox.register(id, account.webhook_url, signed(account, event))
    return await account.outbox.deliver_now(id, times=times, parallel=parallel)


def signed(account: Account, event: Thing) -> MakeRequest:
    """Return a function that returns the request for an event, signed at the time of the call."""
    body = json.dumps(event, indent=2)

    def make_request() -> tuple[bytes, dict[str, str]]:
        signature = stripe.WebhookSignature.generate_signature_header(body, account.webhook_secret)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature,
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        return body.encode(), headers

    return make_request


def is_delivered(account: Account, event: Thing) -> bool:
    """Return whether an event was delivered; without an endpoint it counts as delivered."""
    if event["pending_webhooks"] == 0:
        return True
    attempts = account.outbox.deliveries(event["id"])
    return any(is_success(attempt["status"] or 0) for attempt in attempts)


def present(account: Account, event: Thing) -> Thing:
    """Return an event with its current `pending_webhooks`."""
    return {**event, "pending_webhooks": 0 if is_delivered(account, event) else 1}


def retrieve(account: Account, params: dict[str, Any], id: str) -> Thing:
    """Answer GET /v1/events/{id}."""
    return present(account, account.named("event", id))


def list_all(account: Account, params: dict[str, Any]) -> Thing:
    """Answer GET /v1/events, by `type` (with `*`), `types`, `created` and `delivery_success`."""
    if "type" in params and "types" in params:
        raise StripeError("You may only specify one of these parameters: type, types.")
    patterns = [params["type"]] if "type" in params else params.get("types", ["*"])
    events = [
        event
        for event in lists.matching(account.all("event"), params)
        if any(fnmatchcase(event["type"], pattern) for pattern in patterns)
    ]
    if "delivery_success" in params:
        wanted = params["delivery_success"]
        events = [event for event in events if is_delivered(account, event) is wanted]
    answer = lists.page("/v1/events", events, params, everything=account.all("event"))
    answer["data"] = [present(account, event) for event in answer["data"]]
    return answer


def overview(account: Account) -> list[Thing]:
    """Return all events, newest first, with the result of each delivery."""
    return [
        {
            "id": event["id"],
            "type": event["type"],
            "created": event["created"],
            "object_id": event["data"]["object"]["id"],
            "payment_intent": payment_intent_of(event["data"]["object"]),
            "deliveries": account.outbox.deliveries(event["id"]),
        }
        for event in account.all("event")
    ]


def payment_intent_of(thing: Thing) -> str | None:
    """Return the id of the payment that an object is about."""
    own = thing["id"] if thing["object"] == "payment_intent" else None
    return own or thing.get("payment_intent")
