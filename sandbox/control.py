"""The controls for tests and demos: what time, banks and bad luck would do."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox import clock
from sandbox.faults import Faults
from sandbox.mail import Mailbox
from sandbox.outbox import Outbox
from sandbox.requests_log import RequestsLog
from sandbox.store import Store
from sandbox.stripe import checkout, disputes, events, refunds
from sandbox.stripe.account import Account
from sandbox.stripe.errors import StripeError

MAX_DELIVERIES = 100


class BadInput(Exception):
    """The input is invalid; the message says why."""


@dataclass(kw_only=True)
class Control:
    """The views below /_control."""

    store: Store
    faults: Faults
    log: RequestsLog
    mailbox: Mailbox
    account: Account
    outboxes: Sequence[Outbox]

    def routes(self) -> list[Route]:
        """Return the routes below /_control."""
        return [
            route("POST", "/sessions/{id}/settle", self.settle),
            route("POST", "/sessions/{id}/expire", self.expire),
            route("POST", "/refunds", self.refund),
            route("POST", "/disputes", self.dispute),
            route("POST", "/clock", self.advance_clock),
            route("GET", "/events", self.list_events),
            route("POST", "/events/{id}/deliver", self.deliver),
            route("POST", "/faults", self.set_fault),
            route("GET", "/messages", self.list_messages),
            route("GET", "/mails", self.list_mails),
            route("GET", "/requests", self.list_requests),
            route("POST", "/late_fees", self.set_late_fees),
            route("POST", "/webhook_endpoint", self.move_webhooks),
            route("POST", "/reset", self.reset),
        ]

    async def settle(self, request: Request, fields: "Fields") -> Any:
        """Let a late payment succeed or fail."""
        session = self.account.named("checkout.session", request.path_params["id"])
        return checkout.settle(self.account, session, succeed=fields.flag("succeed", required=True))

    async def expire(self, request: Request, fields: "Fields") -> Any:
        """Expire an open session."""
        session = self.account.named("checkout.session", request.path_params["id"])
        if session["status"] != "open":
            raise BadInput(f"the session is {session['status']}: only an open one can expire")
        return checkout.expire(self.account, session)

    async def refund(self, request: Request, fields: "Fields") -> Any:
        """Refund a payment as in Stripe's dashboard, or decide an existing `refund`."""
        refund, fail = fields.text("refund", required=False), fields.flag("fail")
        if refund is not None:
            self.account.named("refund", refund, "refund")
            decide = refunds.mark_failed if fail else refunds.mark_succeeded
            return decide(self.account, refund)
        intent, amount = fields.text("payment_intent"), fields.integer("amount", min_=1)
        return refunds.from_dashboard(self.account, intent, amount, fail=fail)

    async def dispute(self, request: Request, fields: "Fields") -> Any:
        """Open or close the dispute of a payment."""
        return disputes.open_or_close(
            self.account,
            fields.text("payment_intent"),
            fields.choice("close", ("won", "lost")),
            inquiry=fields.flag("inquiry"),
        )

    async def advance_clock(self, request: Request, fields: "Fields") -> Any:
        """Let `advance_seconds` pass: in the database of the application, and for open checkouts."""
        seconds = fields.integer("advance_seconds", min_=1, max_=clock.MAX_SECONDS)
        if seconds is None:
            raise BadInput("advance_seconds is missing")
        moved = await asyncio.to_thread(clock.advance, seconds)
        checkout.advance(self.account, seconds)
        return {"advanced_seconds": seconds, "moved": moved}

    async def list_events(self, request: Request, fields: "Fields") -> Any:
        """List all events."""
        return events.overview(self.account)

    async def deliver(self, request: Request, fields: "Fields") -> Any:
        """Deliver an event again and return the statuses of the answers."""
        times = fields.integer("times", min_=1, max_=MAX_DELIVERIES) or 1
        id = request.path_params["id"]
        self.account.named("event", id)
        return await events.deliver(self.account, id, times, parallel=fields.flag("parallel"))

    async def list_messages(self, request: Request, fields: "Fields") -> Any:
        """List what is sent to the application, with new signatures."""
        target = request.query_params.get("target")
        return [
            each
            for outbox in self.outboxes
            if outbox.target == target
            for each in outbox.messages()
        ]

    async def set_fault(self, request: Request, fields: "Fields") -> Any:
        """Set or clear a fault."""
        target, mode = fields.text("target"), fields.text("mode")
        status, count = fields.integer("status"), fields.integer("count")
        seconds = fields.number("seconds")
        self.faults.set(target, mode, status=status, count=count, seconds=seconds)
        return {"target": target, "mode": mode}

    async def list_mails(self, request: Request, fields: "Fields") -> Any:
        """List the received mails."""
        return self.mailbox.mails(request.query_params.get("to"))

    async def list_requests(self, request: Request, fields: "Fields") -> Any:
        """List the requests of the application."""
        return self.log.entries(request.query_params.get("target"))

    async def set_late_fees(self, request: Request, fields: "Fields") -> Any:
        """Let Stripe report its fees `seconds` after a payment, as really happens."""
        seconds = fields.number("seconds")
        if seconds is None or not 0 <= seconds <= 600:
            raise BadInput("seconds must be between 0 and 600")
        self.account.late_fee_seconds = seconds
        return {"seconds": seconds}

    async def move_webhooks(self, request: Request, fields: "Fields") -> Any:
        """Set where Stripe's events are sent."""
        url = fields.text("url")
        if not url.startswith(("http://", "https://")):
            raise BadInput("url must begin with http:// or https://")
        self.account.webhook_url = url
        return {"url": url}

    async def reset(self, request: Request, fields: "Fields") -> Any:
        """Delete everything, and send webhooks to the first address again."""
        for outbox in self.outboxes:
            outbox.clear()
        self.account.reset()
        self.faults.clear()
        self.log.clear()
        self.store.clear()
        return {}


