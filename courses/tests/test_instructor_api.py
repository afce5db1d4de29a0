"""The public profile of an instructor."""

import pytest

from courses.models import Course
from courses.services import reviews
from courses.tests.factories import CourseFactory

pytestmark = pytest.mark.django_db

URL = "/api/v1/instructors"


def test_a_profile_shows_an_instructor_with_their_courses(visitor, instructor, student):
    new, old = (CourseFactory(instructor=instructor, published=True) for _ in range(2))
    Course.objects.filter(pk=new.pk).update(published_at=new.published_at.replace(year=2099))
    archived = CourseFactory(instructor=instructor, status="archived")
    CourseFactory(instructor=instructor, title="Draft")
    for course in (old, archived):
        Course.objects.filter(pk=course.pk).update(enrolled_count=3)
        reviews.write(student, course, rating=4)
    response = visitor.get(f"{URL}/{instructor.pk}")
    body = response.json()
    assert [card["slug"] for card in body.pop("courses")] == [new.slug, old.slug]
    assert body == {
        "id": str(instructor.pk),
        "name": "Ina Instructor",
        "headline": "",
        "bio": "",
        "avatar": None,
        "course_count": 2,
        "student_count": 6,
        "rating": {"average": 4.0, "count": 2},
    }
    assert instructor.email.encode() not in response.content
    assert b"Draft" not in response.content


def test_a_new_instructor_has_no_courses_and_no_rating(visitor, instructor):
    body = visitor.get(f"{URL}/{instructor.pk}").json()
    assert (body["course_count"], body["student_count"], body["courses"]) == (0, 0, [])
    assert body["rating"] == {"average": None, "count": 0}


def test_students_and_inactive_instructors_have_no_profile(visitor, student, instructor):
    assert visitor.get(f"{URL}/{student.pk}").status_code == 404
    type(instructor).objects.filter(pk=instructor.pk).update(is_active=False)
    assert visitor.get(f"{URL}/{instructor.pk}").status_code == 404
    assert visitor.get(f"{URL}/{'0' * 24}").status_code == 404
    assert visitor.get(f"{URL}/me").status_code == 404


def test_an_instructor_costs_three_commands(visitor, instructor, commands):
    CourseFactory.create_batch(3, instructor=instructor, published=True)
    with commands() as sent:
        assert len(visitor.get(f"{URL}/{instructor.pk}").json()["courses"]) == 3
    assert len(sent) == 3
