"""Titles and names of courses show something, and read as what they are."""

import pytest

from courses.models import Category
from courses.tests.factories import CategoryFactory, CourseFactory, LectureFactory, SectionFactory

pytestmark = pytest.mark.django_db

URL = "/api/v1"
UNREADABLE = [
    ("\u200b\u200b", "invisible"),
    ("\u3164", "invisible"),
    ("Sail\u202eing", "direction_characters"),
    ("Sail\x1bing", "control_characters"),
]


def errors(response):
    assert response.status_code == 400, response.content
    return {(error["attr"], error["code"]) for error in response.json()["errors"]}


@pytest.mark.parametrize(("text", "code"), UNREADABLE)
def test_an_instructor_cannot_write_what_nobody_can_read(client_of, instructor, text, code):
    lecture = LectureFactory(section__course=CourseFactory(instructor=instructor))
    course, client = f"{URL}/courses/{lecture.course_id}", client_of(instructor)
    for name in ("title", "subtitle"):
        assert errors(client.patch(course, {name: text})) == {(name, code)}
    for name in ("tags", "objectives", "requirements"):
        assert errors(client.patch(course, {name: [text]})) == {(f"{name}.0", code)}
    new = {
        "title": text,
        "category": CategoryFactory().slug,
        "price": {"amount": 0, "currency": "usd"},
    }
    assert errors(client.post(f"{URL}/courses", new)) == {("title", code)}
    for url in (f"{course}/sections", f"{course}/lectures"):
        assert ("title", code) in errors(client.post(url, {"title": text}))
    for url in (f"{URL}/sections/{lecture.section_id}", f"{URL}/lectures/{lecture.pk}"):
        assert errors(client.patch(url, {"title": text})) == {("title", code)}


@pytest.mark.parametrize(
    "title", ["1984", "\U0001f469\u200d\U0001f4bb", "\u0645\u06cc\u200c\u062e"]
)
def test_a_title_may_be_a_number_an_emoji_or_joined(client_of, instructor, title):
    course = SectionFactory(course__instructor=instructor).course
    answer = client_of(instructor).patch(f"{URL}/courses/{course.pk}", {"title": title})
    assert answer.status_code == 200
    assert answer.json()["title"] == title


def test_staff_cannot_name_a_category_invisibly(office):
    page = office.post("/admin/courses/category/add/", {"name": "\u200b", "slug": "nothing"})
    assert "Enter at least one letter" in page.content.decode()
    assert not Category.objects.exists()
