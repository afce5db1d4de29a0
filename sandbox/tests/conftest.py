"""A sandbox, Stripe's real client for it, and an endpoint that receives webhooks."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
import stripe

from sandbox.server import Sandbox, start_in_thread


@pytest.fixture(scope="session")
def _shared_stand_in() -> Iterator[Sandbox]:
    running = start_in_thread(refund_seconds=0.1)
    yield running
    running.stop()


@pytest.fixture
def stand_in(_shared_stand_in: Sandbox) -> Iterator[Sandbox]:
    """An empty sandbox."""
    yield _shared_stand_in
    _shared_stand_in.reset()


@pytest.fixture
def client(stand_in: Sandbox) -> stripe.StripeClient:
    """Stripe's client as the application sets it up, but without retries."""
    return client_of(stand_in, max_network_retries=0)


@pytest.fixture
def control(stand_in: Sandbox) -> Iterator[httpx.Client]:
    """A client of the sandbox's control."""
    with httpx.Client(base_url=f"{stand_in.url}/_control", timeout=30, verify=False) as one:
        yield one


@pytest.fixture
def endpoint(control: httpx.Client) -> Iterator["Endpoint"]:
    """An endpoint that the sandbox sends Stripe's events to."""
    taking = Endpoint()
    control.post("/webhook_endpoint", json={"url": taking.url}).raise_for_status()
    yield taking
    taking.close()


def client_of(stand_in: Sandbox, **options: Any) -> stripe.StripeClient:
    """Return a client of one sandbox."""
    return stripe.StripeClient(
        "sk_test_tests",
        base_addresses={"api": stand_in.url},
        stripe_version="2026-10-28.endive",
        http_client=stripe.RequestsClient(timeout=(3, 20)),
        **options,
    )


class Endpoint:
    """Receives webhooks and answers them with the status that ``answer`` returns."""

    def __init__(self) -> None:
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.answer: Callable[[bytes], int] = lambda body: 200
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = endpoint.answer(body)
                endpoint.received.append((dict(self.headers), body))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *values: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhooks"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def events(self) -> list[stripe.Event]:
        """Return the received events, with their signatures checked."""
        return [
            stripe.Webhook.construct_event(body, headers["Stripe-Signature"], "whsec_sandbox")
            for headers, body in list(self.received)
        ]

    def types(self) -> list[str]:
        """Return the types of the received events, sorted: the order of arrival is not defined."""
        return sorted(event.type for event in self.events())

    def close(self) -> None:
        """Stop receiving."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
