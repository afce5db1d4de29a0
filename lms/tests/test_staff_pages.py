"""The staff's site: refusals as pages, a navigation by permission, rows that people understand."""

import re

import pytest
from bson import ObjectId
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import InstructorRequest
from accounts.tests.factories import UserFactory
from courses.models import Category, Course, Review
from courses.tests.factories import CourseFactory
from lms.exception_handler import bad_request, payload_too_large, server_error
from lms.tests import world
from media.models import Asset
from payments.models import Coupon, StripeEvent

pytestmark = pytest.mark.django_db


def test_a_refusal_is_a_page_on_the_site_of_the_staff_and_json_elsewhere(office, rf, settings):
    settings.DEBUG = False
    clerk = Client()
    clerk.force_login(UserFactory(is_staff=True))
    strict = Client(enforce_csrf_checks=True)
    at = rf.get("/admin/courses/course/")
    pages = {
        404: office.get("/admin/nothing/"),
        403: clerk.get("/admin/courses/course/"),
        400: bad_request(at, ValueError()),
        413: payload_too_large(at),
        500: server_error(at),
    }
    pages["csrf"] = strict.post("/admin/login/", {"username": "x"})
    for status, page in pages.items():
        assert page.status_code == (403 if status == "csrf" else status)
        assert page["Content-Type"].startswith("text/html")
        text = page.content.decode()
        assert reverse("admin:index") in text
        assert "{" not in re.sub(r"<[^>]+>", "", text.partition("<h1")[2].partition("</p>")[0])
    assert "once more" in pages["csrf"].content.decode()
    assert server_error(rf.get("/api/v1/courses"))["Content-Type"] == "application/json"


def test_the_navigation_names_each_list_for_an_owner_and_no_forbidden_link_for_others(office):
    links = set(re.findall(r'href="(/admin/\w+/\w+/)"', office.get("/admin/").content.decode()))
    lists = {
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in filter(admin.site.is_registered, apps.get_models())
    }
    assert lists <= links
    clerk = Client()
    clerk.force_login(UserFactory(is_staff=True))
    assert not re.findall(r'href="(/admin/\w+/\w+/)"', clerk.get("/admin/").content.decode())


def test_what_is_searched_in_the_navigation_is_found_or_nothing(office):
    assert "Courses" in office.get("/admin/search/?s=cours&page=x").content.decode()
    assert office.get("/admin/search/?s=").status_code == 200


def test_what_is_deleted_with_a_row_is_named_by_words(client):
    school = world.rebuild()
    client.force_login(school.people["staff"])
    group = Group.objects.create(name="Desk")
    group.permissions.set(Permission.objects.filter(codename="view_order"))
    InstructorRequest.objects.create(user=school.people["student"])
    asked = set()
    for model in admin.site._registry:
        row = model._base_manager.first()
        if row is None:
            continue
        options = model._meta
        url = reverse(f"admin:{options.app_label}_{options.model_name}_delete", args=[row.pk])
        shown = client.get(url)
        if shown.status_code != 403:
            asked.add(model)
            assert not re.search(r" object \(|[0-9a-f]{24}<", shown.text), url
    assert {Group, Category, Course, Review, Coupon, Asset} <= asked


def test_the_headings_of_the_pages_are_words(office):
    for path in ("lms/jobrun/", "accounts/user/", "auth/group/add/", "payments/order/"):
        shown = office.get(f"/admin/{path}").text
        assert not re.search(
            r">\s*(Lms|Users|Accounts|Payments|Authentication and Authorization)\s*<", shown
        ), path
    names = {each.app_config.verbose_name for each in (m._meta for m in admin.site._registry)}
    learnt = {"Courses", "Learning", "Assessments", "Certificates"}
    assert names == {"People", *learnt, "Money", "Files", "System"}


def test_each_row_is_known_by_words_also_when_what_it_refers_to_is_gone():
    unclear = []
    values = {"DateTimeField": timezone.now(), "CharField": "x", "EmailField": "a@b.test"}
    for model in filter(admin.site.is_registered, apps.get_models()):
        row = model(pk="evt_1" if model is StripeEvent else ObjectId())
        for field in model._meta.concrete_fields:
            if field.is_relation or field.get_internal_type().startswith("ObjectId"):
                setattr(row, field.attname, ObjectId())
            elif field.name == "currency":
                row.currency = "usd"
            elif field.name == "prompt":
                row.prompt = "x"
            elif not getattr(row, field.name):
                setattr(row, field.name, values.get(field.get_internal_type(), 1))
        if model is apps.get_model("payments.LedgerEntry"):
            row.account = f"instructor:{ObjectId()}"
        if re.search(r"[0-9a-f]{24}| object \(", str(row)):
            unclear.append(str(row))
    assert unclear == []


def test_an_enrollment_is_a_course_for_a_person():
    row = apps.get_model("learning.Enrollment")(
        user=UserFactory(name="Hana Sato"), course=CourseFactory(title="Practical MongoDB")
    )
    assert str(row) == "Practical MongoDB for Hana Sato"
