"""A person's browser, and what the tour expects of the answers."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

import httpx

USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
MAX_WAIT_SECONDS = 60
"""How long the tour waits for something that happens in the background."""


class Failed(Exception):
    """An answer is not as the contract says; the message says what was expected."""


def expect(condition: Any, message: str) -> None:
    """Raise `Failed` unless the condition is true."""
    if not condition:
        raise Failed(message)


def until[T](read: Callable[[], T | None], what: str) -> T:
    """Call `read` until it returns something; raise `Failed` after 60 seconds."""
    deadline = time.monotonic() + MAX_WAIT_SECONDS
    while time.monotonic() < deadline:
        if answer := read():
            return answer
        time.sleep(0.05)
    raise Failed(f"{what} did not come within {MAX_WAIT_SECONDS} s")


class Call(NamedTuple):
    """A request that was sent, and its answer. `sent` are httpx's arguments: `json`, or `data` and `files`."""

    method: str
    path: str
    sent: dict[str, Any]
    answer: httpx.Response


class Browser:
    """One person's browser: keeps cookies, sends the CSRF token and an Origin, and notes its calls."""

    def __init__(self, api: str, calls: list[Call]) -> None:
        headers = {"Origin": api, "User-Agent": USER_AGENT}
        self.client = httpx.Client(base_url=f"{api}/api/v1", timeout=60, headers=headers)
        self.calls = calls

    def request(self, method: str, path: str, *statuses: int, **options: Any) -> Any:
        """Send a request and return the JSON of the answer, or the answer itself if it is not JSON.

        Raises `Failed` unless the status is one of `statuses` (200 if none is named).
        """
        headers = options.pop("headers", {})
        if method not in {"GET", "HEAD"}:
            headers["X-CSRFToken"] = self._csrf_token()
        answer = self.client.request(method, path, headers=headers, **options)
        self.calls.append(Call(method, path, options, answer))
        expected = statuses or (200,)
        expect(
            answer.status_code in expected,
            f"{method} {path}: {answer.status_code}, not {expected}: {answer.text[:500]}",
        )
        return answer.json() if "json" in answer.headers.get("Content-Type", "") else answer

    def get(self, path: str, *statuses: int, **options: Any) -> Any:
        return self.request("GET", path, *statuses, **options)

    def post(self, path: str, *statuses: int, **options: Any) -> Any:
        return self.request("POST", path, *statuses, **options)

    def put(self, path: str, *statuses: int, **options: Any) -> Any:
        return self.request("PUT", path, *statuses, **options)

    def patch(self, path: str, *statuses: int, **options: Any) -> Any:
        return self.request("PATCH", path, *statuses, **options)

    def delete(self, path: str, *statuses: int, **options: Any) -> Any:
        """Like `request`; expects 204 unless other statuses are named."""
        return self.request("DELETE", path, *(statuses or (204,)), **options)

    def _csrf_token(self) -> str:
        token = self.client.cookies.get("csrftoken")
        return token or str(self.get("/auth/csrf")["csrf_token"])
