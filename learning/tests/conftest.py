"""A course with lectures and students."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from courses.models import Lecture
from courses.services import outline
from courses.tests.factories import CourseFactory, LectureFactory, SectionFactory
from learning.tests.factories import EnrollmentFactory


@pytest.fixture
def course(instructor):
    """A published free course without lectures."""
    return CourseFactory(instructor=instructor, published=True, price_amount=0)


@pytest.fixture
def lectures_of() -> Callable[..., list]:
    """Return a function that adds lectures: `lectures_of(course, 3, kind="video", duration_seconds=600)`."""

    def make(course, count: int, **fields: Any) -> list:
        fields |= {"section": SectionFactory(course=course)}
        lectures = [LectureFactory.build(position=place, **fields) for place in range(count)]
        Lecture.objects.bulk_create(lectures)
        outline.recount(course.pk)
        return lectures

    return make


@pytest.fixture
def lectures(course, lectures_of) -> list:
    """Three videos of ten minutes each, in the order of the course."""
    return lectures_of(course, 3, kind="video", body="", duration_seconds=600)


@pytest.fixture
def enroll() -> Callable:
    """Return a function that enrolls a person: `enroll(student, course)`."""
    return lambda user, course, **fields: EnrollmentFactory(user=user, course=course, **fields)


@pytest.fixture
def enrolled(course, lectures, student, enroll, client_of):
    """The client of a student who is enrolled in the course with its three lectures."""
    enroll(student, course)
    return client_of(student)


@pytest.fixture
def progress_url(course) -> str:
    return f"/api/v1/courses/{course.pk}/progress"


@pytest.fixture
def lecture_url(progress_url) -> Callable[[Any], str]:
    return lambda lecture: f"{progress_url}/lectures/{lecture.pk}"


@pytest.fixture
def batch(enrolled, progress_url):
    """Return a function that sends updates and returns the response."""
    return lambda *updates: enrolled.post(f"{progress_url}/batch", {"updates": updates})


@pytest.fixture
def ago():
    """Return a function that returns the time some seconds ago, as JSON."""
    now = timezone.now()
    return lambda seconds: (now - timedelta(seconds=seconds)).isoformat()
