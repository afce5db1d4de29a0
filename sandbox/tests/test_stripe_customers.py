"""Customers, which the application may store at Stripe."""

import pytest
import stripe

from sandbox.tests.stripe_stories import event_types, order


def test_an_update_changes_what_it_names_and_clears_what_is_empty(
    client: stripe.StripeClient,
) -> None:
    made = client.v1.customers.create({"name": "Sam", "metadata": {"user": "1", "kept": "yes"}})
    changes = {"email": "sam@example.test", "metadata": {"user": ""}}
    changed = client.v1.customers.update(made.id, changes)
    assert (changed.email, changed.name) == ("sam@example.test", "Sam")
    assert changed.metadata.to_dict() == {"kept": "yes"}
    newest = client.v1.events.list({"type": "customer.updated"}).data[0]
    assert newest.data.previous_attributes.to_dict() == {
        "email": None,
        "metadata": {"kept": "yes", "user": "1"},
    }
    assert client.v1.customers.update(made.id, {"metadata": ""}).metadata.to_dict() == {}


def test_a_list_by_email_compares_exactly_and_a_search_does_not(
    client: stripe.StripeClient,
) -> None:
    made = client.v1.customers.create({"email": "Sam@example.test", "metadata": {"user": "7"}})
    client.v1.customers.create({"email": "olga@example.test"})
    assert client.v1.customers.list({"email": "sam@example.test"}).data == []
    assert [one.id for one in client.v1.customers.list({"email": made.email}).data] == [made.id]
    for query in (
        "email:'sam@EXAMPLE.test'",
        "metadata['user']:'7' AND email:\"sam@example.test\"",
    ):
        assert [one.id for one in client.v1.customers.search({"query": query}).data] == [made.id]


def test_an_invalid_search_is_refused(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="unable to parse"):
        client.v1.customers.search({"query": "email like 'x'"})


def test_a_deleted_customer_cannot_buy(client: stripe.StripeClient) -> None:
    made = client.v1.customers.create({"email": "sam@example.test"})
    assert client.v1.customers.delete(made.id).deleted is True
    assert client.v1.customers.list().data == []
    with pytest.raises(stripe.InvalidRequestError, match="deleted"):
        client.v1.customers.update(made.id, {"name": "Sam"})
    with pytest.raises(stripe.InvalidRequestError, match="deleted"):
        client.v1.checkout.sessions.create(order(customer=made.id))
    assert event_types(client) == ["customer.created", "customer.deleted"]


def test_a_field_that_the_sandbox_does_not_store_is_refused(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="does not store balance"):
        client.v1.customers.create({"balance": 100})


@pytest.mark.parametrize(
    "email", ["sam", "sam@com", "sam @example.test", "sam@b\u00fccher.example"]
)
def test_an_invalid_address_is_refused_with_its_code(
    client: stripe.StripeClient, email: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as error:
        client.v1.customers.create({"email": email})
    assert (error.value.code, error.value.param) == ("email_invalid", "email")
    assert error.value.user_message == f"Invalid email address: {email}"
