"""A student's review of a course."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from courses.models.course import Course
from lms.models import TimeStamped


class Review(TimeStamped):
    course = models.ForeignKey(
        Course, on_delete=models.CASCADE, related_name="reviews", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reviews"
    )
    rating = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    comment = models.TextField(max_length=2000, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    report_reason = models.CharField(max_length=500, blank=True)
    # When staff hid the review: a hidden review is neither listed nor counted.
    hidden_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "user"], name="review_one_per_person")
        ]
        indexes = [
            models.Index(fields=["course", "-created_at", "-id"], name="review_course_created"),
            models.Index(fields=["-reported_at", "-id"], name="review_reported"),
        ]

    def __str__(self) -> str:
        return f"{self.rating}/5"
