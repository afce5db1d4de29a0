from collections.abc import Iterator
from typing import Any

import pytest

from courses.tests.factories import CourseFactory
from payments.gateway import client
from payments.gateway.snapshots import Payment
from payments.models import Order
from payments.tests.shop import Shop


@pytest.fixture
def shop(sandbox: Any) -> Iterator[Shop]:
    with Shop(sandbox.url) as shop:
        yield shop


@pytest.fixture
def course(instructor: Any) -> Any:
    """A published course for 49.99 dollars."""
    return CourseFactory(instructor=instructor, published=True, title="Sailing")


@pytest.fixture
def buy(client_of: Any, shop: Shop) -> Any:
    """Start a checkout as a user: `buy(user, course, coupon="CODE")` returns the response."""

    def click(user: Any, course: Any, /, **wanted: Any) -> Any:
        client = client_of(user)
        client.raise_request_exception = False  # a 503 is an answer
        return client.post("/api/v1/payments/checkout", {"course": str(course.pk), **wanted})

    return click


@pytest.fixture
def order(buy: Any, student: Any, course: Any) -> Any:
    """An order of the student's with an open page."""
    assert buy(student, course).status_code == 201
    return Order.objects.get(user=student)


@pytest.fixture
def bought(shop: Shop, buy: Any, student: Any, course: Any) -> Any:
    """A paid order of the student's."""
    shop.pay(buy(student, course).json()["checkout_url"])
    assert shop.deliver_all("checkout.session.completed") == [200]
    return Order.objects.get(user=student)


@pytest.fixture
def payment(bought: Any) -> Payment:
    """What Stripe says of the paid order."""
    return client.retrieve_payment(bought.checkout_session_id)


@pytest.fixture
def two_pages(order: Any, buy: Any, student: Any, course: Any) -> list[str]:
    """Two open pages of one order: our code never creates this, a lost response of Stripe's may."""
    first = order.checkout_url
    order.restart(expires_at=order.expires_at)
    return [first, buy(student, course).json()["checkout_url"]]
