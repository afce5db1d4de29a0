"""What a person's browser does, and what we expect of the answers."""

import time
from collections.abc import Callable
from typing import Any

import httpx

PASSWORD = "a long walk in the hills 7"
PATIENCE = 30
"""How long something that happens in the background may take, in seconds."""


class Failed(Exception):
    """Something was not as the contract says."""


def expect(condition: Any, message: str) -> None:
    if not condition:
        raise Failed(message)


def until[T](ask: Callable[[], T | None], what: str) -> T:
    """Ask again and again until there is an answer."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if answer := ask():
            return answer
        time.sleep(0.1)
    raise Failed(f"waited {PATIENCE} s in vain for {what}")


class Browser:
    """One person's browser: keeps cookies, sends the CSRF token and an Origin."""

    def __init__(self, api: str) -> None:
        self.client = httpx.Client(base_url=f"{api}/api/v1", timeout=60, headers={"Origin": api})

    def ask(self, method: str, path: str, *statuses: int, **options: Any) -> Any:
        """Send a request; raise `Failed` unless the status is one of `statuses` (200, when none is named)."""
        headers = options.pop("headers", {})
        if method not in {"GET", "HEAD"}:
            headers["X-CSRFToken"] = self.client.get("/auth/csrf").json()["csrf_token"]
        answer = self.client.request(method, path, headers=headers, **options)
        wanted = statuses or (200,)
        expect(
            answer.status_code in wanted,
            f"{method} {path}: {answer.status_code}, not {wanted}: {answer.text[:500]}",
        )
        return answer.json() if "json" in answer.headers.get("Content-Type", "") else answer

    def get(self, path: str, *statuses: int, **options: Any) -> Any:
        return self.ask("GET", path, *statuses, **options)

    def post(self, path: str, *statuses: int, **options: Any) -> Any:
        return self.ask("POST", path, *statuses, **options)
