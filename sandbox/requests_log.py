"""What the application asked of the stand-ins, for tests and the curious to look at."""

from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST = 1000
FORM = "application/x-www-form-urlencoded"
SECRET_WORDS = ("authorization", "cookie", "signature", "secret", "token", "api_key")


class RequestsLog:
    """Keep the last thousand requests, newest first."""

    def __init__(self) -> None:
        self._entries: deque[dict[str, Any]] = deque(maxlen=MOST)

    def add(self, entry: dict[str, Any]) -> None:
        """Keep one more."""
        self._entries.appendleft(entry)

    def entries(self, target: str | None = None) -> list[dict[str, Any]]:
        """Return them all, or one target's."""
        return [entry for entry in self._entries if target in (None, entry["target"])]

    def clear(self) -> None:
        """Forget them."""
        self._entries.clear()


class Recording:
    """ASGI middleware: log the requests of one target; status None is an answer never sent.

    Plain forms are read here. An endpoint that takes files says what to keep by setting
    ``request.state.form``.
    """

    def __init__(self, app: ASGIApp, log: RequestsLog, target: str) -> None:
        self.app = app
        self.log = log
        self.target = target

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request and log it."""
        request = Request(scope, receive)
        entry = {
            "target": self.target,
            "at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "method": request.method,
            "path": scope["path"],
            "query": without_secrets(request.query_params),
            "form": {},
            "headers": without_secrets(request.headers),
            "status": None,
        }
        self.log.add(entry)

        async def record(message: Message) -> None:
            await send(message)
            if message["type"] == "http.response.start":
                entry["status"] = message["status"]

        if request.headers.get("content-type", "").startswith(FORM):
            body = await request.body()
            receive = replay(body, receive)
            entry["form"] = without_secrets(dict(parse_qsl(body.decode(errors="replace"))))
        try:
            await self.app(scope, receive, record)
        finally:
            if form := scope.get("state", {}).get("form"):
                entry["form"] = without_secrets(form)


def without_secrets(values: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what would let a reader act as the application."""
    return {
        name: value
        for name, value in values.items()
        if not any(word in name.lower() for word in SECRET_WORDS)
    }


def replay(body: bytes, receive: Receive) -> Receive:
    """Return a receiver that gives a body already read, then whatever follows."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        if messages:
            return messages.pop()
        return await receive()

    return receive_again
