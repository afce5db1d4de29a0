"""A client of the sandbox, for what surrounds the application: customers, banks, staff at Stripe, and bad luck."""

from typing import Any, Self

import httpx

AUTHORIZATION = {"Authorization": "Bearer sk_test_sandbox"}


class SandboxClient:
    """Act on one sandbox, and read what its Stripe keeps."""

    def __init__(self, url: str) -> None:
        # Loopback without TLS: a context for certificates would cost 20 ms.
        self.http = httpx.Client(base_url=url, trust_env=False, timeout=60, verify=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.http.close()

    def act(self, checkout_url: str, action: str = "pay") -> httpx.Response:
        """Press a button of a checkout page; the page answers 409 when its session is closed."""
        return self.http.post(checkout_url, data={"action": action})

    def control(self, path: str, **fields: Any) -> httpx.Response:
        """Use one of the controls of docs/sandbox.md; a 4xx says that it is impossible now."""
        answer = self.http.post(f"/_control/{path}", json=fields)
        if answer.status_code >= 500:
            answer.raise_for_status()
        return answer

    def list_all(self, path: str, **params: Any) -> list[dict[str, Any]]:
        """Return every object of one of Stripe's lists, newest first."""
        things: list[dict[str, Any]] = []
        params["limit"] = 100
        while True:
            answer = self.http.get(f"/v1/{path}", params=params, headers=AUTHORIZATION)
            page = answer.raise_for_status().json()
            things += page["data"]
            if not page["has_more"]:
                return things
            params["starting_after"] = things[-1]["id"]
