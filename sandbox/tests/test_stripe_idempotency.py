"""Idempotency keys: what makes a retry safe."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
import stripe

from sandbox.server import Sandbox
from sandbox.tests.conftest import client_of
from sandbox.tests.stripe_stories import order, sold
from sandbox.waiting import wait_until

KEY = {"idempotency_key": "order-1-attempt-1"}


def test_the_same_request_has_the_same_answer(client: stripe.StripeClient) -> None:
    first = client.v1.checkout.sessions.create(order(), KEY)
    again = client.v1.checkout.sessions.create(order(), KEY)
    assert again.id == first.id
    assert "idempotent-replayed" not in first.last_response.headers
    assert again.last_response.headers["idempotent-replayed"] == "true"
    original = again.last_response.headers["original-request"]
    assert original == first.last_response.headers["request-id"]
    assert len(client.v1.checkout.sessions.list().data) == 1


def test_a_repeated_request_returns_the_first_answer(client: stripe.StripeClient) -> None:
    first = client.v1.checkout.sessions.create(order(), KEY)
    client.v1.checkout.sessions.expire(first.id)
    assert client.v1.checkout.sessions.create(order(), KEY).status == "open"


def test_other_parameters_with_the_same_key_are_refused(client: stripe.StripeClient) -> None:
    client.v1.checkout.sessions.create(order(), KEY)
    with pytest.raises(stripe.IdempotencyError) as refused:
        client.v1.checkout.sessions.create(order(client_reference_id="other"), KEY)
    assert refused.value.http_status == 400


def test_the_order_of_parameters_does_not_matter(client: stripe.StripeClient) -> None:
    first = client.v1.customers.create({"name": "Sam", "email": "sam@example.test"}, KEY)
    again = client.v1.customers.create({"email": "sam@example.test", "name": "Sam"}, KEY)
    assert again.id == first.id


def test_another_path_with_the_same_key_is_refused(client: stripe.StripeClient) -> None:
    session = sold(client)
    client.v1.refunds.create({"payment_intent": session.payment_intent.id}, KEY)
    with pytest.raises(stripe.IdempotencyError):
        client.v1.customers.create({"name": "Sam"}, KEY)


def test_an_error_of_the_endpoint_is_replayed_as_well(
    client: stripe.StripeClient, control: httpx.Client
) -> None:
    session = sold(client)
    given = client.v1.refunds.create({"payment_intent": session.payment_intent.id})
    again = {"payment_intent": session.payment_intent.id, "amount": 100}
    with pytest.raises(stripe.InvalidRequestError, match="already been refunded"):
        client.v1.refunds.create(again, KEY)
    control.post("/refunds", json={"refund": given.id, "fail": True}).raise_for_status()
    with pytest.raises(stripe.InvalidRequestError, match="already been refunded") as refused:
        client.v1.refunds.create(again, KEY)
    assert refused.value.headers["idempotent-replayed"] == "true"


def test_parameters_of_the_wrong_type_do_not_use_up_the_key(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.customers.create({"odd": 1}, KEY)
    assert client.v1.customers.create({"name": "Sam"}, KEY).name == "Sam"


def test_a_key_has_at_most_255_characters(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.IdempotencyError):
        client.v1.customers.create({"name": "Sam"}, {"idempotency_key": "x" * 256})


def test_a_key_in_use_is_a_conflict(client: stripe.StripeClient, control: httpx.Client) -> None:
    fault = {"target": "stripe", "mode": "hang", "seconds": 300, "count": 1}
    control.post("/faults", json=fault).raise_for_status()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.v1.customers.create, {"name": "Sam"}, KEY)
        wait_until(lambda: any(request["form"] for request in control.get("/requests").json()))
        with pytest.raises(stripe.APIError) as refused:
            client.v1.customers.create({"name": "Sam"}, KEY)
        assert refused.value.http_status == 409
        assert refused.value.error.code == "idempotency_key_in_use"
        control.post("/faults", json={"target": "stripe", "mode": "none"}).raise_for_status()
        first.result()
    assert len(client.v1.customers.list().data) == 1


def test_a_lost_answer_costs_nothing_when_the_sdk_retries(
    stand_in: Sandbox, control: httpx.Client
) -> None:
    retrying = client_of(stand_in, max_network_retries=2)
    control.post("/faults", json={"target": "stripe", "mode": "lose", "count": 1})
    session = retrying.v1.checkout.sessions.create(order())
    assert session.last_response.headers["idempotent-replayed"] == "true"
    assert len(retrying.v1.checkout.sessions.list().data) == 1


def test_a_reset_deletes_the_keys_too(client: stripe.StripeClient, stand_in: Sandbox) -> None:
    first = client.v1.checkout.sessions.create(order(), KEY)
    stand_in.reset()
    assert client.v1.checkout.sessions.create(order(), KEY).id != first.id
