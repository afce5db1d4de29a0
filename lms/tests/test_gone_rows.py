"""Every list and page survives a reference whose row is gone: never a 500, and the other rows are there."""

from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.models import User
from accounts.services.sessions import open_session
from courses.models import Category, Course, Lecture, Section
from learning.services.enrollment import enroll
from lms.mongodb import connection
from lms.tests.matrix import ROWS, fill
from lms.tests.test_references import REFERENCES
from lms.tests.test_skeleton import APPS
from lms.tests.world import PEOPLE, Kept, build, copy_rows, names, put_back
from media.models import Asset
from payments.models import Order, Refund
from payments.tests.factories import OrderFactory

REFERRED = {field.related_model for field in REFERENCES.values() if field.is_relation}
OURS = sorted(
    {model for model in REFERRED if model.__module__.split(".")[0] in APPS} | {Lecture}, key=str
)
READERS = ("student", "instructor", "staff")
# What each of them may read; a certificate on paper draws the names that it keeps, slowly.
READS = {
    who: sorted(
        {
            path
            for method, path, _, statuses in ROWS
            if method == "GET" and statuses[PEOPLE.index(who)] < 400 and not path.endswith("/pdf")
        }
    )
    for who in READERS
}


def build_more() -> SimpleNamespace:
    """Create the school of the permission matrix, with a refund and an order of the other student."""
    world = build()
    Refund.objects.create(order=world.order, amount=1)
    OrderFactory(user=world.people["other_student"], course=world.free)
    enroll(world.people["student"].pk, world.free.pk, source="free")
    return world


rebuild = Kept(build_more)


@pytest.fixture
def world(db) -> SimpleNamespace:
    return rebuild()


def empty(model, keep=()):
    """Delete all rows of a model but some, behind Django's back."""
    rows = connection.get_collection(model._meta.db_table)
    rows.delete_many({"_id": {"$nin": [row.pk for row in keep]}})


def reader(user) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {open_session(user).access}")
    return client


@pytest.fixture
def read(commands):
    """Read a path of the API; return the status, and the commands of the database as text."""

    def get(client, path):
        cache.clear()
        with commands() as sent:
            response = client.get(path)
            if response.streaming:
                b"".join(response.streaming_content)
        return response.status_code, str([event.command for event in sent])

    return get


@pytest.mark.parametrize("who", READERS)
def test_every_read_of_the_api_survives_rows_that_are_gone(world, commands, read, who):
    client = reader(world.people[who])
    paths = ["/api/v1" + fill(path, names(world)) for path in READS[who]]
    asked = {path: read(client, path)[1] for path in paths}
    rows = copy_rows()
    for model in OURS:
        with commands() as sent:
            empty(model, keep=[world.people[who]])
            # What does not ask a collection does not notice that its rows are gone.
            for path in paths:
                if repr(model._meta.db_table) in asked[path]:
                    status, _ = read(client, path)
                    assert status < 500, (model, path)
        put_back(rows, sent)


def refers(model, other) -> bool:
    return any(field.related_model is other for field in model._meta.get_fields())


@pytest.mark.parametrize("model", [*OURS, Group], ids=lambda model: model._meta.label)
def test_every_page_of_the_staff_survives_rows_that_are_gone(world, model):
    staff = world.people["staff"]
    client = Client()
    client.force_login(staff)
    pages = [("admin:index", [])]
    for each in admin.site._registry:
        if each not in {model, User} and not refers(each, model):
            continue
        name = f"admin:{each._meta.app_label}_{each._meta.model_name}"
        pages.append((f"{name}_changelist", []))
        pages += [(f"{name}_change", [pk]) for pk in each.objects.values_list("pk", flat=True)[:1]]
    empty(model, keep=[staff])
    for name, args in pages:
        response = client.get(reverse(name, args=args))
        assert response.status_code in {200, 302}, (name, args)


def results(client, path):
    return client.get(f"/api/v1{path}").json()["results"]


def test_a_course_whose_category_is_gone_keeps_its_card(world, visitor):
    before = {card["id"]: card for card in results(visitor, "/courses")}
    empty(Category)
    after = {card["id"]: card for card in results(visitor, "/courses")}
    assert before.keys() == after.keys()
    pk = str(world.category.pk)
    gone = {"id": pk, "name": "Deleted category", "slug": pk}
    assert {key: card | {"category": gone} for key, card in before.items()} == after
    mine = results(reader(world.instructor), "/courses/mine")
    assert {card["category"]["name"] for card in mine} == {"Deleted category"}


def test_an_order_whose_course_is_gone_is_shown_with_the_id_of_the_course(world):
    client = reader(world.people["student"])
    [before] = results(client, "/payments/orders")
    empty(Course)
    [after] = results(client, "/payments/orders")
    pk = str(world.course.pk)
    gone = {"id": pk, "slug": pk, "title": "Deleted course", "thumbnail": None}
    assert after == before | {"course": gone}
    purchase = client.get(f"/api/v1/courses/{pk}/purchase").json()
    assert purchase["order"] == after


def test_an_enrollment_whose_course_is_gone_is_left_out_and_the_page_after_it_is_found(world):
    client = reader(world.people["student"])
    newest, oldest = results(client, "/enrollments")
    rows = connection.get_collection(Course._meta.db_table)
    rows.delete_one({"slug": newest["course"]["slug"]})
    page = client.get("/api/v1/enrollments?page_size=1").json()
    assert page["results"] == []
    assert client.get(page["next"]).json()["results"] == [oldest]


def test_a_review_and_a_student_whose_person_is_gone_are_nameless(world, visitor):
    empty(User, keep=[world.instructor])
    [review] = results(visitor, f"/courses/{world.course.pk}/reviews")
    assert review["author"] == {"name": "Deleted user", "avatar": None}
    [student] = results(reader(world.instructor), f"/courses/{world.course.pk}/students")
    assert student["student"]["name"] == "Deleted user"


def test_a_lecture_whose_file_or_section_is_gone_is_shown(world):
    client = reader(world.instructor)
    empty(Asset)
    empty(Section)
    assert client.get(f"/api/v1/lectures/{world.film.pk}").status_code == 200
    assert client.get(f"/api/v1/courses/{world.course.pk}").json()["sections"] == []


def test_a_refund_whose_order_is_gone_is_listed_to_staff(world):
    empty(Order)
    client = Client()
    client.force_login(world.people["staff"])
    assert client.get(reverse("admin:payments_refund_changelist")).status_code == 200
