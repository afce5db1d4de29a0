"""Faults on demand, in what the stand-ins answer and in what they send."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

RECEIVERS = {"stripe", "cloudinary"}
SENDERS = {"webhooks", "notifications"}
RECEIVER_MODES = {"none", "status", "html", "drop", "lose", "hang", "delay"}
SENDER_MODES = {"none", "status", "drop", "lose", "hang", "delay", "duplicate", "reverse"}

DEFAULT_STATUS = {"html": HTTPStatus.BAD_GATEWAY}
DEFAULT_SECONDS = {"hang": 30.0, "delay": 2.0, "reverse": 0.5}


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one request or message."""

    mode: str
    status: int
    seconds: float


@dataclass
class Plan:
    """A fault, and how often it still happens; None means until it is cleared."""

    fault: Fault
    left: int | None


class Faults:
    """The fault that each target has at present."""

    def __init__(self) -> None:
        self._plans: dict[str, Plan] = {}
        self._ended: dict[str, asyncio.Event] = {}

    def set(
        self,
        target: str,
        mode: str,
        *,
        status: int | None = None,
        count: int | None = None,
        seconds: float | None = None,
    ) -> None:
        """Make the next ``count`` uses of a target (all if None) go wrong.

        The mode ``none`` ends the fault, also for requests that it is delaying. Raises ValueError
        with a message for the caller if the combination is invalid.
        """
        check(target, mode, status=status, count=count, seconds=seconds)
        if mode == "none":
            self._end(target)
            return
        fault = Fault(
            mode,
            DEFAULT_STATUS.get(mode, 500) if status is None else status,
            DEFAULT_SECONDS.get(mode, 0.0) if seconds is None else seconds,
        )
        self._plans[target] = Plan(fault, count)

    def take(self, target: str) -> Fault | None:
        """Return the fault of this use of the target, and count it."""
        plan = self._plans.get(target)
        if plan is None:
            return None
        if plan.left is not None:
            plan.left -= 1
            if plan.left == 0:
                del self._plans[target]
        return plan.fault

    async def delay(self, target: str, seconds: float) -> None:
        """Wait for some seconds, or until the target's fault ends."""
        ended = self._ended.setdefault(target, asyncio.Event())
        with suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), seconds)

    def clear(self) -> None:
        """End all faults."""
        for target in RECEIVERS | SENDERS:
            self._end(target)

    def _end(self, target: str) -> None:
        self._plans.pop(target, None)
        if ended := self._ended.pop(target, None):
            ended.set()


def check(
    target: str, mode: str, *, status: int | None, count: int | None, seconds: float | None
) -> None:
    """Raise ValueError with a message if a fault is invalid."""
    if target not in RECEIVERS | SENDERS:
        raise ValueError(f"target must be one of {', '.join(sorted(RECEIVERS | SENDERS))}")
    modes = RECEIVER_MODES if target in RECEIVERS else SENDER_MODES
    if mode not in modes:
        raise ValueError(f"mode of {target} must be one of {', '.join(sorted(modes))}")
    if status is not None and not 200 <= status <= 599:
        raise ValueError("status must be between 200 and 599")
    if count is not None and count < 1:
        raise ValueError("count must be at least 1")
    if seconds is not None and not 0 <= seconds <= 600:
        raise ValueError("seconds must be between 0 and 600")


class Unreliable:
    """ASGI middleware that applies the faults of one target to its requests.

    ``status`` and ``html`` answer instead of the application, ``drop`` closes the connection before
    the application sees the request, ``lose`` after it has carried the request out. ``hang`` and
    ``delay`` are applied by ``Pausing``, which is nearer to the application.
    """

    def __init__(self, app: ASGIApp, faults: Faults, target: str) -> None:
        self.app = app
        self.faults = faults
        self.target = target

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, as far as its fault permits."""
        fault = self.faults.take(self.target)
        if fault is None:
            await self.app(scope, receive, send)
        elif fault.mode == "drop":
            await drop_connection(scope)
        elif fault.mode == "lose":
            await self.app(scope, receive, ignore)
            await drop_connection(scope)
        elif fault.mode in ("status", "html"):
            await read_body(scope, receive)
            await fault_response(fault)(scope, receive, send)
        else:
            scope["pause"] = partial(self.faults.delay, self.target, fault.seconds)
            await self.app(scope, receive, send)


class Pausing:
    """ASGI middleware that waits as long as ``hang`` or ``delay`` says before it serves a request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, late if a fault says so."""
        if pause := scope.get("pause"):
            await pause()
        await self.app(scope, receive, send)


def fault_response(fault: Fault) -> Response:
    """Return the answer of a failing provider, or of a proxy in front of it."""
    reason = f"A fault of the sandbox makes this answer {fault.status}."
    if fault.mode == "html":
        page = f"<!doctype html><title>{fault.status}</title><h1>{fault.status}</h1><p>{reason}"
        return HTMLResponse(page, fault.status)
    return JSONResponse({"error": {"type": "api_error", "message": reason}}, fault.status)


async def drop_connection(scope: Scope) -> None:
    """Close the connection without an answer; the server's protocol puts the function into the scope."""
    scope["drop_connection"]()
    # The server notices this in the next iteration of the loop; before that it would answer 500.
    await asyncio.sleep(0.01)


async def read_body(scope: Scope, receive: Receive) -> None:
    """Read a request to its end, because a client that is still sending would miss the answer."""
    async for _ in Request(scope, receive).stream():
        pass


async def ignore(message: Message) -> None:
    """Discard a part of an answer."""