class Fields:
    """Input by name, from JSON or a form; every method raises BadInput for an invalid value."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values

    def text(self, name: str, *, required: bool = True) -> Any:
        """Return a string; None if it is missing and not required."""
        value = self._values.get(name)
        if value in (None, ""):
            if required:
                raise BadInput(f"{name} is missing")
            return None
        if not isinstance(value, str):
            raise BadInput(f"{name} must be a string")
        return value

    def choice(self, name: str, choices: tuple[str, ...]) -> str | None:
        """Return one of `choices`, or None."""
        value = self.text(name, required=False)
        if value is not None and value not in choices:
            raise BadInput(f"{name} must be one of {', '.join(choices)}")
        return str(value) if value else None

    def flag(self, name: str, *, required: bool = False) -> bool:
        """Return a boolean; False if it is missing and not required."""
        value = self._values.get(name)
        if value is None and not required:
            return False
        if value in (True, "true"):
            return True
        if value in (False, "false"):
            return False
        raise BadInput(f"{name} must be true or false")

    def integer(self, name: str, *, min_: int = 0, max_: int = 10**9) -> int | None:
        """Return a whole number between the bounds, or None."""
        value = self.number(name)
        if value is None:
            return None
        if value != int(value) or not min_ <= value <= max_:
            raise BadInput(f"{name} must be a whole number from {min_} to {max_}")
        return int(value)

    def number(self, name: str) -> float | None:
        """Return a number, or None."""
        value = self._values.get(name)
        if value in (None, ""):
            return None
        try:
            number = float("nan" if isinstance(value, bool) else value)
        except (OverflowError, TypeError, ValueError):
            number = float("nan")
        if not abs(number) < 10**12:
            raise BadInput(f"{name} must be a number")
        return number


def route(method: str, path: str, act: Callable[..., Any]) -> Route:
    """Return a route that answers JSON, or 400 or 404 with an `error` message."""

    async def view(request: Request) -> Response:
        try:
            return JSONResponse(await act(request, await read_fields(request)))
        except StripeError as error:
            return JSONResponse({"error": str(error)}, error.status)
        except (BadInput, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)

    return Route(path, view, methods=[method])


async def read_fields(request: Request) -> Fields:
    """Read the body as a form if its type says so, else as JSON."""
    content_type = request.headers.get("content-type", "")
    if content_type.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        async with request.form() as form:
            return Fields(dict(form))
    body = await request.body()
    try:
        values = json.loads(body) if body else {}
    except (ValueError, RecursionError):
        raise BadInput("the body is not JSON") from None
    if not isinstance(values, dict):
        raise BadInput("the body must be a JSON object")
    return Fields(values)
