"""The inbox on the staff's first page."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import InstructorRequest
from accounts.tests.factories import UserFactory
from courses.tests.factories import CourseFactory
from lms import inbox
from lms.models import QueuedTask
from lms.registry import Registry
from payments.models import Order
from payments.tests.factories import OrderFactory

pytestmark = pytest.mark.django_db


def first_page(*permissions):
    person = UserFactory(is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(person)
    answer = client.get("/admin/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_staff_see_what_waits_in_the_lists_that_they_may_see_and_no_more():
    InstructorRequest.objects.create(user=UserFactory())
    OrderFactory(attention="Look at it.")
    text = first_page("view_instructorrequest")
    assert "Requests to become an instructor" in text
    assert "/admin/accounts/instructorrequest/?status__exact=pending" in text
    assert "Orders that need attention" not in text
    assert "Nothing waits for you." in first_page()


def test_each_link_leads_to_the_list_with_what_was_counted():
    OrderFactory()
    OrderFactory(attention="Look at it.")
    InstructorRequest.objects.create(user=UserFactory())
    CourseFactory(status="in_review")
    QueuedTask.objects.create(name="lms.tasks.x", status="failed")
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    seen = 0
    for item in inbox.items:
        if item.permission == "lms.view_jobrun":
            continue  # of jobs, above the list of their runs: see test_clock
        number = item.count().number
        assert client.get(item.url).context["cl"].result_count == number, item.label
        seen += number
    assert seen >= 4
    assert Order.objects.needing_attention().count() == 1


def test_what_cannot_be_counted_is_unknown_and_the_page_is_shown(monkeypatch):
    def fail():
        raise ConnectionError

    items = Registry()
    items.register(inbox.InboxItem("Jobs", fail, "/admin/", "accounts.view_user"))
    monkeypatch.setattr(inbox, "items", items)
    assert "unknown" in first_page("view_user")
