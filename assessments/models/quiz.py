"""Quizzes: which questions a lecture asks, how often, for how long, and what passes."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_mongodb_backend.fields import ArrayField, ObjectIdField

from lms.models import TimeStamped, name_of

MAX_ITEMS = 200
"""How many questions an attempt may have, those drawn counted."""


class Quiz(TimeStamped):
    """What a lecture of kind `quiz` asks; a quiz is known by its lecture.

    `items` are, in their order, `{"question": id}` or `{"draw": {"tags": [...], "count": n}}`, ids as 24 hex digits.
    Attempts freeze all but `show_key` and `counts`, which are looked up when an attempt is read.
    """

    class ShowKey(models.TextChoices):
        """When students see keys, explanations and which responses were right."""

        NEVER = "never"
        AFTER_ATTEMPT = "after_attempt"
        AFTER_PASS = "after_pass"  # noqa: S105 (no password)
        AFTER_LAST = "after_last"

    class Counts(models.TextChoices):
        """Which graded attempt counts."""

        BEST = "best"
        LAST = "last"

    lecture = models.OneToOneField("courses.Lecture", on_delete=models.CASCADE, related_name="quiz")
    items = models.JSONField(default=list)
    # The questions that `items` name, for the index by which a question finds its quizzes.
    questions = ArrayField(ObjectIdField(), default=list, editable=False)
    passing_percent = models.PositiveSmallIntegerField(default=50)
    max_attempts = models.PositiveIntegerField(null=True, blank=True)
    time_limit_seconds = models.PositiveIntegerField(null=True, blank=True)
    cooldown_seconds = models.PositiveIntegerField(default=0)
    shuffle = models.BooleanField(default=False)
    show_key = models.CharField(
        max_length=13, choices=ShowKey.choices, default=ShowKey.AFTER_ATTEMPT
    )
    counts = models.CharField(max_length=4, choices=Counts.choices, default=Counts.BEST)
    # Becomes true with the first attempt, and stays true: such a lecture is never deleted.
    has_attempts = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name_plural = _("quizzes")
        indexes = [
            models.Index(fields=["questions"], name="quiz_questions"),
            # For joins, which no partial index serves, and that of a unique field is one.
            models.Index(fields=["lecture", "id"], name="quiz_lecture"),
        ]

    def __str__(self) -> str:
        return name_of(self, "lecture")


class Allowance(TimeStamped):
    """More time or more attempts at a quiz for one student, with the reason."""

    quiz = models.ForeignKey(
        Quiz, on_delete=models.CASCADE, related_name="allowances", db_index=False
    )
    enrollment = models.ForeignKey(
        "learning.Enrollment", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    extra_seconds = models.PositiveIntegerField(default=0)
    extra_attempts = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=500)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quiz", "enrollment"], name="allowance_one_per_student")
        ]
        indexes = [
            models.Index(fields=["quiz"], name="allowance_quiz"),
            models.Index(fields=["enrollment"], name="allowance_enrollment"),
        ]

    def __str__(self) -> str:
        return self.reason
