"""The terms of a course follow every change of what they are made of."""

import pytest
from django.core.management import call_command

from accounts.services import profiles
from courses.models import Course
from courses.services import authoring
from courses.tests.factories import CourseFactory

pytestmark = pytest.mark.django_db

URL = "/api/v1/courses"


def found(client, search):
    response = client.get(URL, {"search": search})
    assert response.status_code == 200, response.content
    return [course["title"] for course in response.json()["results"]]


def test_a_change_of_a_published_course_is_found_at_once(visitor):
    course = CourseFactory(published=True, title="Old", description="Nothing.")
    authoring.change(course, title="Python", tags=["snakes"], description="About *reptiles*.")
    for search in ("pyth", "snakes", "reptiles"):
        assert found(visitor, search) == ["Python"]
    assert found(visitor, "old") == found(visitor, "repti") == []


def test_a_course_has_no_terms_while_it_is_not_published(visitor):
    course = CourseFactory(published=True, title="Python")
    for take_away in (authoring.unpublish, authoring.archive):
        take_away(course)
        course.refresh_from_db()
        assert course.terms == []
        assert found(visitor, "python") == []
        authoring.change(course, title="Python")
        course.refresh_from_db()
        assert course.terms == []


def test_an_instructor_is_found_by_the_new_name(visitor):
    course = CourseFactory(published=True, title="Python", instructor__name="Ada")
    draft = CourseFactory(title="Draft", instructor=course.instructor)
    assert found(visitor, "ada") == ["Python"]
    profiles.change_profile(course.instructor, name="Béa")
    assert (found(visitor, "ada"), found(visitor, "bea")) == ([], ["Python"])
    profiles.correct_user(course.instructor, name="Cleo")
    assert (found(visitor, "bea"), found(visitor, "cleo")) == ([], ["Python"])
    draft.refresh_from_db()
    assert draft.terms == []


def test_the_command_fills_and_empties_what_is_out_of_step(visitor):
    CourseFactory(published=True, title="Python", terms=[])
    CourseFactory(title="Python draft", terms=["1python"])
    assert found(visitor, "python") == []
    for _ in range(2):
        call_command("index_courses", verbosity=0)
        assert found(visitor, "python") == ["Python"]
    assert Course.objects.get(title="Python draft").terms == []
