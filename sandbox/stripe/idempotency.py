"""Idempotency keys (docs.stripe.com/api/idempotent_requests)."""

import hashlib
import time
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.requests_log import replay
from sandbox.store import Store
from sandbox.stripe.errors import StripeError

KIND = "stripe.idempotency"
MAX_KEY_LENGTH = 255
MAX_AGE_SECONDS = 24 * 3600


class Idempotent:
    """ASGI middleware that answers a POST with a known key like the first time.

    Only a request that an endpoint began to carry out is remembered; it sets `scope["executing"]`.
    A request that was refused for its parameters or its API key may be corrected and sent again.
    """

    def __init__(self, app: ASGIApp, store: Store) -> None:
        self.app = app
        self.store = store
        self._in_use: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or repeat the answer of its key."""
        key = Headers(scope=scope).get("idempotency-key")
        if scope["method"] != "POST" or key is None:
            await self.app(scope, receive, send)
            return
        body = await Request(scope, receive).body()
        try:
            answer = self._remembered(key, fingerprint(scope, body))
        except StripeError as error:
            await JSONResponse(error.body(), error.status)(scope, receive, send)
            return
        if answer is not None:
            await send_all(send, answer)
            return
        self._in_use.add(key)
        try:
            await self._serve(key, fingerprint(scope, body), scope, replay(body, receive), send)
        finally:
            self._in_use.discard(key)

    def _remembered(self, key: str, digest: str) -> list[Message] | None:
        """Return the messages of the first answer, or None; raise StripeError for a misuse of the key."""
        if len(key) > MAX_KEY_LENGTH:
            raise StripeError(
                f"Idempotency keys can have up to {MAX_KEY_LENGTH} characters.",
                type="idempotency_error",
            )
        if key in self._in_use:
            raise StripeError(
                "There is currently another in-progress request using this Idempotent Key (that"
                " probably means you submitted twice, and the other request is still going"
                f" through): {key}. Please try again later.",
                status=409,
                type="idempotency_error",
                code="idempotency_key_in_use",
            )
        saved = self.store.get(KIND, key)
        if saved is None or saved["at"] < time.time() - MAX_AGE_SECONDS:
            return None
        if saved["fingerprint"] != digest:
            raise StripeError(
                "Keys for idempotent requests can only be used with the same parameters they were"
                f" first used with. Try using a key other than '{key}' if you meant to execute a"
                " different request.",
                type="idempotency_error",
            )
        return replayed(saved)

    async def _serve(
        self, key: str, digest: str, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Serve a request, and store the answer before it is sent."""
        messages: list[Message] = []

        async def collect(message: Message) -> None:
            messages.append(message)

        await self.app(scope, receive, collect)
        if scope.get("executing"):
            start, *parts = messages
            answer = {
                "at": time.time(),
                "fingerprint": digest,
                "status": start["status"],
                "headers": [[name.decode(), value.decode()] for name, value in start["headers"]],
                "body": b"".join(part.get("body", b"") for part in parts).decode(),
            }
            self.store.put(KIND, key, answer)
        await send_all(send, messages)


def fingerprint(scope: Scope, body: bytes) -> str:
    """Return a digest of what two requests with one key must share: path and parameters, in any order; of files, all bytes."""
    is_ascii = body.isascii()
    parameters = sorted(parse_qsl(body, keep_blank_values=True)) if is_ascii else body
    return hashlib.sha256(repr((scope["path"], parameters)).encode()).hexdigest()


def replayed(saved: dict[str, Any]) -> list[Message]:
    """Return the messages of a stored answer, marked as repeated."""
    headers = MutableHeaders(
        raw=[(name.encode(), value.encode()) for name, value in saved["headers"]]
    )
    headers["Idempotent-Replayed"] = "true"
    headers["Original-Request"] = headers.get("request-id", "")
    return [
        {"type": "http.response.start", "status": saved["status"], "headers": headers.raw},
        {"type": "http.response.body", "body": saved["body"].encode()},
    ]


async def send_all(send: Send, messages: Iterable[Message]) -> None:
    """Send an answer, message by message."""
    for message in messages:
        await send(message)
