"""Factories for questions, quizzes, attempts and assignments."""

from typing import Any

import factory
from bson import ObjectId
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import UserFactory
from assessments.drawing import list_fixed
from assessments.models import Assignment, Attempt, Question, Quiz, Submission
from assessments.models.question import Kind
from assessments.services import questions
from courses.markdown import render
from courses.models import Lecture
from courses.tests.factories import LectureFactory
from media.models import Asset
from media.tests.factories import FileFactory

KEYS: dict[str, dict[str, Any]] = {
    Kind.SINGLE_CHOICE: {"options": ["Paris", "Rome", "Madrid"], "key": {"option": 0}},
    Kind.TRUE_FALSE: {"key": {"option": 0}},
    Kind.MULTIPLE_CHOICE: {"options": ["2", "3", "4", "5"], "key": {"options": [0, 1, 3]}},
    Kind.SHORT_TEXT: {"key": {"accept": ["do not commit"]}},
    Kind.NUMERIC: {"key": {"value": "9.81", "tolerance": "0.05", "unit": "m/s²"}},
    Kind.ORDERING: {"options": ["second", "first", "third"], "key": {"options": [1, 0, 2]}},
    Kind.MATCHING: {
        "options": ["France", "Italy", "Spain", "Paris", "Rome", "Madrid", "Bern"],
        "key": {"pairs": [[0, 3], [1, 4], [2, 5]]},
    },
    Kind.ESSAY: {},
}
"""The options and the key of a question of each kind, as `POST /questions` takes them."""


def ask(owner: User, kind: str = Kind.SINGLE_CHOICE, **fields: Any) -> Question:
    """Store a question of a kind in a bank; `fields` are those of `POST /questions`."""
    given = {"prompt": f"What of {kind}?", **KEYS[kind], **fields}
    question = questions.build(owner, kind=kind, **given)
    questions.store(owner, [question])
    return question


class QuizFactory(factory.django.DjangoModelFactory):
    """A quiz with its lecture: `QuizFactory(lecture__section__course=course, items=[...])`."""

    class Meta:
        model = Quiz

    lecture = factory.SubFactory(LectureFactory, kind="quiz", body="")
    items = factory.LazyFunction(list)
    questions = factory.LazyAttribute(lambda quiz: list_fixed(quiz.items))


class AttemptFactory(factory.django.DjangoModelFactory):
    """An open attempt; `questions` are frozen ones."""

    class Meta:
        model = Attempt

    user = factory.SubFactory(UserFactory)
    lecture = factory.SubFactory(LectureFactory, kind="quiz", body="")
    course = factory.SelfAttribute("lecture.course")
    number = 1
    started_at = factory.LazyFunction(timezone.now)
    questions = factory.LazyFunction(list)
    question_ids = factory.LazyAttribute(lambda new: [ObjectId(q["id"]) for q in new.questions])
    passing_percent = 50
    max_score = factory.LazyAttribute(lambda new: sum(q["points"] for q in new.questions))


class AssignmentFactory(factory.django.DjangoModelFactory):
    """An assignment of 100 points without a rubric, which takes text and files."""

    class Meta:
        model = Assignment

    lecture = factory.SubFactory(LectureFactory, kind=Lecture.Kind.ASSIGNMENT, body="")
    instructions = "Write an essay."
    instructions_html = factory.LazyAttribute(lambda new: render(new.instructions))
    accept = factory.LazyFunction(lambda: list(Assignment.Accept.values))


class SubmissionFactory(factory.django.DjangoModelFactory):
    """A draft of a student's work, as the database has it: no file is at Cloudinary."""

    class Meta:
        model = Submission

    course_id = factory.SelfAttribute("lecture.course_id")
    text = "My essay."


class HandInFactory(FileFactory):
    """A file that a student uploaded to hand it in."""

    kind = Asset.Kind.SUBMISSION
