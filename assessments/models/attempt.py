"""Attempts at quizzes: what was drawn and frozen, what was answered, and how it was graded."""

from datetime import datetime, timedelta
from typing import Any, NotRequired, TypedDict

from django.conf import settings
from django.db import models
from django.db.models import Q
from django_mongodb_backend.fields import ArrayField, ObjectIdField
from pymongo.collection import Collection

from lms.models import TimeStamped, name_of
from lms.mongodb import connection

GRACE = timedelta(seconds=5)
"""For how long after `expires_at` responses are taken, since they travel a while."""


class FrozenOption(TypedDict):
    """An option in an attempt, in the order in which it is shown."""

    id: str
    text_html: str
    side: NotRequired[str]


class FrozenQuestion(TypedDict):
    """A question as an attempt has it: nothing of it changes once the attempt has begun. Ids are 24 hex digits."""

    id: str
    revision: int
    kind: str
    prompt_html: str
    options: list[FrozenOption]
    points: int
    key: dict[str, Any]
    explanation_html: str


class SavedResponse(TypedDict):
    """A response, cleaned by `assessments.responses`, and when it was given (ISO 8601, UTC)."""

    response: Any
    answered_at: str


class Result(TypedDict):
    """The last grade line of a question of an attempt. An essay that waits for its grade has no result.

    `key` is set after a regrade: the key with which the score was computed, in place of the frozen one.
    """

    number: int
    score: int
    source: str
    feedback: str
    key: NotRequired[dict[str, Any]]


class Attempt(TimeStamped):
    """One try of a student at a quiz, from the start until it is graded.

    `open -> submitted -> graded`; `submitted` waits for the grade of an essay. `responses` and `results` map a
    question's 24 hex digits to a `SavedResponse` and a `Result`. `score`, `max_score` (both in hundredths), `percentage` and
    `passed` follow from `results`, and are null until the attempt is graded. Every change counts `version` up.
    """

    class Status(models.TextChoices):
        OPEN = "open"
        SUBMITTED = "submitted"
        GRADED = "graded"

    class By(models.TextChoices):
        """Who submitted an attempt."""

        STUDENT = "student"
        CLOCK = "clock"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="attempts", db_index=False
    )
    lecture = models.ForeignKey(
        "courses.Lecture", on_delete=models.PROTECT, related_name="attempts", db_index=False
    )
    # The enrollment and the attempt protect the course from deletion.
    course = models.ForeignKey(
        "courses.Course", on_delete=models.DO_NOTHING, related_name="+", db_index=False
    )
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.OPEN)
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.CharField(max_length=7, choices=By.choices, blank=True)
    graded_at = models.DateTimeField(null=True, blank=True)
    # Frozen at the start.
    questions = models.JSONField(default=list)
    question_ids = ArrayField(ObjectIdField(), default=list)
    passing_percent = models.PositiveSmallIntegerField()
    time_limit_seconds = models.PositiveIntegerField(null=True, blank=True)
    # What happened since.
    responses = models.JSONField(default=dict)
    results = models.JSONField(default=dict)
    needs_grading = models.BooleanField(default=False)
    score = models.PositiveIntegerField(null=True, blank=True)
    max_score = models.PositiveIntegerField()
    percentage = models.PositiveSmallIntegerField(null=True, blank=True)
    passed = models.BooleanField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "lecture", "number"], name="attempt_user_quiz_number"
            ),
            models.UniqueConstraint(
                fields=["user", "lecture"],
                condition=Q(status="open"),
                name="attempt_one_open_per_quiz",
            ),
        ]
        indexes = [
            models.Index(fields=["-started_at", "-id"], name="attempt_started"),
            models.Index(fields=["lecture", "-started_at", "-id"], name="attempt_lecture_started"),
            models.Index(
                fields=["lecture", "needs_grading", "-started_at", "-id"],
                name="attempt_lecture_grading",
            ),
            models.Index(fields=["user", "-started_at", "-id"], name="attempt_user_started"),
            models.Index(fields=["user", "course"], name="attempt_user_course"),
            # Covers all that a gradebook reads of an attempt, so that it never fetches its questions.
            models.Index(
                fields=["course", "user", "lecture", "number", "status", "percentage", "passed"],
                name="attempt_course_user",
            ),
            models.Index(fields=["question_ids"], name="attempt_questions"),
            models.Index(fields=["expires_at"], condition=Q(status="open"), name="attempt_expiry"),
        ]

    def __str__(self) -> str:
        return f"{name_of(self, 'lecture')} ({self.number})"

    def is_open_at(self, now: datetime) -> bool:
        """Return whether the attempt takes responses: it is not submitted, and its time is not over."""
        is_over = self.expires_at is not None and self.expires_at + GRACE < now
        return self.status == self.Status.OPEN and not is_over

    @property
    def was_cut_off(self) -> bool:
        """Return whether the attempt was submitted because its student's access ended, before its own time was over."""
        is_over = self.submitted_at and self.expires_at and self.submitted_at >= self.expires_at
        return self.submitted_by == self.By.CLOCK and not is_over

    @classmethod
    def collection(cls) -> Collection[dict[str, Any]]:
        """Return MongoDB's collection, for pipelines and for atomic changes."""
        return connection.get_collection(cls._meta.db_table)
