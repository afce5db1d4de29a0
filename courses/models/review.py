"""A student's review of a course."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext as _

from courses.models.course import Course
from lms.models import TimeStamped, name_of
from lms.mongodb.indexes import EPOCH

LISTED = {"hidden_at": None, "access_ended_at": None}
"""The condition on reviews that are listed and counted, for querysets and for pipelines."""


class ReviewQuerySet(models.QuerySet["Review"]):
    def listed(self) -> "ReviewQuerySet":
        """Return the reviews that everybody sees and that count."""
        return self.filter(**LISTED)

    def answered(self) -> "ReviewQuerySet":
        return self.exclude(replied_at=None)


class Review(TimeStamped):
    course = models.ForeignKey(
        Course, on_delete=models.CASCADE, related_name="reviews", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reviews", db_index=False
    )
    rating = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    comment = models.TextField(max_length=2000, blank=True)
    # The course's owner answers the review in public; "" without an answer.
    reply = models.TextField(max_length=2000, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    report_reason = models.CharField(max_length=500, blank=True)
    # Two independent facts, and a review is listed and counted while both are empty: when staff hid it, and when its
    # author's access to the course ended.
    hidden_at = models.DateTimeField(null=True, blank=True)
    access_ended_at = models.DateTimeField(null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "user"], name="review_one_per_person")
        ]
        indexes = [
            models.Index(fields=["course", "-created_at", "-id"], name="review_course_created"),
            models.Index(fields=["-reported_at", "-id"], name="review_reported"),
            models.Index(fields=["course", "-reported_at", "-id"], name="review_course_reported"),
            models.Index(fields=["user", "-reported_at", "-id"], name="review_user_reported"),
            models.Index(
                fields=["-reported_at", "-id", "hidden_at"],
                condition=models.Q(hidden_at__gt=EPOCH),
                name="review_hidden",
            ),
        ]

    def __str__(self) -> str:
        return _("{course}: {rating}/5 by {person}").format(
            course=name_of(self, "course"), rating=self.rating, person=name_of(self, "user")
        )

    @property
    def is_listed(self) -> bool:
        return self.hidden_at is None and self.access_ended_at is None
