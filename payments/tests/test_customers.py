"""The customer at Stripe, whose address Stripe may refuse."""

import pytest

from accounts.models import User
from payments.checkout import cancel_checkout
from payments.models import Order, StripeCustomer

pytestmark = pytest.mark.django_db

REFUSED = "sam@localhost"  # Stripe demands a domain of two labels


def customer_of(shop, user):
    return shop.retrieve(f"customers/{StripeCustomer.objects.get(user=user).customer_id}")


def move(user, email):
    User.objects.filter(pk=user.pk).update(email=email)
    user.refresh_from_db()


def test_a_buyer_whose_address_stripe_refuses_buys_without_one(shop, buy, student, course):
    move(student, REFUSED)
    answer = buy(student, course)
    assert answer.status_code == 201
    assert customer_of(shop, student)["email"] is None
    shop.pay(answer.json()["checkout_url"])
    assert shop.deliver_all("checkout.session.completed") == [200]
    assert Order.objects.get().status == "paid"


def test_a_changed_address_reaches_stripe_at_the_next_purchase(shop, buy, student, course, cancel):
    move(student, REFUSED)
    buy(student, course)
    cancel()
    move(student, "sam@example.test")
    assert buy(student, course).status_code == 201
    assert customer_of(shop, student)["email"] == "sam@example.test"


def test_an_address_that_stripe_refuses_later_leaves_the_one_that_it_has(
    shop, buy, student, course, cancel
):
    buy(student, course)
    for _ in range(2):
        cancel()
        move(student, REFUSED)
        assert buy(student, course).status_code == 201
    customer = customer_of(shop, student)
    assert customer["email"] == "sam@example.test"
    assert len(shop.list_requests(f"/v1/customers/{customer['id']}")) == 1


@pytest.fixture
def cancel():
    """Close the open order."""

    def close():
        cancel_checkout(Order.objects.get(status="pending"))

    return close
