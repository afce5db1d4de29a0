"""Refunds and disputes, and the money that they move."""

import httpx
import pytest
import stripe

from sandbox.tests.stripe_stories import event_types, line, sold
from sandbox.waiting import wait_until


def charge_of(client: stripe.StripeClient, session: stripe.checkout.Session) -> stripe.Charge:
    return client.v1.charges.retrieve(session.payment_intent.latest_charge.id)


def refund(client: stripe.StripeClient, session: stripe.checkout.Session, **more) -> stripe.Refund:
    return client.v1.refunds.create({"payment_intent": session.payment_intent.id, **more})


def test_a_refund_returns_everything_but_the_fee(client: stripe.StripeClient) -> None:
    session = sold(client)
    given = refund(client, session, expand=["balance_transaction"], metadata={"refund": "1"})
    assert (given.amount, given.status, given.metadata["refund"]) == (4999, "succeeded", "1")
    assert (given.balance_transaction.net, given.balance_transaction.fee) == (-4999, 0)
    charge = charge_of(client, session)
    assert (charge.refunded, charge.amount_refunded) == (True, 4999)
    assert event_types(client)[4:] == ["refund.created", "charge.refunded"]


def test_a_payment_can_be_refunded_in_parts_but_never_above(client: stripe.StripeClient) -> None:
    session = sold(client)
    first, second = refund(client, session, amount=1000), refund(client, session, amount=2000)
    assert charge_of(client, session).refunded is False
    with pytest.raises(stripe.InvalidRequestError, match=r"20\.00 USD.*unrefunded.*19\.99 USD"):
        refund(client, session, amount=2000)
    last = refund(client, session)
    assert last.amount == 1999
    ids = [one.id for one in client.v1.refunds.list({"charge": last.charge}).data]
    assert ids == [last.id, second.id, first.id]
    with pytest.raises(stripe.InvalidRequestError) as refused:
        refund(client, session, amount=1)
    assert refused.value.code == "charge_already_refunded"


@pytest.mark.parametrize("amount", [0, -1])
def test_a_refund_needs_an_amount(client: stripe.StripeClient, amount: int) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        refund(client, sold(client), amount=amount)
    assert (refused.value.code, refused.value.param) == ("parameter_invalid_integer", "amount")


def test_a_refund_in_three_decimals_is_divisible_by_ten(client: stripe.StripeClient) -> None:
    session = sold(client, line_items=[line(5000, "kwd")])
    with pytest.raises(stripe.InvalidRequestError, match="divisible by 10"):
        refund(client, session, amount=1001)


@pytest.mark.parametrize("action", ["decline", "pay_later"])
def test_an_unpaid_payment_cannot_be_refunded(client: stripe.StripeClient, action: str) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        refund(client, sold(client, action))


def test_a_refund_of_an_unknown_payment_is_refused(client: stripe.StripeClient) -> None:
    for wanted, param in (
        ({"payment_intent": "pi_none"}, "payment_intent"),
        ({"charge": "ch_none"}, "charge"),
        ({}, "payment_intent"),
    ):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.refunds.create(wanted)
        assert (refused.value.http_status, refused.value.param) == (400, param)


def test_staff_can_refund_in_the_dashboard(
    client: stripe.StripeClient, control: httpx.Client
) -> None:
    session = sold(client)
    body = {"payment_intent": session.payment_intent.id, "amount": 500}
    answer = control.post("/refunds", json=body)
    assert answer.json()["amount"] == 500
    assert charge_of(client, session).amount_refunded == 500
    newest = client.v1.events.list({"type": "refund.created"}).data[0]
    assert newest.request.id is None


def test_a_refund_can_fail_later_and_the_money_is_back(
    client: stripe.StripeClient, control: httpx.Client
) -> None:
    session = sold(client)
    body = {"payment_intent": session.payment_intent.id, "fail": True}
    given = control.post("/refunds", json=body).json()
    assert given["status"] == "succeeded"
    id = given["id"]
    wait_until(lambda: client.v1.refunds.retrieve(id).status == "failed")
    charge = charge_of(client, session)
    assert (charge.refunded, charge.amount_refunded) == (False, 0)
    expected = ["refund.failed", "refund.updated", "charge.refund.updated"]
    assert event_types(client)[6:] == expected
    net = sum(one.net for one in client.v1.balance_transactions.list({"source": id}).data)
    assert net == 0
    assert refund(client, session).amount == 4999


def test_a_refund_of_the_api_can_be_made_to_fail_once(
    client: stripe.StripeClient, control: httpx.Client
) -> None:
    session = sold(client)
    given = refund(client, session)
    for _ in range(2):
        answer = control.post("/refunds", json={"refund": given.id, "fail": True})
        assert answer.json()["status"] == "failed"
    assert charge_of(client, session).amount_refunded == 0
    assert event_types(client).count("refund.failed") == 1


