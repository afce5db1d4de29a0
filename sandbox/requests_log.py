"""The log of the application's requests to the stand-ins, for tests and for people."""

from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_ENTRIES = 1000
FORM = "application/x-www-form-urlencoded"
SECRET_WORDS = ("authorization", "cookie", "signature", "secret", "token", "api_key")


class RequestsLog:
    """The last thousand requests, newest first."""

    def __init__(self) -> None:
        self._entries: deque[dict[str, Any]] = deque(maxlen=MAX_ENTRIES)

    def add(self, entry: dict[str, Any]) -> None:
        """Add a request."""
        self._entries.appendleft(entry)

    def entries(self, target: str | None = None) -> list[dict[str, Any]]:
        """Return all requests, or those to one target."""
        return [entry for entry in self._entries if target in (None, entry["target"])]

    def clear(self) -> None:
        """Delete all entries."""
        self._entries.clear()


class Recording:
    """ASGI middleware that logs the requests of one target; a status of None means that no answer was sent.

    Forms without files are read here. An endpoint that takes files sets ``request.state.form`` to what the
    log keeps.
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
    """Return the values that do not let a reader act as the application."""
    return {
        name: value
        for name, value in values.items()
        if not any(word in name.lower() for word in SECRET_WORDS)
    }


def replay(body: bytes, receive: Receive) -> Receive:
    """Return a receiver that returns a body that was already read, and then what follows."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        if messages:
            return messages.pop()
        return await receive()

    return receive_again
