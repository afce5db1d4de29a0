"""Every list of staff: served by indexes, counted up to a limit, searchable, and exported as filtered."""

import csv
import io
from datetime import UTC, datetime

import pytest
from bson import ObjectId
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import RequestFactory
from django.urls import reverse

from accounts.models import User
from accounts.tests.factories import UserFactory
from courses.tests.factories import CourseFactory
from lms import inbox
from lms.admin import ModelAdmin
from lms.admin.lists import BoundedPaginator
from lms.models import AuditEntry

pytestmark = pytest.mark.django_db

PAGES = [page for page in admin.site._registry.values() if isinstance(page, ModelAdmin)]
TERMS = ("f" * 24, "sam", "Course")


@pytest.fixture
def office(client):
    client.force_login(UserFactory(email="sam@example.test", is_staff=True, is_superuser=True))
    return client


def url_of(page, view="changelist"):
    return reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_{view}")


def read_csv(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_every_list_with_each_filter_and_search_is_served_by_an_index(office):
    """The commands are checked as they are sent (`lms.tests.scans`)."""
    CourseFactory()
    for page in PAGES:
        answer = office.get(url_of(page))
        assert answer.status_code == 200, page
        changelist = answer.context["cl"]
        assert isinstance(changelist.paginator, BoundedPaginator), page
        assert page.search_by or page.search_fields, f"{page} has no search"
        assert page.search_help_text or page.search_fields, f"{page} says not what is searched"
        choices = [
            choice["query_string"]
            for spec in changelist.filter_specs
            for choice in spec.choices(changelist)
            if not choice["selected"]
        ]
        searches = [f"?q={term}" for term in TERMS]
        for query in [*choices, *searches]:
            ask(page, query, answer.wsgi_request.user)


def ask(page, query, user):
    """Read the rows of a list without rendering its page, which costs much more."""
    request = RequestFactory().get(url_of(page) + query)
    request.user, request.session = user, {}
    rows = page.changelist_view(request).context_data["cl"].result_list
    assert len(rows) <= page.list_per_page, (page, query)


def test_a_list_is_filtered_by_nothing_that_has_no_index(office):
    assert office.get("/admin/accounts/user/?bio__icontains=x").status_code == 400
    assert office.get("/admin/payments/order/?user__email__startswith=x").status_code == 400
    assert office.get(f"/admin/payments/order/?user__id__exact={ObjectId()}").status_code == 200


def test_a_person_is_found_by_the_beginning_of_the_name_in_any_case_and_accent(office):
    person = UserFactory(name="Zoë van der Berg", email="zb@example.test")
    for term in ("zoe", "ZOË VAN", "zb@"):
        found = office.get("/admin/accounts/user/", {"q": term}).context["cl"].result_list
        assert [row.pk for row in found] == [person.pk], term
    assert not office.get("/admin/accounts/user/", {"q": "berg"}).context["cl"].result_list


def test_a_list_and_the_inbox_count_up_to_a_limit(office, monkeypatch):
    monkeypatch.setattr(inbox, "MAX_COUNTED", 3)
    monkeypatch.setattr("lms.admin.lists.MAX_COUNTED", 3)
    for _ in range(4):
        UserFactory()
    answer = office.get("/admin/accounts/user/")
    assert "more than 3" in answer.content.decode()
    assert inbox.count_rows(User.objects.order_by("-id")).is_more


def test_a_list_is_exported_as_filtered_and_the_export_is_kept(office):
    now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    User.objects.bulk_create(
        User(email=f"p{n}@example.test", name="=1+1", role="instructor", created_at=now)
        for n in range(130)
    )
    answer = office.get("/admin/accounts/user/export/?role__exact=instructor&q=p")
    assert answer.streaming
    rows = read_csv(answer)
    assert len({row["id"] for row in rows}) == 130
    assert {row["name"] for row in rows} == {"'=1+1"}
    assert all(row["created at"].endswith("Z") for row in rows)
    entry = AuditEntry.objects.get(action="export")
    assert (entry.model, entry.after["rows"]) == ("accounts.user", 130)
    assert entry.after["query"] == "role__exact=instructor&q=%28not+shown%29"


def test_every_list_can_be_exported_by_staff_with_the_permission_alone(office, client):
    for page in PAGES:
        answer = office.get(url_of(page, "export"))
        assert answer.status_code == 200, page
        read_csv(answer)
    person = UserFactory(is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename="view_user"))
    client.force_login(person)
    assert client.get("/admin/accounts/user/").status_code == 200
    assert client.get("/admin/accounts/user/export/").status_code == 403
    person.user_permissions.set(Permission.objects.filter(codename="export_lists"))
    assert client.get("/admin/accounts/user/export/").status_code == 403
