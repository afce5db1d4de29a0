"""What a session may contain, and how sessions are found."""

import time

import pytest
import stripe

from sandbox.tests.stripe_stories import line, order, sold


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"line_items": [line(49)]}, "amount_too_small", None),
        ({"line_items": [line(29, "gbp")]}, "amount_too_small", None),
        ({"line_items": [line(100_000_000)]}, "amount_too_large", None),
        ({"line_items": [line(-1)]}, "parameter_invalid_integer", "line_items[0][price_data][unit_amount]"),
        ({"line_items": [line(5000, "xxx")]}, None, "line_items[0][price_data][currency]"),
        ({"line_items": [line(5001, "kwd")]}, None, "line_items[0][price_data][unit_amount]"),
        ({"line_items": [line(50050, "isk")]}, None, "line_items[0][price_data][unit_amount]"),
        ({"line_items": [line(), line(500, "eur")]}, None, None),
        ({"line_items": []}, "parameter_missing", "line_items"),
        ({"customer": "cus_nobody"}, "resource_missing", "customer"),
        ({"customer": "cus_a", "customer_email": "a@b.test"}, None, "customer"),
        ({"customer_email": "nobody"}, "email_invalid", "customer_email"),
        ({"success_url": "javascript:alert(1)"}, "url_invalid", "success_url"),
        ({"expires_at": int(time.time()) + 60}, None, "expires_at"),
        ({"expires_at": int(time.time()) + 90_000}, None, "expires_at"),
        ({"mode": "subscription"}, None, "mode"),
        ({"ui_mode": "embedded_page"}, None, "ui_mode"),
        ({"client_reference_id": "x" * 201}, None, "client_reference_id"),
        ({"metadata": {"x" * 41: "y"}}, None, "metadata"),
        ({"metadata": {"x": "y" * 501}}, None, "metadata[x]"),
        ({"payment_intent_data": {"transfer_group": "x"}}, None, "payment_intent_data[transfer_group]"),
    ],
)  # fmt: skip
def test_a_session_that_stripe_would_refuse_is_refused(
    client: stripe.StripeClient, changes: dict, code: str | None, param: str | None
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(order(**changes))
    assert refused.value.http_status == 400
    assert (refused.value.code, refused.value.param) == (code, param)


@pytest.mark.parametrize(
    ("amount", "currency"), [(50, "jpy"), (5000, "kwd"), (50000, "isk"), (4999, "eur")]
)
def test_amounts_are_minor_units_of_their_currency(
    client: stripe.StripeClient, amount: int, currency: str
) -> None:
    session = sold(client, line_items=[line(amount, currency)])
    assert (session.amount_total, session.currency) == (amount, currency)


def test_sessions_are_found_by_what_they_belong_to(client: stripe.StripeClient) -> None:
    session = sold(client, customer_email="sam@example.test")
    sold(client)
    by_payment = {"payment_intent": session.payment_intent.id}
    assert [one.id for one in client.v1.checkout.sessions.list(by_payment).data] == [session.id]
    by_email = {"customer_details": {"email": "sam@example.test"}}
    assert [one.id for one in client.v1.checkout.sessions.list(by_email).data] == [session.id]
