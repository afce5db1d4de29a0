"""A sandbox, Stripe's real client for it, and an endpoint that receives webhooks."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import stripe

from sandbox.server import Sandbox, start_in_thread
from sandbox.tests.endpoint import Endpoint


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
def endpoint(control: httpx.Client) -> Iterator[Endpoint]:
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
