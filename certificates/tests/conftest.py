"""A certificate of a published course."""

import pytest

from accounts.models import User
from certificates.models import Certificate
from certificates.services import issue
from courses.models import Course
from courses.tests.factories import CourseFactory


@pytest.fixture
def course(instructor: User) -> Course:
    return CourseFactory(instructor=instructor, published=True)


@pytest.fixture
def certificate(student: User, course: Course) -> Certificate:
    """The student's certificate of the course."""
    return Certificate.objects.get(code=issue(student.pk, course.pk))
