"""The world of one batch: a course with three quizzes and an article, its instructor, and the people who take it."""

from functools import partial
from typing import Any

from accounts.models import User
from accounts.services.sessions import open_session
from accounts.tests.factories import UserFactory
from courses.models import Course, Lecture
from courses.tests.factories import CourseFactory, LectureFactory, SectionFactory
from learning.services.enrollment import enroll
from proof import api
from proof.attempts.samples import ESSAY, POINTS, SAMPLES, Sample

QUIZZES: dict[str, dict[str, Any]] = {
    "whole": {
        "passing_percent": 50,
        "max_attempts": 3,
        "time_limit_seconds": 600,
        "counts": "best",
    },
    "drawn": {"passing_percent": 60, "max_attempts": None, "counts": "last", "shuffle": True},
    "essay": {"passing_percent": 70, "max_attempts": 2, "show_key": "after_last"},
}
DRAWN = 3
"""How many questions an attempt at the quiz "drawn" has."""


class World:
    """People, questions and quizzes of their own for one batch."""

    def __init__(self) -> None:
        teacher: User = UserFactory.create(role="instructor")
        self.instructor = api.client(Authorization=f"Bearer {open_session(teacher).access}")
        self.staff: User = UserFactory.create(is_staff=True)
        self.course: Course = CourseFactory.create(
            instructor=teacher, published=True, price_amount=0
        )
        section = SectionFactory.create(course=self.course)
        self.article: Lecture = LectureFactory.create(section=section, kind="article", position=0)
        self.questions = {sample.prompt: self._ask(sample) for sample in SAMPLES}
        self.essay = self._ask(ESSAY)
        fixed = [{"question": each["id"]} for each in self.questions.values()]
        essay = [fixed[0], {"question": self.essay["id"]}]
        draw = [{"draw": {"tags": ["pool"], "count": DRAWN}}]
        items = {"whole": fixed, "drawn": draw, "essay": essay}
        self.quizzes: dict[str, Lecture] = {}
        for position, (name, settings) in enumerate(QUIZZES.items(), 1):
            lecture = LectureFactory.create(section=section, kind="quiz", position=position)
            path = f"lectures/{lecture.pk}/quiz"
            self._done(api.send(self.instructor, "PUT", path, items=items[name], **settings))
            self.quizzes[name] = lecture

    def create_student(self, number: int) -> tuple[User, Any]:
        """Return a new student of the course, and their client."""
        user: User = UserFactory.create(email=f"s{number}@proof.test", password=None)
        enroll(user.pk, self.course.pk, source="free")
        return user, api.client(Authorization=f"Bearer {open_session(user).access}")

    def _ask(self, sample: Sample) -> dict[str, Any]:
        """Add a sample to the instructor's bank."""
        question = {
            "kind": sample.kind,
            "prompt": sample.prompt,
            "points": POINTS,
            "tags": [] if sample is ESSAY else ["pool"],
        }
        if sample.options:
            question["options"] = sample.options
        if sample.key:
            question["key"] = sample.key
        return self._done(partial(api.post, self.instructor, "questions")(**question))

    def _done(self, answer: Any) -> dict[str, Any]:
        assert answer.status_code in {200, 201}, answer.content
        body: dict[str, Any] = answer.json()
        return body
