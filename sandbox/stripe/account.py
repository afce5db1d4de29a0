"""The Stripe account of the sandbox: its objects, and where it sends webhooks."""

import asyncio
import secrets
import string
import time
from collections.abc import Callable
from contextvars import Context
from typing import Any

from sandbox.outbox import Outbox
from sandbox.store import Store
from sandbox.stripe.errors import no_such

API_VERSION = "2026-10-28.endive"
ALPHABET = string.ascii_letters + string.digits

type Thing = dict[str, Any]


class Account:
    """Stripe's objects, by the kind in their `object` and their id."""

    def __init__(
        self,
        store: Store,
        outbox: Outbox,
        *,
        webhook_url: str | None,
        webhook_secret: str,
        refund_seconds: float,
    ) -> None:
        """Without a ``webhook_url``, events are stored and not sent."""
        self.store = store
        self.outbox = outbox
        self.webhook_url = self._first_webhook_url = webhook_url
        self.webhook_secret = webhook_secret
        self.refund_seconds = refund_seconds
        # The address to which the last request was sent, for the links in answers.
        self.public_url = ""
        # With the `capture_method` `automatic_async`, a charge may exist before its fee.
        self.late_fee_seconds = 0.0
        self._timers: list[asyncio.TimerHandle] = []

    def save(self, thing: Thing) -> Thing:
        """Insert or replace an object."""
        self.store.put(f"stripe.{thing['object']}", thing["id"], thing)
        return thing

    def find(self, kind: str, id: str) -> Thing | None:
        """Return an object, or None."""
        return self.store.get(f"stripe.{kind}", id)

    def get(self, kind: str, id: str) -> Thing:
        """Return an object that must exist."""
        thing = self.find(kind, id)
        if thing is None:
            raise LookupError(f"{kind} {id} does not exist")
        return thing

    def named(self, kind: str, id: str, param: str | None = None) -> Thing:
        """Return an object that a request names, in its path or in a parameter.

        Raises StripeError `resource_missing`: 404 for a path, 400 for a parameter.
        """
        thing = self.find(kind, id)
        if thing is None:
            raise no_such(kind, id, param or "id", 400 if param else 404)
        return thing

    def all(self, kind: str) -> list[Thing]:
        """Return the objects of a kind, newest first."""
        return self.store.all(f"stripe.{kind}")

    def later(self, seconds: float, act: Callable[[], object]) -> None:
        """Call a function after some seconds, outside of the current request."""
        loop = asyncio.get_running_loop()
        self._timers.append(loop.call_later(seconds, act, context=Context()))

    def reset(self) -> None:
        """Send webhooks to the first address again, and cancel what was planned."""
        self.webhook_url = self._first_webhook_url
        self.late_fee_seconds = 0.0
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()


def new_id(prefix: str, length: int = 24) -> str:
    """Return a random id that looks like Stripe's."""
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(length))


def now() -> int:
    """Return the time in whole seconds since 1970."""
    return int(time.time())
