"""Enrollments, the grants that give access, and the audit trail of access."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django_mongodb_backend.fields import ArrayField, EmbeddedModelArrayField, ObjectIdField
from django_mongodb_backend.models import EmbeddedModel
from pymongo.collection import Collection

from lms.models import TimeStamped, name_of
from lms.mongodb import connection
from lms.mongodb.indexes import EPOCH


class Source(models.TextChoices):
    """Where a grant comes from."""

    PURCHASE = "purchase"
    FREE = "free"
    COUPON = "coupon"
    STAFF = "staff"
    IMPORT = "import"  # bought or taken on the server that this one replaces


class Grant(EmbeddedModel):
    """One reason for access, known by its source and order.

    Staff and the settlement of an order end it independently of each other: it is `active` while neither has. So a
    dispute that is won does not undo what staff decided, and staff do not undo a refund.
    """

    source = models.CharField(max_length=10, choices=Source.choices)
    order = ObjectIdField(null=True)
    active = models.BooleanField(default=True)
    since = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    ended_by_staff = ObjectIdField(null=True)
    ended_by_settlement = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.source} {'since' if self.active else 'ended, given'} {self.since:%Y-%m-%d}"


class EnrollmentQuerySet(models.QuerySet["Enrollment"]):
    def active(self) -> "EnrollmentQuerySet":
        return self.filter(status=Enrollment.Status.ACTIVE)


class Enrollment(TimeStamped):
    """A person's place in a course: why they have access, and how far they are.

    The person has access while any grant is active; `status` repeats that for queries. Only `services.enrollment`
    changes grants and status, and only `services.study` and `services.completion` change what was studied, each in one
    atomic command. `positions` maps a lecture's 24 hex digits to its mark (see `marks`).
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
    # The certificate's code, written last: while it is empty, the certificate may still have to be issued.
    certificate = models.CharField(max_length=32, blank=True)
    completed_lectures = ArrayField(ObjectIdField(), default=list, blank=True)
    # Those of them that were completed by passing alone (see `kinds`), which starting again leaves.
    passed_lectures = ArrayField(ObjectIdField(), default=list, blank=True)
    # Those that were completed at some time, which gates never lock again.
    ever_completed = ArrayField(ObjectIdField(), default=list, blank=True)
    # High-water marks for refunds, which nobody can set back: every lecture that was ever completed, watched or handed
    # out, and the highest share in percent that these ever were of the published lectures.
    consumed_lectures = ArrayField(ObjectIdField(), default=list, blank=True)
    consumed_percent = models.PositiveSmallIntegerField(default=0)
    positions = models.JSONField(default=dict, blank=True)
    # The lecture that was visited last, and when; of rows that lack the time, `last_activity_at` is the time.
    last_lecture = ObjectIdField(null=True, blank=True)
    last_lecture_at = models.DateTimeField(null=True, blank=True)
    # What was studied until then was reset, and updates of that time count no more.
    reset_at = models.DateTimeField(null=True, blank=True)
    last_activity_at = models.DateTimeField()
    # Since when, and why, the gates of the course are lifted for this person; null and empty while they are not.
    unlocked_at = models.DateTimeField(null=True, blank=True)
    unlock_reason = models.CharField(max_length=200, blank=True)

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
            # Staff's list, and all that the figures read of an enrollment.
            models.Index(fields=["-enrolled_at", "-id", "course"], name="enrollment_enrolled"),
            models.Index(fields=["user", "-enrolled_at", "-id"], name="enrollment_user_enrolled"),
            models.Index(
                fields=["completed_at"],
                condition=models.Q(completed_at__gt=EPOCH),
                name="enrollment_completed",
            ),
            # Covers all that an instructor's overview reads, so that it never fetches an enrollment.
            models.Index(
                fields=["course", "status", "completed_at", "enrolled_at"],
                name="enrollment_course_students",
            ),
        ]

    def __str__(self) -> str:
        return _("{course} for {person}").format(
            course=name_of(self, "course"), person=name_of(self, "user")
        )

    @classmethod
    def collection(cls) -> Collection[dict[str, Any]]:
        """Return MongoDB's collection, for pipelines and for atomic changes of sets."""
        return connection.get_collection(cls._meta.db_table)


class AccessChange(models.Model):
    """One line of the audit trail: a change of a person's access, its reason, and who made it. Never changed.

    `source` and `order` name the grant that changed; both are empty where the gates of the course were lifted or not.
    """

    class Action(models.TextChoices):
        GRANTED = "granted"
        REVOKED = "revoked"
        RESTORED = "restored"
        UNLOCKED = "unlocked"
        LOCKED = "locked"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="access_changes",
        db_index=False,
    )
    # The enrollment, which exists whenever this row does, protects the course from deletion.
    course = models.ForeignKey(
        "courses.Course", on_delete=models.DO_NOTHING, related_name="access_changes", db_index=False
    )
    action = models.CharField(max_length=8, choices=Action.choices)
    source = models.CharField(max_length=10, choices=Source.choices, blank=True)
    order = ObjectIdField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    by = ObjectIdField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["user", "course", "-created_at"], name="access_change_user_course"
            ),
            models.Index(fields=["user", "-id"], name="access_change_user"),
            models.Index(fields=["course", "-id"], name="access_change_course"),
        ]

    def __str__(self) -> str:
        about = _("{course} for {person}").format(
            course=name_of(self, "course"), person=name_of(self, "user")
        )
        return f"{about}: {self.action} ({self.source})"
