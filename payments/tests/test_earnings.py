"""The earnings of an instructor."""

import pytest
from bson import ObjectId
from django.utils import timezone

from courses.tests.factories import CourseFactory
from payments.ledger import bookings
from payments.models import Order, Refund

pytestmark = pytest.mark.django_db

URL = "/api/v1/payments/earnings"


def sold(user, course, amount, *, currency="usd", tax=0):
    order = Order.objects.create(
        user=user,
        course=course,
        status="paid",
        list_amount=amount - tax,
        tax_amount=tax,
        total_amount=amount,
        currency=currency,
        paid_at=timezone.now(),
        payment_intent_id=f"pi_{ObjectId()}",
    )
    bookings.book_sale(order)
    return order


@pytest.fixture
def course(instructor):
    return CourseFactory(instructor=instructor, published=True, title="Sailing")


def test_without_sales_there_are_no_earnings(client_of, instructor):
    answer = client_of(instructor).get(URL)
    assert answer.status_code == 200
    assert answer.json() == {
        "balance": {"amount": 0, "currency": "usd"},
        "balances": [{"amount": 0, "currency": "usd"}],
        "months": [],
    }


def test_earnings_are_shown_by_month_and_course(
    client_of, instructor, student, other_student, course
):
    sold(student, course, 4999)
    sold(other_student, course, 1099, tax=99)
    body = client_of(instructor).get(URL).json()
    earned = 3499 + 700  # 70 % of 49.99 and of 10.00, the tax is not shared
    assert body["balance"] == {"amount": earned, "currency": "usd"}
    assert body["months"] == [
        {
            "month": f"{timezone.now():%Y-%m}",
            "course": {"id": str(course.pk), "slug": course.slug, "title": "Sailing"},
            "sales": 2,
            "earned": {"amount": earned, "currency": "usd"},
        }
    ]


def test_a_refund_reduces_the_earnings(client_of, instructor, student, course):
    order = sold(student, course, 1000)
    bookings.book_refund(Refund.objects.create(order=order, amount=400, status="succeeded"))
    body = client_of(instructor).get(URL).json()
    assert body["balance"]["amount"] == 700 - 280
    assert body["months"][0]["sales"] == 1


def test_currencies_are_never_added(client_of, instructor, student, other_student, course):
    sold(student, course, 1000)
    sold(other_student, course, 5000, currency="jpy")
    body = client_of(instructor).get(URL).json()
    assert body["balances"] == [
        {"amount": 3500, "currency": "jpy"},
        {"amount": 700, "currency": "usd"},
    ]
    assert body["balance"] == {"amount": 700, "currency": "usd"}
    assert len(body["months"]) == 2


def test_another_instructor_sees_none_of_them(client_of, other_instructor, student, course):
    sold(student, course, 1000)
    assert client_of(other_instructor).get(URL).json()["months"] == []


def test_students_and_visitors_are_refused(client_of, visitor, student):
    assert client_of(student).get(URL).status_code == 403
    assert visitor.get(URL).status_code == 401


def test_earnings_cost_three_commands_however_many_sales(
    client_of, instructor, student, other_student, course, commands
):
    client = client_of(instructor)
    sold(student, course, 1000)
    sold(other_student, course, 1000)
    with commands() as sent:
        client.get(URL)
    assert len(sent) == 3  # the session, the ledger, the courses
