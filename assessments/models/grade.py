"""Grade: a line of the record of all grades. Lines are added, never changed; the last one counts."""

from typing import Any, NoReturn, override

from django.db import models
from django_mongodb_backend.fields import ObjectIdField

from assessments.models.assignment import Submission
from assessments.models.attempt import Attempt


class Grades(models.QuerySet["Grade"]):
    """Lines that can be read and added to."""

    @override
    def update(self, **fields: Any) -> NoReturn:
        raise TypeError("A grade line is never changed.")

    @override
    def delete(self) -> NoReturn:
        raise TypeError("A grade line is never deleted.")


class Grade(models.Model):
    """What a question of an attempt, or a submission, got; and who or what gave it.

    `number` counts the lines of a question or submission from 1. Scores are hundredths. `by` is the teacher who graded by hand.
    `key` is what a regrade graded with. `rubric` maps a criterion's id to its score.
    """

    class Source(models.TextChoices):
        AUTOMATIC = "automatic"
        MANUAL = "manual"
        REGRADE = "regrade"

    attempt = models.ForeignKey(
        Attempt, on_delete=models.PROTECT, related_name="grades", null=True, db_index=False
    )
    question = ObjectIdField(null=True)
    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, related_name="grades", null=True, db_index=False
    )
    number = models.PositiveIntegerField()
    score = models.PositiveIntegerField()
    max_score = models.PositiveIntegerField()
    source = models.CharField(max_length=9, choices=Source.choices)
    key = models.JSONField(null=True)
    rubric = models.JSONField(null=True)
    feedback = models.TextField(max_length=10_000, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    by = ObjectIdField(null=True)
    created_at = models.DateTimeField()

    objects = Grades.as_manager()

    class Meta:
        constraints = [
            # One each: a unique index leaves out the rows of which a field is null.
            models.UniqueConstraint(
                fields=["attempt", "question", "number"], name="grade_attempt_number"
            ),
            models.UniqueConstraint(
                fields=["submission", "number"], name="grade_submission_number"
            ),
        ]
        indexes = [
            models.Index(fields=["attempt", "-id"], name="grade_attempt"),
            models.Index(fields=["submission", "-id"], name="grade_submission"),
        ]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.score / 100:g} / {self.max_score / 100:g} ({self.source})"
