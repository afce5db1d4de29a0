"""The sandbox as a separate process."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import stripe

from sandbox.server import Sandbox, start_in_thread
from sandbox.tests.conftest import client_of
from sandbox.tests.endpoint import Endpoint
from sandbox.tests.stripe_stories import order, sold
from sandbox.waiting import wait_until


@contextmanager
def process(*arguments: str, **env: str) -> Iterator[tuple[subprocess.Popen, str]]:
    """Run the sandbox at free ports; yield the process and its address."""
    command = [sys.executable, "-W", "error", "-m", "sandbox.server", "--port", "0"]
    running = subprocess.Popen(
        [*command, "--smtp-port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **env},
    )
    try:
        word, _, url = running.stdout.readline().strip().partition(" ")
        assert word == "ready", running.stderr.read()
        yield running, url
    finally:
        running.kill()
        running.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_prints_when_it_is_ready_and_ends_cleanly(number: signal.Signals) -> None:
    with process() as (running, url):
        assert httpx.get(f"{url}/_control/events").json() == []
        running.send_signal(number)
        _, errors = running.communicate(timeout=60)
        assert (running.returncode, errors) == (0, "")


def test_it_ends_in_time_while_a_request_hangs() -> None:
    with process() as (running, url):
        fault = {"target": "stripe", "mode": "hang", "seconds": 300}
        httpx.post(f"{url}/_control/faults", json=fault).raise_for_status()
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(f"{url}/v1/charges", auth=("sk_test_x", ""), timeout=0.3)
        running.terminate()
        running.wait(timeout=60)


def test_it_signs_with_the_secret_that_the_application_reads() -> None:
    endpoint = Endpoint()
    with process("--api-url", "http://127.0.0.1:9", STRIPE_WEBHOOK_SECRETS="whsec_a,whsec_b") as (
        _,
        url,
    ):
        httpx.post(f"{url}/_control/webhook_endpoint", json={"url": endpoint.url})
        account = {"auth": ("sk_test_x", "")}
        httpx.post(f"{url}/v1/customers", **account).raise_for_status()
        wait_until(lambda: endpoint.received)
    endpoint.close()
    _, headers, body = endpoint.received[0]
    event = stripe.Webhook.construct_event(body, headers["Stripe-Signature"], "whsec_a")
    assert event.type == "customer.created"


def test_a_payment_survives_a_restart(tmp_path: Path) -> None:
    first = start_in_thread(data=tmp_path)
    session = sold(client_of(first))
    open_one = client_of(first).v1.checkout.sessions.create(order(), {"idempotency_key": "k"})
    first.stop()
    second = start_in_thread(data=tmp_path)
    client = client_of(second)
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    replayed = client.v1.checkout.sessions.create(order(), {"idempotency_key": "k"})
    assert replayed.id == open_one.id
    assert len(client.v1.events.list().data) == 4
    second.stop()


def test_an_event_of_an_earlier_process_can_be_sent_again(tmp_path: Path) -> None:
    first = start_in_thread(data=tmp_path)
    sold(client_of(first))
    first.stop()
    endpoint = Endpoint()
    second: Sandbox = start_in_thread(data=tmp_path)
    with httpx.Client(base_url=f"{second.url}/_control") as control:
        control.post("/webhook_endpoint", json={"url": endpoint.url}).raise_for_status()
        id = control.get("/events").json()[0]["id"]
        assert control.post(f"/events/{id}/deliver").json() == [200]
    second.stop()
    endpoint.close()
    assert endpoint.types() == ["checkout.session.completed"]
