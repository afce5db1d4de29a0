"""A course with a quiz and an assignment, its student and its instructor."""

from typing import Any

import pytest

from assessments.models import Question
from assessments.services import questions
from assessments.tests.factories import KEYS, AssignmentFactory, QuizFactory
from courses.tests.factories import CourseFactory
from learning.tests.factories import EnrollmentFactory


@pytest.fixture
def course(instructor):
    """A published free course without lectures."""
    return CourseFactory(instructor=instructor, published=True, price_amount=0)


@pytest.fixture
def questions_of():
    """Return a function that adds questions to a bank: `questions_of(instructor, 3, tags=["x"])`."""

    def make(owner, count: int, **fields: Any) -> list[Question]:
        given = {"prompt": "Which one?", **KEYS["single_choice"]}
        rows = [questions.build(owner, kind="single_choice", **given) for _ in range(count)]
        for row in rows:
            vars(row).update(fields)
        questions.store(owner, rows)
        return rows

    return make


@pytest.fixture
def quiz(course, instructor, questions_of):
    """A quiz of two questions, without any limit."""
    items = [{"question": str(question.pk)} for question in questions_of(instructor, 2)]
    return QuizFactory(lecture__section__course=course, items=items)


@pytest.fixture
def enrollment(course, student):
    return EnrollmentFactory(user=student, course=course)


@pytest.fixture
def essay(course):
    """An assignment of 100 points, of which 50 pass."""
    return AssignmentFactory(lecture__section__course=course, points=100)


@pytest.fixture
def enrolled(enrollment, student, client_of):
    """The client of the student who is enrolled in the course."""
    return client_of(student)


@pytest.fixture
def teacher(instructor, client_of):
    return client_of(instructor)
