"""Whole purchases through the real SDK, with every parameter and answer checked against its types."""

import httpx
import pytest
import stripe
import stripe.params as shapes
from pydantic import ValidationError
from stripe.params.checkout import SessionCreateParams

from sandbox.tests.stripe_contract import params, whole
from sandbox.tests.stripe_stories import EVERYTHING, act, event_types, order, sold
from sandbox.waiting import wait_until


def test_a_purchase_answers_whole_objects(client: stripe.StripeClient) -> None:
    session = whole(client.v1.checkout.sessions.create(order(automatic_tax={"enabled": True})))
    act(session, "decline")
    whole(client.v1.checkout.sessions.retrieve(session.id, {"expand": EVERYTHING}))
    act(session, "pay")
    paid = whole(client.v1.checkout.sessions.retrieve(session.id, {"expand": EVERYTHING}))
    assert paid.payment_intent.latest_charge.balance_transaction.net > 0
    assert paid.line_items.data[0].price.unit_amount == 4999
    whole(client.v1.checkout.sessions.list({"status": "complete", "expand": ["data.line_items"]}))
    whole(client.v1.checkout.sessions.line_items.list(session.id))
    whole(client.v1.payment_intents.list({"expand": ["data.latest_charge"]}))
    whole(client.v1.charges.list({"payment_intent": paid.payment_intent.id}))
    whole(client.v1.balance_transactions.list({"expand": ["data.source"]}))
    whole(client.v1.charges.retrieve(paid.payment_intent.latest_charge.id, {"expand": ["refunds"]}))


def test_a_payment_from_a_bank_account_answers_whole_objects(
    client: stripe.StripeClient, control: httpx.Client
) -> None:
    session = whole(sold(client, "pay_later"))
    assert session.payment_intent.status == "processing"
    control.post(f"/sessions/{session.id}/settle", json={"succeed": True}).raise_for_status()
    settled = whole(client.v1.checkout.sessions.retrieve(session.id, {"expand": EVERYTHING}))
    assert settled.payment_intent.status == "succeeded"
    refund = whole(client.v1.refunds.create({"payment_intent": settled.payment_intent.id}))
    wait_until(lambda: client.v1.refunds.retrieve(refund.id).status == "succeeded")
    whole(client.v1.refunds.retrieve(refund.id))


def test_refunds_answer_whole_objects(client: stripe.StripeClient, control: httpx.Client) -> None:
    session = sold(client)
    wanted = {
        "payment_intent": session.payment_intent.id,
        "amount": 1000,
        "reason": "requested_by_customer",
        "metadata": {"refund": "65f0c0ffee0000000000beef"},
        "expand": ["balance_transaction", "charge", "payment_intent"],
    }
    refund = whole(client.v1.refunds.create(params(shapes.RefundCreateParams, wanted)))
    control.post("/refunds", json={"refund": refund.id, "fail": True}).raise_for_status()
    expand = {"expand": ["failure_balance_transaction"]}
    failed = whole(client.v1.refunds.retrieve(refund.id, expand))
    assert failed.failure_balance_transaction.amount == 1000
    whole(client.v1.refunds.list({"payment_intent": session.payment_intent.id}))


@pytest.mark.parametrize("body", [{}, {"close": "won"}, {"close": "lost"}, {"inquiry": True}])
def test_disputes_answer_whole_objects(
    client: stripe.StripeClient, control: httpx.Client, body: dict
) -> None:
    session = sold(client)
    body = {"payment_intent": session.payment_intent.id, **body}
    dispute = control.post("/disputes", json=body).raise_for_status().json()
    expand = {"expand": ["charge", "payment_intent"]}
    whole(client.v1.disputes.retrieve(dispute["id"], expand))
    whole(client.v1.disputes.list({"payment_intent": session.payment_intent.id}))


