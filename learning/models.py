"""Who studies what, and how far they are."""

from typing import Any

from django.conf import settings
from django.db import models
from django_mongodb_backend.fields import (
    ArrayField,
    EmbeddedModelArrayField,
    ObjectIdField,
)
from django_mongodb_backend.models import EmbeddedModel

from lms.models import TimeStamped


class Source(models.TextChoices):
    """Where the right to watch comes from."""

    PURCHASE = "purchase"
    FREE = "free"
    COUPON = "coupon"
    STAFF = "staff"


class Grant(EmbeddedModel):
    """One reason to have access, known by its source and order; only `active` ever changes."""

    source = models.CharField(max_length=10, choices=Source.choices)
    order = ObjectIdField(null=True)
    active = models.BooleanField(default=True)
    since = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.source} {'since' if self.active else 'ended, from'} {self.since:%Y-%m-%d}"


class EnrollmentQuerySet(models.QuerySet["Enrollment"]):
    def visible_to(self, user: Any) -> "EnrollmentQuerySet":
        return self.filter(user=user)

    def active(self) -> "EnrollmentQuerySet":
        return self.filter(status=Enrollment.Status.ACTIVE)


class Enrollment(TimeStamped):
    """A person's study of a course. Access is any active grant; `status` says so for queries.

    `services.py` alone changes grants and status, `progress.py` what has been studied, each by one atomic
    command. `positions` maps a lecture's 24 hex digits to how far it was watched, as `marks.py` writes it.
    """

    class Status(models.TextChoices):
        ACTIVE = "active"
        REVOKED = "revoked"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="enrollments",
        db_index=False,
    )
    course = models.ForeignKey(
        "courses.Course", on_delete=models.PROTECT, related_name="enrollments", db_index=False
    )
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ACTIVE)
    grants = EmbeddedModelArrayField(Grant, default=list)
    enrolled_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)
    # The code of the certificate, written last: until it stands here, the certificate may still have to be issued.
    certificate = models.CharField(max_length=32, blank=True)
    completed_lectures = ArrayField(ObjectIdField(), default=list, blank=True)
    positions = models.JSONField(default=dict, blank=True)
    last_lecture = ObjectIdField(null=True, blank=True)
    last_activity_at = models.DateTimeField()

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "course"], name="enrollment_one_per_course")
        ]
        indexes = [
            models.Index(
                fields=["user", "status", "-last_activity_at", "-id"],
                name="enrollment_user_activity",
            ),
            models.Index(
                fields=["course", "-enrolled_at", "-id"], name="enrollment_course_enrolled"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.course_id}"


class AccessChange(models.Model):
    """One line of the audit trail: who was given or lost what, when, why and by whom. Never changed."""

    class Action(models.TextChoices):
        GRANTED = "granted"
        REVOKED = "revoked"
        RESTORED = "restored"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="access_changes",
        db_index=False,
    )
    # The enrollment, which is there whenever this is, protects the course from deletion.
    course = models.ForeignKey(
        "courses.Course", on_delete=models.DO_NOTHING, related_name="access_changes", db_index=False
    )
    action = models.CharField(max_length=8, choices=Action.choices)
    source = models.CharField(max_length=10, choices=Source.choices)
    order = ObjectIdField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    by = ObjectIdField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["user", "course", "-created_at"], name="access_change_user_course")
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.source}"
