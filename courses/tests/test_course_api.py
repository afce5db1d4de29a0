"""Creating and changing courses."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from courses.models import Course
from courses.services import authoring, students
from courses.tests.factories import CategoryFactory, CourseFactory, LectureFactory, picture

pytestmark = pytest.mark.django_db

URL = "/api/v1/courses"


@pytest.fixture
def category():
    return CategoryFactory(slug="code")


@pytest.fixture
def data(category):
    return {
        "title": "Python, thoroughly",
        "category": "code",
        "price": {"amount": 4999, "currency": "usd"},
    }


def errors(response, status=400):
    assert response.status_code == status, response.content
    return {(error["attr"], error["code"]) for error in response.json()["errors"]}


def test_an_instructor_creates_a_draft(client_of, instructor, data):
    data |= {
        "subtitle": "From zero",
        "description": "# All of it",
        "level": "beginner",
        "language": "pt-BR",
        "tags": ["python", "web"],
        "objectives": ["Know it"],
        "requirements": ["None"],
    }
    response = client_of(instructor).post(URL, data)
    assert response.status_code == 201, response.content
    body = response.json()
    assert body["slug"] == "python-thoroughly"
    assert body["status"] == "draft"
    assert body["published_at"] is None
    assert body["price"] == {"amount": 4999, "currency": "usd"}
    assert body["description_html"] == "<h1>All of it</h1>\n"
    assert body["instructor"]["id"] == str(instructor.pk)
    assert body["sections"] == []
    for name in ("subtitle", "description", "level", "language", "tags", "objectives"):
        assert body[name] == data[name]


@pytest.mark.parametrize(
    "price",
    [
        {"price": json.dumps({"amount": 100, "currency": "eur"})},
        {"price.amount": "100", "price.currency": "eur"},
    ],
)
@pytest.mark.parametrize("tags", ['["a, b", "c"]', ["a, b", "c"]])
def test_a_form_creates_a_course_with_its_picture(
    sandbox, client_of, instructor, category, price, tags
):
    form = {"title": "Form", "category": "code", "tags": tags, "thumbnail": picture(), **price}
    response = client_of(instructor).post(URL, form, format="multipart")
    assert response.status_code == 201, response.content
    assert response.json()["price"] == {"amount": 100, "currency": "eur"}
    assert response.json()["tags"] == ["a, b", "c"]
    assert response.json()["thumbnail"].startswith("http")


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"price": "49"}, ("price.non_field_errors", "invalid")),
        ({"price": "[" * 5000}, ("price.non_field_errors", "invalid")),
        ({"price": "{"}, ("price.non_field_errors", "invalid")),
        ({"price.amount": "49"}, ("price.currency", "required")),
        ({}, ("price", "required")),
        ({"price": '{"amount": 100, "currency": "usd"}', "tags": "[1, {}]"}, ("tags.1", "invalid")),
        (
            {"price": '{"amount": 100, "currency": "usd"}', "thumbnail": "text"},
            ("thumbnail", "invalid"),
        ),
    ],
)
def test_an_invalid_form_is_refused(client_of, instructor, category, form, error):
    form = {"title": "Form", "category": "code", **form}
    assert error in errors(client_of(instructor).post(URL, form, format="multipart"))


def test_a_file_that_is_not_a_picture_is_refused(client_of, instructor, data):
    form = {
        "title": "Form",
        "category": "code",
        "price.amount": 0,
        "price.currency": "usd",
        "thumbnail": SimpleUploadedFile("a.png", b"<svg onload=alert(1)>", "image/png"),
    }
    response = client_of(instructor).post(URL, form, format="multipart")
    assert errors(response) == {("thumbnail", "invalid_image")}
    assert not Course.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "attr"),
    [
        ("title", "", "title"),
        ("title", "x" * 121, "title"),
        ("title", "a\0b", "title"),
        ("category", "nobody-has-this", "category"),
        ("category", {"$gt": ""}, "category"),
        ("level", "expert", "level"),
        ("language", "English", "language"),
        ("price", {"amount": 49, "currency": "usd"}, "price.amount"),
        ("price", {"amount": -1, "currency": "usd"}, "price.amount"),
        ("price", {"amount": 10.5, "currency": "usd"}, "price.amount"),
        ("price", {"amount": 10**8, "currency": "usd"}, "price.amount"),
        ("price", {"amount": 10**12, "currency": "usd"}, "price.amount"),
        ("price", {"amount": 490, "currency": "kwd"}, "price.amount"),
        ("price", {"amount": 1005, "currency": "kwd"}, "price.amount"),
        ("price", {"amount": 100, "currency": "xxx"}, "price.currency"),
        ("price", {"amount": 100, "currency": "USD"}, "price.currency"),
        ("price", 100, "price.non_field_errors"),
        ("price", None, "price"),
        ("tags", ["x"] * 11, "tags"),
        ("tags", ["x" * 31], "tags.0"),
        ("tags", "python", "tags"),
        ("objectives", [[]], "objectives.0"),
        ("thumbnail", "abc", "thumbnail"),
        ("completion", "never", "completion"),
    ],
)
def test_invalid_input_is_refused_and_its_field_named(
    client_of, instructor, data, field, value, attr
):
    response = client_of(instructor).post(URL, data | {field: value})
    assert {name for name, _ in errors(response)} == {attr}
    assert not Course.objects.exists()


@pytest.mark.parametrize("body", [[], "text", None, 5, [1]])
def test_a_body_that_is_not_an_object_is_refused(client_of, instructor, body):
    assert client_of(instructor).post(URL, body).status_code == 400


@pytest.mark.parametrize(
    "price",
    [
        {"amount": 0, "currency": "usd"},
        {"amount": 50, "currency": "usd"},
        {"amount": 99_999_999, "currency": "usd"},
        {"amount": 50, "currency": "jpy"},
        {"amount": 1010, "currency": "kwd"},
    ],
)
def test_a_price_is_zero_or_can_be_charged(client_of, instructor, data, price):
    response = client_of(instructor).post(URL, data | {"price": price})
    assert response.json()["price"] == price


def test_counters_slug_and_status_cannot_be_written(client_of, instructor, data):
    data |= {
        "status": "published",
        "enrolled_count": 1000,
        "rating_sum": 5,
        "slug": "mine",
        "instructor": "0" * 24,
        "published_at": "2020-01-01T00:00:00Z",
    }
    body = client_of(instructor).post(URL, data).json()
    assert (body["status"], body["enrolled_count"], body["published_at"]) == ("draft", 0, None)
    assert body["slug"] == "python-thoroughly"
    assert body["instructor"]["id"] == str(instructor.pk)


def test_students_and_visitors_cannot_create_courses(client_of, student, visitor, data):
    assert client_of(student).post(URL, data).status_code == 403
    assert visitor.post(URL, data).status_code == 401


def test_a_change_changes_only_the_fields_that_it_names(client_of):
    course = CourseFactory(published=True, title="Old", subtitle="Stays")
    Course.objects.filter(pk=course.pk).update(enrolled_count=7)
    response = client_of(course.instructor).patch(f"{URL}/{course.pk}", {"title": "New"})
    assert response.status_code == 200
    body = response.json()
    assert (body["title"], body["subtitle"], body["slug"]) == ("New", "Stays", course.slug)
    assert body["price"] == {"amount": 4999, "currency": "usd"}
    assert body["enrolled_count"] == 7


@pytest.mark.parametrize(("price", "attr"), [({"amount": 100}, "price.currency"), ({}, "price")])
def test_a_price_needs_an_amount_and_a_currency(client_of, price, attr):
    course = CourseFactory()
    response = client_of(course.instructor).patch(f"{URL}/{course.pk}", {"price": price})
    assert attr in {name.removesuffix(".amount") for name, _ in errors(response)}
    assert Course.objects.get().price_amount == 4999


def test_a_late_change_does_not_undo_a_counted_student():
    course = CourseFactory(published=True)
    stale = Course.objects.get(pk=course.pk)
    students.count_student(course.pk, by=1)
    students.sum_up()
    authoring.change(stale, title="Late")
    course.refresh_from_db()
    assert (course.title, course.enrolled_count) == ("Late", 1)


def test_a_course_without_students_is_deleted_with_its_outline(client_of):
    lecture = LectureFactory()
    course = lecture.course
    client = client_of(course.instructor)
    assert client.delete(f"{URL}/{course.pk}").status_code == 204
    assert client.get(f"{URL}/{course.pk}").status_code == 404
    assert not type(lecture).objects.exists()
