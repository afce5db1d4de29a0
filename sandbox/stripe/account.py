"""The Stripe account that the stand-in plays: what it knows and where it sends webhooks."""

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
    """Keep Stripe's objects, by the name in their `object` and their id."""

    def __init__(
        self, store: Store, outbox: Outbox, *, webhook_url: str | None, webhook_secret: str
    ) -> None:
        """Take where events go; with no ``webhook_url`` they are only kept."""
        self.store = store
        self.outbox = outbox
        self.webhook_url = self._first_webhook_url = webhook_url
        self.webhook_secret = webhook_secret
        # The address under which the last caller reached us, for the links that we hand out.
        self.public_url = ""
        # Since `capture_method` is `automatic_async`, a charge may be there before its fee.
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
        """Return an object that is known to be there."""
        thing = self.find(kind, id)
        if thing is None:
            raise LookupError(f"{kind} {id} is gone")
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
        """Do something after a while, outside of the request that asked for it."""
        loop = asyncio.get_running_loop()
        self._timers.append(loop.call_later(seconds, act, context=Context()))

    def reset(self) -> None:
        """Send webhooks where they went at first, and give up what was to be done later."""
        self.webhook_url = self._first_webhook_url
        self.late_fee_seconds = 0.0
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()


def new_id(prefix: str, length: int = 24) -> str:
    """Return an id in Stripe's manner."""
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(length))


def now() -> int:
    """Return the time in whole seconds, as Stripe counts it."""
    return int(time.time())
