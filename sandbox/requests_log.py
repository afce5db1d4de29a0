"""What the application asked of the stand-ins, for tests and the curious to look at."""

from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST = 1000
PARSED_BYTES = 256 * 1024
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

    A small form is read here. The endpoint of a large one may say what to keep by setting
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

        if 0 < int(request.headers.get("content-length", 0)) <= PARSED_BYTES:
            body = await request.body()
            receive = replay(body, receive)
            entry["form"] = await read_form(scope, body)
        try:
            await self.app(scope, receive, record)
        finally:
            entry["form"] = scope.get("state", {}).get("form", entry["form"])


def without_secrets(values: Mapping[str, str]) -> dict[str, str]:
    """Leave out what would let a reader act as the application."""
    return {
        name: value
        for name, value in values.items()
        if not any(word in name.lower() for word in SECRET_WORDS)
    }


async def read_form(scope: Scope, body: bytes) -> dict[str, str]:
    """Read a form, with files by name and size."""
    async with Request(scope, replay(body, None)).form() as form:
        fields = {
            name: f"{value.filename}, {value.size} bytes"
            if isinstance(value, UploadFile)
            else value
            for name, value in form.multi_items()
        }
    return without_secrets(fields)


def replay(body: bytes, receive: Receive | None) -> Receive:
    """Return a receiver that gives a body already read, then whatever follows."""
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        if messages:
            return messages.pop()
        return await receive() if receive else {"type": "http.disconnect"}

    return receive_again
