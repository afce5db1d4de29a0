"""Three stories over HTTP: something is deleted while somebody refers to it, in both orders."""

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.tests.factories import PASSWORD
from courses.models import Category, Course
from courses.tests.factories import CategoryFactory, CourseFactory
from lms.tests.races import in_between
from payments.models import Order, StripeCustomer

API = "/api/v1"

pytestmark = pytest.mark.usefixtures("transactional_db", "sandbox")


@pytest.fixture
def course(instructor):
    return CourseFactory(instructor=instructor, published=True)


def code(response):
    return response.status_code, response.json()["errors"][0]["code"]


# --- A course is deleted while somebody checks out ---------------------------------------------------------------


@pytest.fixture
def buy(client_of, student, course):
    client = client_of(student)
    return lambda: client.post(f"{API}/payments/checkout", {"course": str(course.pk)})


@pytest.fixture
def delete_course(client_of, instructor, course):
    client = client_of(instructor)
    return lambda: client.delete(f"{API}/courses/{course.pk}")


def test_a_course_that_is_deleted_just_before_its_order_is_not_ordered(
    watched, buy, delete_course, client_of, student, course
):
    bought, deleted = in_between(watched, late=buy, early=delete_course)
    assert deleted.status_code == 204
    assert code(bought) == (404, "not_found")
    assert client_of(student).get(f"{API}/payments/orders").json()["results"] == []
    assert client_of(student).get(f"{API}/courses/{course.pk}/purchase").status_code == 404


def test_a_course_that_is_ordered_just_before_its_deletion_stays(watched, buy, delete_course):
    deleted, bought = in_between(watched, late=delete_course, early=buy)
    assert bought.status_code == 201
    assert code(deleted) == (409, "has_students")
    assert Course.objects.exists()


def test_a_course_whose_only_order_has_expired_stays(delete_course, buy):
    assert buy().status_code == 201
    Order.objects.update(status="expired")
    assert code(delete_course()) == (409, "has_students")


# --- Staff delete a category while an instructor uses it ---------------------------------------------------------


@pytest.fixture
def category(db):
    return CategoryFactory(slug="fresh")


@pytest.fixture
def delete_category(office, category):
    page = reverse("admin:courses_category_delete", args=[category.pk])
    return lambda: office.post(page, {"post": "yes"}, follow=True)


@pytest.fixture(params=["PATCH", "POST"])
def use_category(request, client_of, instructor, course):
    client = client_of(instructor)
    if request.param == "PATCH":
        return lambda: client.patch(f"{API}/courses/{course.slug}", {"category": "fresh"})
    body = {"title": "N", "category": "fresh", "price": {"amount": 0, "currency": "usd"}}
    return lambda: client.post(f"{API}/courses", body, format="json")


def assert_lists_are_whole(visitor, client):
    assert visitor.get(f"{API}/courses").status_code == 200
    assert client.get(f"{API}/courses/mine").status_code == 200
    used = set(Course.objects.values_list("category_id", flat=True))
    assert Category.objects.filter(pk__in=used).count() == len(used)


def test_a_category_that_is_deleted_just_before_its_use_is_refused(
    watched, use_category, delete_category, visitor, client_of, instructor, category
):
    used, deleted = in_between(watched, late=use_category, early=delete_category)
    assert deleted.status_code == 200
    assert code(used) == (400, "does_not_exist")
    assert used.json()["errors"][0]["attr"] == "category"
    assert not Category.objects.filter(pk=category.pk).exists()
    assert_lists_are_whole(visitor, client_of(instructor))


def test_a_category_that_is_used_just_before_its_deletion_stays(
    watched, use_category, delete_category, visitor, client_of, instructor, category
):
    deleted, used = in_between(watched, late=delete_category, early=use_category)
    assert used.status_code in {200, 201}
    assert "is in use and stays" in deleted.content.decode()
    assert "deleted successfully" not in deleted.content.decode()
    assert Category.objects.filter(pk=category.pk).exists()
    assert_lists_are_whole(visitor, client_of(instructor))


# --- A person deletes the account while they check out -----------------------------------------------------------


@pytest.fixture
def leave(client_of, student):
    client = client_of(student)
    return lambda: client.delete(f"{API}/users/me", {"current_password": PASSWORD})


def test_a_person_who_left_just_before_the_order_orders_nothing(watched, buy, leave):
    bought, left = in_between(watched, late=buy, early=leave)
    assert left.status_code == 204
    assert code(bought) == (401, "session_revoked")
    assert not Order.objects.exists()
    assert not StripeCustomer.objects.exists()


def test_a_person_who_ordered_just_before_leaving_is_forgotten_and_the_page_closed(
    watched, buy, leave, student
):
    left, bought = in_between(watched, late=leave, early=buy)
    assert bought.status_code == 201
    assert left.status_code == 204
    assert Order.objects.get().status == "canceled"
    assert not StripeCustomer.objects.exists()
    assert User.objects.get(pk=student.pk).name == "Deleted user"
