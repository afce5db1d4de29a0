from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from courses.tests.factories import CourseFactory
from payments.models import Order
from payments.tests.shop import Shop


@pytest.fixture
def desk(staff: Any) -> Client:
    """A member of staff who is signed in to Django's admin: a client."""
    client = Client()
    client.force_login(staff)
    return client


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
    """Click on "buy" as somebody: `buy(user, course, coupon="CODE")` gives the answer."""

    def click(user: Any, course: Any, /, **wanted: Any) -> Any:
        client = client_of(user)
        client.raise_request_exception = False  # a 503 is an answer
        return client.post("/api/v1/payments/checkout", {"course": str(course.pk), **wanted})

    return click


@pytest.fixture
def order(buy: Any, student: Any, course: Any) -> Any:
    """An order of the student's whose page is open."""
    buy(student, course)
    return Order.objects.get(user=student)


@pytest.fixture
def bought(shop: Shop, buy: Any, student: Any, course: Any) -> Any:
    """An order of the student's that is paid, with its money's id."""
    shop.pay(buy(student, course).json()["checkout_url"])
    assert shop.tell("checkout.session.completed") == [200]
    return Order.objects.get(user=student)


@pytest.fixture
def two_pages(order: Any, buy: Any, student: Any, course: Any) -> list[str]:
    """Two open pages of one order: no code of ours leaves a page open when it makes another."""
    first = order.checkout_url
    order.restart(expires_at=order.expires_at)
    return [first, buy(student, course).json()["checkout_url"]]
