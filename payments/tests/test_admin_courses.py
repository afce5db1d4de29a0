"""What courses brought lately, in the staff's list of courses."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.tests.factories import UserFactory
from courses.tests.factories import CourseFactory
from payments.tests.test_revenue import refunded, sold

pytestmark = pytest.mark.django_db


def desk(*permissions):
    """Somebody of the staff with these permissions: a client."""
    person = UserFactory(is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(person)
    return client


def page(client):
    answer = client.get("/admin/courses/course/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_tells_what_each_course_brought_net_of_refunds():
    refunded(sold(4999), 1000)
    euros = CourseFactory()
    sold(700, course=euros)
    sold(800, course=euros, currency="eur")
    shown = page(desk("view_course", "view_order"))
    assert "39.99 USD" in shown
    assert "8.00 EUR, 7.00 USD" in shown


def test_it_costs_one_command_however_many_courses(commands):
    def cost():
        client = desk("view_course", "view_order")
        with commands() as sent:
            page(client)
        return len(sent)

    sold()
    few = cost()
    for _ in range(5):
        sold()
    assert cost() == few


def test_who_may_not_see_orders_is_told_nothing():
    sold(4999)
    assert "revenue" not in page(desk("view_course")).lower()
