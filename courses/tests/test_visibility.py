"""Who may see a course."""

import pytest
from bson import ObjectId
from django.contrib.auth.models import AnonymousUser

from courses.tests.factories import CourseFactory
from courses.visibility import Facts, is_author, may_see, teaches, viewers

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(student, instructor, other_instructor, staff):
    return {
        "visitor": AnonymousUser(),
        "student": student,
        "instructor": instructor,
        "other_instructor": other_instructor,
        "staff": staff,
    }


def who(decide, people, course):
    return {name for name, person in people.items() if decide(person, course)}


@pytest.mark.parametrize("status", ["draft", "in_review", "archived"])
def test_only_its_author_sees_a_course_that_is_not_published(people, instructor, status):
    course = CourseFactory(instructor=instructor, status=status)
    facts = Facts(course.pk, course.instructor_id, course.status)
    for same in (course, facts):
        assert who(may_see, people, same) == {"instructor", "staff"}
        assert who(is_author, people, same) == {"instructor", "staff"}
        assert who(teaches, people, same) == {"instructor"}


def test_everybody_sees_a_published_course(people):
    facts = Facts(ObjectId(), ObjectId(), "published")
    assert who(may_see, people, facts) == set(people)
    assert who(is_author, people, facts) == {"staff"}


def test_another_app_lets_more_people_see_a_hidden_course(student, other_student, monkeypatch):
    hidden = Facts(ObjectId(), ObjectId(), "draft")
    monkeypatch.setattr(viewers, "_entries", [lambda user, course: user == student])
    assert may_see(student, hidden)
    assert not may_see(other_student, hidden)
    assert not may_see(AnonymousUser(), hidden)


def test_the_other_apps_are_asked_only_about_a_hidden_course(student, instructor, staff, commands):
    with commands() as sent:
        assert may_see(student, Facts(ObjectId(), ObjectId(), "published"))
        assert may_see(instructor, Facts(ObjectId(), instructor.pk, "draft"))
        assert may_see(staff, Facts(ObjectId(), ObjectId(), "draft"))
        assert not may_see(AnonymousUser(), Facts(ObjectId(), ObjectId(), "draft"))
    assert sent == []