def test_a_refund_to_a_bank_account_is_pending_first(
    client: stripe.StripeClient, control: httpx.Client
) -> None:
    session = sold(client, "pay_later")
    control.post(f"/sessions/{session.id}/settle", json={"succeed": True}).raise_for_status()
    given = refund(client, session)
    assert given.status == "pending"
    assert charge_of(client, session).amount_refunded == 4999
    wait_until(lambda: client.v1.refunds.retrieve(given.id).status == "succeeded")
    assert event_types(client)[-2:] == ["refund.updated", "charge.refund.updated"]


def dispute(control: httpx.Client, session: stripe.checkout.Session, **more) -> httpx.Response:
    body = {"payment_intent": session.payment_intent.id, **more}
    return control.post("/disputes", json=body)


def test_a_dispute_takes_the_money_and_a_fee(
    client: stripe.StripeClient, control: httpx.Client
) -> None:
    session = sold(client)
    opened = dispute(control, session).json()
    assert (opened["status"], opened["amount"]) == ("needs_response", 4999)
    assert [one["net"] for one in opened["balance_transactions"]] == [-4999 - 1500]
    assert charge_of(client, session).disputed is True
    assert event_types(client)[4:] == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]
    with pytest.raises(stripe.InvalidRequestError) as refused:
        refund(client, session)
    assert refused.value.code == "charge_disputed"


def test_a_dispute_that_was_won_brings_the_money_back(
    client: stripe.StripeClient, control: httpx.Client
) -> None:
    session = sold(client)
    opened = dispute(control, session).json()
    closed = dispute(control, session, close="won").json()
    assert (closed["id"], closed["status"]) == (opened["id"], "won")
    assert sum(one["net"] for one in closed["balance_transactions"]) == -1500
    expected = ["charge.dispute.closed", "charge.dispute.funds_reinstated"]
    assert event_types(client)[6:] == expected
    assert refund(client, session).status == "succeeded"


def test_a_dispute_that_was_lost_keeps_the_money(
    client: stripe.StripeClient, control: httpx.Client
) -> None:
    session = sold(client)
    closed = dispute(control, session, close="lost").json()
    assert closed["status"] == "lost"
    assert len(closed["balance_transactions"]) == 1
    assert event_types(client)[4:] == [
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.closed",
    ]
    with pytest.raises(stripe.InvalidRequestError):
        refund(client, session)


def test_an_inquiry_moves_no_money(client: stripe.StripeClient, control: httpx.Client) -> None:
    session = sold(client)
    opened = dispute(control, session, inquiry=True).json()
    assert opened["status"] == "warning_needs_response"
    assert dispute(control, session, close="won").json()["status"] == "warning_closed"
    assert event_types(client)[4:] == ["charge.dispute.created", "charge.dispute.closed"]
    assert refund(client, session).status == "succeeded"


def test_a_payment_from_a_bank_account_can_be_disputed(
    client: stripe.StripeClient, control: httpx.Client
) -> None:
    session = sold(client, "pay_later")
    control.post(f"/sessions/{session.id}/settle", json={"succeed": True}).raise_for_status()
    opened = dispute(control, session).json()
    assert (opened["status"], opened["payment_method_details"]) == ("needs_response", None)


def test_a_lost_dispute_can_be_won_after_all(
    client: stripe.StripeClient, control: httpx.Client
) -> None:
    session = sold(client)
    lost = dispute(control, session, close="lost").json()
    won = dispute(control, session, close="won").json()
    assert (won["id"], won["status"]) == (lost["id"], "won")
    assert [each["amount"] for each in won["balance_transactions"]] == [
        -won["amount"],
        won["amount"],
    ]
    expected = ["charge.dispute.updated", "charge.dispute.funds_reinstated"]
    assert event_types(client)[-2:] == expected
    assert dispute(control, session, close="won").json()["id"] != won["id"]


def test_an_impossible_dispute_is_refused(
    client: stripe.StripeClient, control: httpx.Client
) -> None:
    session = sold(client)
    assert dispute(control, session, close="maybe").status_code == 400
    assert dispute(control, session).status_code == 200
    assert dispute(control, session).status_code == 400
    assert dispute(control, sold(client, "pay_later")).status_code == 400
    assert control.post("/disputes", json={"payment_intent": "pi_none"}).status_code == 400
    refunded = sold(client)
    refund(client, refunded)
    assert dispute(control, refunded).status_code == 400


def test_the_balance_is_the_sum_of_its_transactions(
    client: stripe.StripeClient, control: httpx.Client
) -> None:
    session = sold(client)
    refund(client, session, amount=1000)
    dispute(control, session, close="won")
    movements = client.v1.balance_transactions.list({"limit": 100}).data
    assert [one.type for one in movements] == ["adjustment", "adjustment", "refund", "charge"]
    assert sum(one.net for one in movements) == 4999 - 175 - 1000 - 1500
    assert all(one.net == one.amount - one.fee for one in movements)
    assert all(sum(part.amount for part in one.fee_details) == one.fee for one in movements)
