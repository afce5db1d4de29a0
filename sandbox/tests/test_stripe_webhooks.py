"""The delivery of events to the application, and its faults."""

import json
import threading
import time

import httpx
import pytest
import stripe

from sandbox.server import Sandbox
from sandbox.tests.endpoint import Endpoint
from sandbox.tests.stripe_stories import event_types, order, sold
from sandbox.waiting import wait_until


def expire(client: stripe.StripeClient) -> str:
    """Cause exactly one event; return its session's id."""
    session = client.v1.checkout.sessions.create(order())
    return client.v1.checkout.sessions.expire(session.id).id


def set_fault(control: httpx.Client, mode: str, **more: object) -> None:
    body = {"target": "webhooks", "mode": mode, **more}
    control.post("/faults", json=body).raise_for_status()


def statuses(control: httpx.Client) -> list[list[int | None]]:
    """Return the statuses of the deliveries of each event, newest event first."""
    seen = control.get("/events").json()
    return [[attempt["status"] for attempt in event["deliveries"]] for event in seen]


def test_events_are_sent_with_a_signature_that_the_sdk_accepts(
    client: stripe.StripeClient, endpoint: Endpoint
) -> None:
    session = sold(client)
    wait_until(lambda: len(endpoint.received) == 4)
    assert endpoint.types() == sorted(event_types(client))
    completed = next(one for one in endpoint.events() if one.type == "checkout.session.completed")
    assert completed.data.object.id == session.id
    assert completed.api_version == "2026-10-28.endive"
    assert completed.livemode is False


def test_a_changed_body_or_another_secret_breaks_the_signature(
    client: stripe.StripeClient, endpoint: Endpoint
) -> None:
    expire(client)
    wait_until(lambda: endpoint.received)
    _, headers, body = endpoint.received[0]
    signature = headers["Stripe-Signature"]
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body + b" ", signature, "whsec_sandbox")
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, signature, "whsec_other")


def test_events_are_listed_newest_first_with_their_deliveries(
    client: stripe.StripeClient, control: httpx.Client, endpoint: Endpoint
) -> None:
    session = sold(client)
    wait_until(lambda: statuses(control) == [[200]] * 4)
    seen = control.get("/events").json()
    assert [one["type"] for one in reversed(seen)] == event_types(client)
    assert {one["payment_intent"] for one in seen} == {session.payment_intent.id}
    assert seen[0]["object_id"] == session.id
    assert set(seen[0]) == {
        "id", "type", "created", "object_id", "payment_intent", "deliveries",
    }  # fmt: skip


def test_a_refused_event_is_sent_again(
    client: stripe.StripeClient, control: httpx.Client, endpoint: Endpoint
) -> None:
    endpoint.answer = lambda body: 200 if endpoint.received else 500
    expire(client)
    wait_until(lambda: statuses(control) == [[500, 200]])
    first, second = endpoint.received
    assert first.body == second.body


def test_an_endpoint_that_is_down_gets_the_event_when_it_is_back(
    client: stripe.StripeClient, control: httpx.Client, endpoint: Endpoint
) -> None:
    endpoint.close()
    expire(client)
    wait_until(lambda: statuses(control)[0])
    undelivered = client.v1.events.list({"delivery_success": False}).data
    assert [one.pending_webhooks for one in undelivered] == [1]
    back = Endpoint()
    control.post("/webhook_endpoint", json={"url": back.url}).raise_for_status()
    answer = control.post(f"/events/{undelivered[0].id}/deliver")
    assert answer.json() == [200]
    assert client.v1.events.list({"delivery_success": False}).data == []
    assert client.v1.events.retrieve(undelivered[0].id).pending_webhooks == 0
    back.close()


@pytest.mark.parametrize("parallel", [False, True])
def test_an_event_can_be_sent_again_and_again(
    client: stripe.StripeClient, control: httpx.Client, endpoint: Endpoint, parallel: bool
) -> None:
    expire(client)
    wait_until(lambda: statuses(control) == [[200]])
    id = control.get("/events").json()[0]["id"]
    answer = control.post(f"/events/{id}/deliver", json={"times": 5, "parallel": parallel})
    assert answer.json() == [200] * 5
    assert len(endpoint.received) == 6
    assert len({body for _, _, body in endpoint.received}) == 1


def test_deliveries_at_once_overlap(
    client: stripe.StripeClient, control: httpx.Client, endpoint: Endpoint
) -> None:
    expire(client)
    wait_until(lambda: statuses(control) == [[200]])
    together = threading.Barrier(4, timeout=60)
    endpoint.answer = lambda body: 200 if together.wait() >= 0 else 500
    id = control.get("/events").json()[0]["id"]
    answer = control.post(f"/events/{id}/deliver", json={"times": 4, "parallel": True})
    assert answer.json() == [200] * 4