def test_an_answer_to_a_dispute_is_saved_and_sent_once(
    client: stripe.StripeClient, control: httpx.Client
) -> None:
    body = {"payment_intent": sold(client).payment_intent.id}
    dispute_id = control.post("/disputes", json=body).raise_for_status().json()["id"]
    draft = {"evidence": {"customer_name": "Sam"}, "submit": False}
    saved = whole(client.v1.disputes.update(dispute_id, params(shapes.DisputeUpdateParams, draft)))
    assert (saved.status, saved.evidence_details.has_evidence) == ("needs_response", True)
    with pytest.raises(stripe.InvalidRequestError, match="20000"):
        client.v1.disputes.update(dispute_id, {"evidence": {"uncategorized_text": "x" * 20_001}})
    sent = whole(client.v1.disputes.update(dispute_id, {}))
    assert (sent.status, sent.evidence_details.submission_count) == ("under_review", 1)
    for act_again in (client.v1.disputes.update, client.v1.disputes.close):
        with pytest.raises(stripe.InvalidRequestError, match="under_review"):
            act_again(dispute_id)
    other = {"payment_intent": sold(client).payment_intent.id}
    accepted = control.post("/disputes", json=other).raise_for_status().json()["id"]
    assert whole(client.v1.disputes.close(accepted)).status == "lost"
    third = {"payment_intent": sold(client).payment_intent.id}
    decided = control.post("/disputes", json=third).raise_for_status().json()["id"]
    winning = {"evidence": {"uncategorized_text": "winning_evidence"}}
    assert client.v1.disputes.update(decided, winning).status == "won"


def test_customers_answer_whole_objects(client: stripe.StripeClient) -> None:
    wanted = {"email": "sam@example.test", "name": "Sam", "metadata": {"user": "1"}}
    customer = whole(client.v1.customers.create(params(shapes.CustomerCreateParams, wanted)))
    changes = params(shapes.CustomerUpdateParams, {"name": "Samuel", "metadata": {"user": ""}})
    whole(client.v1.customers.update(customer.id, changes))
    whole(client.v1.customers.list({"email": "sam@example.test"}))
    client.v1.customers.create({"email": "sam@example.test"})
    query = {"query": "email:'SAM@example.test'", "limit": 1}
    found = whole(client.v1.customers.search(query))
    assert client.v1.customers.search({**query, "page": found.next_page}).data[0].id == customer.id
    whole(sold(client, customer=customer.id))
    client.v1.customers.delete(customer.id)
    assert client.v1.customers.retrieve(customer.id).deleted is True


def test_every_event_is_whole_and_carries_a_whole_object(
    client: stripe.StripeClient, control: httpx.Client
) -> None:
    sold(client, "decline", customer_creation="always")
    session = sold(client, customer_creation="always", customer_email="sam@example.test")
    client.v1.checkout.sessions.expire(client.v1.checkout.sessions.create(order()).id)
    client.v1.refunds.create({"payment_intent": session.payment_intent.id, "amount": 999})
    body = {"payment_intent": session.payment_intent.id, "close": "won"}
    control.post("/disputes", json=body).raise_for_status()
    for event in client.v1.events.list({"limit": 100}).data:
        assert type(event.data.object) is not stripe.StripeObject
        whole(event)
    assert set(event_types(client)) >= {
        "charge.dispute.funds_reinstated",
        "charge.failed",
        "charge.refunded",
        "checkout.session.completed",
        "checkout.session.expired",
        "customer.created",
        "payment_intent.succeeded",
        "refund.created",
    }


def test_the_contract_itself_refuses_what_the_sdk_does_not_know() -> None:
    with pytest.raises(ValidationError):
        order(payment_method_types=["card"])
    with pytest.raises(ValidationError):
        params(SessionCreateParams, {"line_items": [{"price_data": {"amount": 1}}]})


def test_the_contract_itself_notices_missing_and_wrong_fields() -> None:
    with pytest.raises(AssertionError, match="lacks"):
        whole(stripe.Refund.construct_from({"id": "re_1", "object": "refund"}, None))
    full = {"id": "re_1", "object": "refund", "amount": "1", "created": 1, "currency": "usd"}
    with pytest.raises(AssertionError, match="amount"):
        whole(stripe.Refund.construct_from(full, None))
    with pytest.raises(AssertionError, match="invents"):
        whole(stripe.Refund.construct_from({**full, "amount": 1, "odd": 1}, None))
