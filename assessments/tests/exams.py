"""Attempts at a quiz, and questions as attempts keep them, with a right and a wrong response to each."""

from typing import Any, NamedTuple

from bson import ObjectId
from django.utils import timezone

from accounts.models import User
from assessments.models import Attempt, Quiz
from assessments.models.attempt import FrozenQuestion
from assessments.models.question import Kind
from assessments.scores import maximum
from courses.tests.factories import CourseFactory, LectureFactory, SectionFactory
from learning.tests.factories import EnrollmentFactory


class Sample(NamedTuple):
    """A frozen question, and how one may respond to it."""

    question: FrozenQuestion
    right: Any
    wrong: Any

    @property
    def id(self) -> str:
        return self.question["id"]


def choice(points: int = 100, pk: str = "") -> Sample:
    """Return a question with two options, of which the first is right."""
    right, wrong = str(ObjectId()), str(ObjectId())
    question = _freeze(Kind.SINGLE_CHOICE, {"option": right}, points, right, wrong)
    question["id"] = pk or question["id"]
    return Sample(question, right, wrong)


def number(points: int = 100) -> Sample:
    key = {"value": "9.81", "tolerance": "0.05", "unit": "m/s²"}
    return Sample(_freeze(Kind.NUMERIC, key, points), "9.8", "98.1")


def essay(points: int = 100) -> Sample:
    """Return a question that a person grades."""
    return Sample(_freeze(Kind.ESSAY, {}, points), "Because.", "Why not?")


def _freeze(kind: str, key: dict[str, Any], points: int, *options: str) -> FrozenQuestion:
    return FrozenQuestion(
        id=str(ObjectId()),
        revision=1,
        kind=kind,
        prompt_html=f"<p>{kind}?</p>",
        options=[{"id": pk, "text_html": f"<p>{pk}</p>"} for pk in options],
        points=points,
        key=key,
        explanation_html="<p>Planted explanation.</p>",
    )


def make_quiz(instructor: User, *students: User, **fields: Any) -> Quiz:
    """Make a quiz in a course of its own, beside an article, for students who are enrolled."""
    course = CourseFactory(instructor=instructor, published=True, price_amount=0)
    section = SectionFactory(course=course)
    LectureFactory(section=section)
    for student in students:
        EnrollmentFactory(user=student, course=course)
    lecture = LectureFactory(section=section, kind="quiz", body="")
    return Quiz.objects.create(lecture=lecture, **fields)


def begin(student: User, quiz: Quiz, *samples: Sample, **fields: Any) -> Attempt:
    """Begin an attempt at a quiz that asks these questions."""
    questions = [sample.question for sample in samples]
    given = {
        "number": Attempt.objects.filter(user=student, lecture=quiz.lecture).count() + 1,
        "started_at": timezone.now(),
        "passing_percent": quiz.passing_percent,
        **fields,
    }
    return Attempt.objects.create(
        user=student,
        lecture=quiz.lecture,
        course=quiz.lecture.course,
        questions=questions,
        question_ids=[ObjectId(question["id"]) for question in questions],
        max_score=maximum(questions),
        **given,
    )
