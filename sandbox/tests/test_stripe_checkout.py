"""The hosted page, and the changes of a session."""

import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
import stripe

from sandbox.faults import Faults
from sandbox.outbox import Outbox
from sandbox.store import Store
from sandbox.stripe import checkout, sessions
from sandbox.stripe.account import Account
from sandbox.tests.stripe_stories import act, event_types, line, order, sold
from sandbox.waiting import wait_until

PAID = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]


def test_the_page_shows_what_is_bought_and_one_form(client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(order(line_items=[line(), line(1001)]))
    page = httpx.get(session.url or "")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "60.00 USD" in page.text
    assert "Sewing for beginners" in page.text
    assert page.text.count("<form") == 1
    for action in ("pay", "pay_later", "decline", "cancel"):
        assert f'name="action" value="{action}"' in page.text


def test_the_page_escapes_what_instructors_write(client: stripe.StripeClient) -> None:
    evil = line(product_data={"name": "<script>alert(1)</script>"})
    session = client.v1.checkout.sessions.create(order(line_items=[evil]))
    assert "<script>" not in httpx.get(session.url or "").text


def test_paying_completes_the_session_and_leads_to_the_success_url(
    client: stripe.StripeClient,
) -> None:
    session = client.v1.checkout.sessions.create(order(customer_email="sam@example.test"))
    assert (session.status, session.payment_status) == ("open", "unpaid")
    assert session.payment_intent is None
    answer = act(session, "pay")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"https://shop.test/thanks?session={session.id}"
    paid = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    assert paid.payment_intent.metadata.to_dict() == {"order": "65f0c0ffee0000000000abcd"}
    assert paid.customer_details.email == "sam@example.test"
    assert event_types(client) == [*PAID, "checkout.session.completed"]


def test_stripe_keeps_its_fee(client: stripe.StripeClient) -> None:
    movement = sold(client).payment_intent.latest_charge.balance_transaction
    # 2.9 % of 49.99 is 1.44971, and 30 cents.
    assert (movement.amount, movement.fee, movement.net) == (4999, 175, 4824)


def test_stripe_may_report_its_fee_later(
    client: stripe.StripeClient, control: httpx.Client
) -> None:
    control.post("/late_fees", json={"seconds": 0.3}).raise_for_status()
    charge = sold(client).payment_intent.latest_charge
    assert (charge.paid, charge.balance_transaction) == (True, None)
    expand = {"expand": ["balance_transaction"]}
    wait_until(lambda: client.v1.charges.retrieve(charge.id).balance_transaction)
    assert client.v1.charges.retrieve(charge.id, expand).balance_transaction.fee == 175
    assert event_types(client)[-1] == "charge.updated"


def test_a_receipt_shows_what_was_paid(client: stripe.StripeClient) -> None:
    charge = sold(client).payment_intent.latest_charge
    page = httpx.get(charge.receipt_url)
    assert page.status_code == 200
    assert "49.99 USD" in page.text


def test_a_customer_can_pay_after_a_declined_card(client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(order())
    answer = act(session, "decline")
    assert answer.status_code == 200
    assert "declined" in answer.text
    assert answer.text.count("<form") == 1
    declined = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (declined.status, declined.payment_status) == ("open", "unpaid")
    assert declined.payment_intent.last_payment_error.code == "card_declined"
    assert act(session, "pay").status_code == 303
    paid = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert paid.payment_intent.id == declined.payment_intent.id
    assert paid.payment_intent.status == "succeeded"
    assert event_types(client) == [
        "payment_intent.created",
        "charge.failed",
        "payment_intent.payment_failed",
        *PAID[1:],
        "checkout.session.completed",
    ]


def test_cancelling_leads_back_and_leaves_the_session_open(client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(order())
    answer = act(session, "cancel")
    assert (answer.status_code, answer.headers["location"]) == (303, "https://shop.test/course")
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"


def test_an_unknown_button_is_refused_with_the_page(client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(order())
    assert act(session, "steal").status_code == 400
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"


def test_an_unknown_session_has_no_page(client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(order())
    assert httpx.get(f"{session.url}x").status_code == 404
    assert httpx.post(f"{session.url}x", data={"action": "pay"}).status_code == 404


def test_a_paid_session_cannot_be_paid_again(client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(order())
    act(session, "pay")
    again = act(session, "pay")
    assert again.status_code == 409
    assert "already paid" in again.text
    assert "already paid" in httpx.get(session.url or "").text
    assert len(client.v1.charges.list().data) == 1


def test_an_expired_session_cannot_be_paid(client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(order())
    expired = client.v1.checkout.sessions.expire(session.id)
    assert (expired.status, expired.payment_status, expired.url) == ("expired", "unpaid", None)
    assert act(session, "pay").status_code == 409
    assert "expired" in httpx.get(session.url or "").text
    assert client.v1.charges.list().data == []
    assert event_types(client) == ["checkout.session.expired"]


def test_only_one_of_many_simultaneous_clicks_pays(client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(order())
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: act(session, "pay").status_code, range(8)))
    assert sorted(answers) == [303] + [409] * 7
    assert len(client.v1.charges.list().data) == 1


def test_expiring_cancels_a_payment_that_was_tried(client: stripe.StripeClient) -> None:
    session = sold(client, "decline")
    client.v1.checkout.sessions.expire(session.id)
    assert client.v1.payment_intents.retrieve(session.payment_intent.id).status == "canceled"
    assert event_types(client)[-2:] == ["payment_intent.canceled", "checkout.session.expired"]


def test_only_an_open_session_can_be_expired(client: stripe.StripeClient) -> None:
    session = sold(client)
    with pytest.raises(stripe.InvalidRequestError, match="status of complete"):
        client.v1.checkout.sessions.expire(session.id)


def test_a_session_expires_when_its_time_is_over() -> None:
    store = Store(None)
    outbox = Outbox("webhooks", Faults(), store, retry_seconds=())
    account = Account(store, outbox, webhook_url=None, webhook_secret="whsec_x", refund_seconds=0)
    session = sessions.create(account, dict(order()))
    checkout.expire_overdue(account)
    assert account.get("checkout.session", session["id"])["status"] == "open"
    checkout.watch(account, session | {"expires_at": int(time.time())})
    checkout.expire_overdue(account)
    assert account.get("checkout.session", session["id"])["status"] == "expired"
    checkout.expire_overdue(account)
    assert [event["type"] for event in account.all("event")] == ["checkout.session.expired"]
    store.close()


def test_tax_comes_on_top_when_the_customer_pays(client: stripe.StripeClient) -> None:
    taxed = order(automatic_tax={"enabled": True})
    session = client.v1.checkout.sessions.create(taxed)
    assert (session.amount_total, session.automatic_tax.status) == (
        4999,
        "requires_location_inputs",
    )
    act(session, "decline")
    act(session, "pay")
    paid = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (paid.amount_subtotal, paid.amount_total) == (4999, 5499)
    assert paid.total_details.amount_tax == 500
    assert paid.payment_intent.amount_received == 5499


def test_tax_within_the_price_leaves_the_total(client: stripe.StripeClient) -> None:
    within = line(5500, tax_behavior="inclusive")
    session = sold(client, automatic_tax={"enabled": True}, line_items=[within])
    assert (session.amount_total, session.total_details.amount_tax) == (5500, 500)


def test_a_free_session_needs_no_payment(client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(order(line_items=[line(0)]))
    assert session.payment_status == "no_payment_required"
    act(session, "pay")
    done = client.v1.checkout.sessions.retrieve(session.id)
    assert (done.status, done.payment_status) == ("complete", "no_payment_required")
    assert done.payment_intent is None
    assert event_types(client) == ["checkout.session.completed"]


def test_paying_later_completes_the_session_before_the_money_is_taken(
    client: stripe.StripeClient,
) -> None:
    session = sold(client, "pay_later")
    assert (session.status, session.payment_status) == ("complete", "unpaid")
    assert session.payment_intent.status == "processing"
    assert session.payment_intent.latest_charge.balance_transaction is None
    assert event_types(client) == [
        "payment_intent.created",
        "charge.pending",
        "payment_intent.processing",
        "checkout.session.completed",
    ]


def test_a_processing_payment_can_succeed(
    client: stripe.StripeClient, control: httpx.Client
) -> None:
    session = sold(client, "pay_later")
    answer = control.post(f"/sessions/{session.id}/settle", json={"succeed": True})
    assert answer.json()["payment_status"] == "paid"
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    assert event_types(client)[4:] == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.async_payment_succeeded",
    ]
    assert (
        control.post(f"/sessions/{session.id}/settle", json={"succeed": False}).status_code == 400
    )


def test_a_processing_payment_can_fail(client: stripe.StripeClient, control: httpx.Client) -> None:
    session = sold(client, "pay_later")
    control.post(f"/sessions/{session.id}/settle", data={"succeed": "false"}).raise_for_status()
    failed = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (failed.status, failed.payment_status) == ("complete", "unpaid")
    assert failed.payment_intent.status == "requires_payment_method"
    assert event_types(client)[4:] == [
        "charge.failed",
        "payment_intent.payment_failed",
        "checkout.session.async_payment_failed",
    ]


def test_a_session_can_create_or_name_a_customer(client: stripe.StripeClient) -> None:
    made = sold(client, customer_creation="always", customer_email="sam@example.test")
    assert client.v1.customers.retrieve(made.customer).email == "sam@example.test"
    named = sold(client, customer=made.customer)
    assert named.customer == made.customer
    assert named.payment_intent.customer == made.customer
    assert named.customer_details.email == "sam@example.test"
    guest = sold(client)
    assert guest.customer is None


def test_a_payment_of_checkout_cannot_be_cancelled_without_its_session(
    client: stripe.StripeClient,
) -> None:
    session = sold(client, "decline")
    with pytest.raises(stripe.InvalidRequestError, match="Expire the Checkout Session"):
        client.v1.payment_intents.cancel(session.payment_intent.id)
