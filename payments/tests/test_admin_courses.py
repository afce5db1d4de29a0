"""The recent revenue of each course, in the staff's list of courses."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.tests.factories import UserFactory
from courses.tests.factories import CourseFactory
from payments.tests.test_figures import refunded, sold

pytestmark = pytest.mark.django_db


def office(*permissions):
    """Return a client of a member of staff with these permissions."""
    person = UserFactory(is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(person)
    return client


def page(client):
    """Return the staff's list of courses."""
    answer = client.get("/admin/courses/course/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_shows_the_revenue_of_each_course_less_refunds():
    refunded(sold(4999), 1000)
    euros = CourseFactory()
    sold(700, course=euros)
    sold(800, course=euros, currency="eur")
    text = page(office("view_course", "view_order"))
    assert "39.99 USD" in text
    assert "8.00 EUR, 7.00 USD" in text


def test_the_list_costs_the_same_for_few_and_for_many_courses(commands):
    def cost():
        client = office("view_course", "view_order")
        with commands() as sent:
            page(client)
        return len(sent)

    sold()
    few = cost()
    for _ in range(5):
        sold()
    assert cost() == few


def test_staff_who_may_not_see_orders_see_no_revenue():
    sold(4999)
    assert "revenue" not in page(office("view_course")).lower()
