"""What holds for every path: keys, versions, parameters, lists, expansion."""

import httpx
import pytest
import stripe

from sandbox.server import Sandbox
from sandbox.tests.stripe_stories import line, order, sold

KEY = {"Authorization": "Bearer sk_test_x"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer sk_live_x"},
        {"Authorization": "Bearer pk_test_x"},
        {"Authorization": "Bearer sk_test_"},
        {"Authorization": "Basic !!!"},
    ],
)
def test_a_test_mode_secret_key_is_needed(stand_in: Sandbox, headers: dict) -> None:
    answer = httpx.get(f"{stand_in.url}/v1/charges", headers=headers)
    assert answer.status_code == 401
    assert answer.json()["error"]["type"] == "invalid_request_error"
    assert answer.headers["request-id"].startswith("req_")


def test_the_key_may_be_sent_as_a_user_name(stand_in: Sandbox) -> None:
    assert httpx.get(f"{stand_in.url}/v1/charges", auth=("sk_test_x", "")).status_code == 200


def test_the_sdk_recognizes_the_error_for_a_wrong_key(stand_in: Sandbox) -> None:
    wrong = stripe.StripeClient("sk_live_x", base_addresses={"api": stand_in.url})
    with pytest.raises(stripe.AuthenticationError):
        wrong.v1.charges.list()


def test_another_version_of_the_api_is_refused(stand_in: Sandbox) -> None:
    headers = {**KEY, "Stripe-Version": "2020-08-27"}
    answer = httpx.get(f"{stand_in.url}/v1/charges", headers=headers)
    assert answer.status_code == 400
    assert "Invalid Stripe API version" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "path", ["charges/ch_1", "refunds/re_1", "checkout/sessions/cs_1", "events/evt_1"]
)
def test_an_unknown_id_in_a_path_is_404(stand_in: Sandbox, path: str) -> None:
    answer = httpx.get(f"{stand_in.url}/v1/{path}", headers=KEY)
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "resource_missing"


@pytest.mark.parametrize(("method", "path"), [("GET", "coupons"), ("PUT", "refunds"), ("GET", "")])
def test_an_unknown_path_is_404_in_stripes_format(
    stand_in: Sandbox, method: str, path: str
) -> None:
    answer = httpx.request(method, f"{stand_in.url}/v1/{path}", headers=KEY)
    assert answer.status_code == 404
    assert "Unrecognized request URL" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("form", "code", "param"),
    [
        ({"odd": "1"}, "parameter_unknown", "odd"),
        ({"metadata": "text"}, None, "metadata"),
        ({"amount": "12x"}, "parameter_invalid_integer", "amount"),
        ({"amount": "1e3"}, "parameter_invalid_integer", "amount"),
        ({"amount": "9" * 30}, "parameter_invalid_integer", "amount"),
        ({"amount": ""}, "parameter_invalid_empty", "amount"),
        ({"amount[0]": "1"}, None, "amount"),
        ({"reason": "because"}, None, "reason"),
        ({"reverse_transfer": "yes"}, None, "reverse_transfer"),
        ({"expand": "charge"}, None, "expand"),
        ({"expand[x]": "charge"}, None, "expand"),
        ({"charge[a": "1"}, "parameter_unknown", "charge[a"),
        ({"charge": "ch_1", "charge[a]": "1"}, None, "charge[a]"),
        ({"metadata[a][b]": "1"}, None, "metadata"),
    ],
)
def test_parameters_of_the_wrong_type_are_400(
    stand_in: Sandbox, form: dict, code: str | None, param: str
) -> None:
    answer = httpx.post(f"{stand_in.url}/v1/refunds", headers=KEY, data=form)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert (error["type"], error.get("code"), error["param"]) == (
        "invalid_request_error",
        code,
        param,
    )


def test_a_body_that_is_not_utf_8_is_400(stand_in: Sandbox) -> None:
    answer = httpx.post(f"{stand_in.url}/v1/refunds", headers=KEY, content=b"\xff\xfe=1")
    assert answer.status_code == 400


def test_unknown_parameters_are_found_at_any_depth(client: stripe.StripeClient) -> None:
    wanted = dict(order())
    wanted["line_items"] = [line()]
    wanted["line_items"][0]["price_data"]["product_data"]["weight"] = 1
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(wanted)
    assert refused.value.code == "parameter_unknown"
    assert refused.value.param == "line_items[0][price_data][product_data][weight]"


def test_an_error_has_the_request_id(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.retrieve("re_none")
    assert refused.value.request_id.startswith("req_")
    assert refused.value.user_message == "No such refund: 're_none'"


def test_lists_are_cut_into_pages(client: stripe.StripeClient) -> None:
    ids = [client.v1.customers.create({"name": str(number)}).id for number in range(5)]
    newest_first = ids[::-1]
    first = client.v1.customers.list({"limit": 2})
    assert ([one.id for one in first.data], first.has_more) == (newest_first[:2], True)
    after = client.v1.customers.list({"limit": 3, "starting_after": first.data[-1].id})
    assert ([one.id for one in after.data], after.has_more) == (newest_first[2:], False)
    before = client.v1.customers.list({"limit": 2, "ending_before": newest_first[3]})
    assert ([one.id for one in before.data], before.has_more) == (newest_first[1:3], True)
    assert [one.id for one in first.auto_paging_iter()] == newest_first


def test_a_cursor_may_name_what_has_left_a_filtered_list(client: stripe.StripeClient) -> None:
    ids = [client.v1.checkout.sessions.create(order()).id for _ in range(4)]
    first = client.v1.checkout.sessions.list({"status": "open", "limit": 2})
    client.v1.checkout.sessions.expire(ids[2])  # the last one of the first page
    assert [one.id for one in first.auto_paging_iter()] == ids[::-1]
    before = client.v1.checkout.sessions.list({"status": "open", "ending_before": ids[2]})
    assert [one.id for one in before.data] == [ids[3]]


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 101},
        {"starting_after": "cus_none"},
        {"starting_after": "cus_a", "ending_before": "cus_b"},
    ],
)
def test_an_invalid_page_is_refused(client: stripe.StripeClient, query: dict) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.customers.list(query)


def test_lists_can_be_bounded_in_time(client: stripe.StripeClient) -> None:
    made = client.v1.customers.create({"name": "Sam"}).created
    for created, count in (
        ({"gte": made}, 1),
        ({"gt": made}, 0),
        ({"lte": made, "gte": made}, 1),
        ({"lt": made}, 0),
        (made, 1),
        (made - 1, 0),
    ):
        assert len(client.v1.customers.list({"created": created}).data) == count


@pytest.mark.parametrize(
    "path", ["odd", "payment_intent.odd", "id", "line_items.price", "a.b.c.d.e"]
)
def test_an_impossible_expansion_is_refused(client: stripe.StripeClient, path: str) -> None:
    session = sold(client)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.retrieve(session.id, {"expand": [path]})
    assert refused.value.param == "expand"


def test_expanding_a_missing_object_changes_nothing(client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(order())
    expand = {"expand": ["payment_intent.latest_charge.balance_transaction"]}
    assert client.v1.checkout.sessions.retrieve(session.id, expand).payment_intent is None