def test_sending_again_returns_what_the_endpoint_answers(
    client: stripe.StripeClient, control: httpx.Client, endpoint: Endpoint
) -> None:
    expire(client)
    wait_until(lambda: statuses(control) == [[200]])
    endpoint.answer = lambda body: 418
    id = control.get("/events").json()[0]["id"]
    assert control.post(f"/events/{id}/deliver", data={"times": "2"}).json() == [418, 418]


def test_without_an_endpoint_events_are_kept_and_cannot_be_sent(
    client: stripe.StripeClient, control: httpx.Client
) -> None:
    expire(client)
    id = control.get("/events").json()[0]["id"]
    assert control.post(f"/events/{id}/deliver").status_code == 400
    assert control.post("/events/evt_none/deliver").status_code == 404


def test_the_application_may_call_the_sandbox_while_it_handles_a_webhook(
    client: stripe.StripeClient, control: httpx.Client, endpoint: Endpoint
) -> None:
    def ask(body: bytes) -> int:
        id = json.loads(body)["data"]["object"]["id"]
        return 200 if client.v1.checkout.sessions.retrieve(id).status == "expired" else 500

    endpoint.answer = ask
    expire(client)
    wait_until(lambda: statuses(control) == [[200]])


def test_a_lost_event_never_comes_and_counts_as_undelivered(
    client: stripe.StripeClient, control: httpx.Client, endpoint: Endpoint
) -> None:
    set_fault(control, "lose", count=1)
    lost = expire(client)
    wait_until(lambda: statuses(control) == [[None]])
    # The next event arrives at its second attempt: a second attempt of the lost one would come before.
    set_fault(control, "drop", count=1)
    expire(client)
    wait_until(lambda: endpoint.received)
    assert len(endpoint.received) == 1
    assert statuses(control)[1] == [None]

    def undelivered() -> list[str]:
        events = client.v1.events.list({"delivery_success": False}).data
        return [one.data.object.id for one in events]

    wait_until(lambda: undelivered() == [lost])  # the other one counts once it is answered


def test_a_duplicated_event_comes_twice(
    client: stripe.StripeClient, control: httpx.Client, endpoint: Endpoint
) -> None:
    set_fault(control, "duplicate")
    expire(client)
    wait_until(lambda: statuses(control) == [[200, 200]])
    assert len({one.id for one in endpoint.events()}) == 1


def test_reversed_events_come_last_first(
    client: stripe.StripeClient, control: httpx.Client, endpoint: Endpoint
) -> None:
    set_fault(control, "reverse", seconds=0.3)
    sold(client)
    wait_until(lambda: len(endpoint.received) == 4)
    arrived = [one.type for one in endpoint.events()]
    assert arrived == event_types(client)[::-1]


def test_a_delayed_event_comes_late(
    client: stripe.StripeClient, control: httpx.Client, endpoint: Endpoint
) -> None:
    set_fault(control, "delay", seconds=0.4)
    begun = time.monotonic()
    expire(client)
    wait_until(lambda: endpoint.received)
    assert time.monotonic() - begun >= 0.4


def test_an_event_whose_answer_is_lost_comes_again(
    client: stripe.StripeClient, control: httpx.Client, endpoint: Endpoint
) -> None:
    set_fault(control, "status", status=502, count=1)
    expire(client)
    wait_until(lambda: statuses(control) == [[502, 200]])
    assert len(endpoint.received) == 2


def test_a_dropped_event_arrives_at_the_next_attempt(
    client: stripe.StripeClient, control: httpx.Client, endpoint: Endpoint
) -> None:
    set_fault(control, "drop", count=1)
    expire(client)
    wait_until(lambda: statuses(control) == [[None, 200]])
    assert len(endpoint.received) == 1


def test_a_fault_spoils_later_attempts_as_well(
    client: stripe.StripeClient, control: httpx.Client, endpoint: Endpoint
) -> None:
    set_fault(control, "drop", count=2)
    expire(client)
    wait_until(lambda: endpoint.received)
    wait_until(lambda: statuses(control) == [[None, None, 200]])


def test_events_name_the_request_that_caused_them(
    client: stripe.StripeClient, stand_in: Sandbox
) -> None:
    session = client.v1.checkout.sessions.create(order())
    expired = client.v1.checkout.sessions.expire(session.id, {}, {"idempotency_key": "end-1"})
    event = client.v1.events.list().data[0]
    assert event.request.id == expired.last_response.request_id
    assert event.request.idempotency_key == "end-1"


def test_events_are_found_by_type(client: stripe.StripeClient) -> None:
    sold(client)
    for query, count in (
        ({"type": "charge.succeeded"}, 1),
        ({"type": "payment_intent.*"}, 2),
        ({"types": ["charge.succeeded", "checkout.session.completed"]}, 2),
        ({"type": "charge.failed"}, 0),
    ):
        assert len(client.v1.events.list(query).data) == count
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.events.list({"type": "charge.failed", "types": ["charge.succeeded"]})
