"""The charts on the admin's first page."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from accounts.tests.factories import UserFactory
from courses.tests.factories import CourseFactory
from payments.ledger import bookings, revenue
from payments.models import Refund
from payments.tests.factories import OrderFactory

pytestmark = pytest.mark.django_db

HEADING = "Sales of the last 30 days"


def sold(amount=4999, **fields):
    order = OrderFactory(status="paid", list_amount=amount, paid_at=timezone.now(), **fields)
    bookings.book_sale(order)
    return order


def refunded(order, amount):
    bookings.book_refund(Refund.objects.create(order=order, amount=amount, status="succeeded"))


def first_page(*permissions, language=""):
    person = UserFactory(is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(person)
    answer = client.get("/admin/", headers={"Accept-Language": language})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_sale_and_its_refund_are_counted_on_their_day():
    refunded(sold(4999), 1000)
    [sales] = revenue.read_revenue(30)
    assert (sales.currency, sales.sold, sales.returned) == ("usd", 4999, 1000)
    assert len(sales.days) == 30
    assert (sales.days[-1].sold, sales.days[-1].returned) == (4999, 1000)
    assert sales.days[-1].date - sales.days[0].date == timedelta(days=29)
    assert [(each.sales, each.net) for each in sales.courses] == [(1, 3999)]


def test_a_failed_refund_is_not_counted():
    order = sold(1000)
    refund = Refund.objects.create(order=order, amount=400, status="failed")
    bookings.book_refund(refund)
    bookings.book_failed_refund(refund)
    assert revenue.read_revenue(30)[0].returned == 0


def test_currencies_are_never_added():
    sold(1000)
    sold(5000, currency="jpy")
    assert [(sales.currency, sales.sold) for sales in revenue.read_revenue(30)] == [
        ("jpy", 5000),
        ("usd", 1000),
    ]


def test_the_courses_with_the_highest_revenue_come_first():
    best = CourseFactory(published=True)
    for _ in range(2):
        sold(1000, course=best)
    for amount in [1500, 1400, 1300, 1200, 1100]:
        sold(amount)
    [sales] = revenue.read_revenue(30)
    assert (sales.courses[0].course, sales.courses[0].sales) == (best, 2)
    assert [each.net for each in sales.courses] == [2000, 1500, 1400, 1300, 1200]


def test_older_sales_are_left_out(monkeypatch):
    earlier = timezone.now() - timedelta(days=30)
    with monkeypatch.context() as clock:
        clock.setattr("payments.ledger.bookings.timezone.now", lambda: earlier)
        sold(1000)
    assert revenue.read_revenue(30) == []
    assert [sales.sold for sales in revenue.read_revenue(31)] == [1000]


def test_staff_who_may_see_figures_see_the_charts():
    order = sold(4999)
    refunded(order, 1000)
    text = first_page("view_figures")
    for part in [HEADING, "49.99 USD", "10.00 USD", "39.99 USD", order.course.title, "<rect"]:
        assert part in text, part


def test_staff_see_the_charts_in_their_language_and_the_drawing_stays_one():
    refunded(sold(4999), 1001)
    text = first_page("view_figures", language="de")
    for part in ["Verkäufe der letzten 30 Tage", "49,99 USD", "39,98 USD"]:
        assert part in text, part
    numbers = re.findall(r' (?:x|y|y1|y2|width|height|viewBox)="([^"]*)"', text)
    assert any("." in each for each in numbers)
    assert not any("," in each for each in numbers)


def test_other_staff_see_no_charts():
    sold(4999)
    text = first_page()
    assert HEADING not in text
    assert "49.99" not in text


def test_without_sales_there_is_no_chart():
    text = first_page("view_figures")
    assert "Nothing was sold." in text
    assert "<figure>" not in text


def test_the_charts_cost_three_commands_however_many_sales(commands):
    def cost():
        with commands() as sent:
            assert len(revenue.read_revenue(30)) == 1
        return len(sent)

    sold(1000)
    assert cost() == 3  # the days, the courses with the highest revenue, their titles
    for _ in range(3):
        sold(1000)
    assert cost() == 3
