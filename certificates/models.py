"""Certificates: proof that a person completed a course, for everybody to verify."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models

from accounts.models import User
from lms.models import TimeStamped
from lms.mongodb.indexes import EPOCH

ENDS = {"access_ended_at": "certificate_ended", "withdrawn_at": "certificate_withdrawn"}
"""What ends a certificate, and the name of the index of those that it ended."""


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible_to(self, user: User | AnonymousUser) -> "CertificateQuerySet":
        return self.filter(user=user.pk)


class Certificate(TimeStamped):
    """A person's certificate of a course, with the names and the language as they were when it was issued.

    Two independent facts end it: the person's access ended (`access_ended_at`, emptied when the access is restored),
    or staff withdrew it or the person was erased (`withdrawn_at`). It is valid while both are empty.
    """

    code = models.CharField(max_length=32, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="certificates",
        db_index=False,
    )
    # The enrollment, which exists whenever this row does, protects the course from deletion.
    course = models.ForeignKey(
        "courses.Course", on_delete=models.DO_NOTHING, related_name="certificates", db_index=False
    )
    person_name = models.CharField(max_length=100)
    course_title = models.CharField(max_length=120)
    instructor_name = models.CharField(max_length=100)
    language = models.CharField(max_length=10, default=settings.LANGUAGE_CODE)
    issued_at = models.DateTimeField()
    access_ended_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        db_table = "learning_certificate"  # where certificates were kept before this app existed
        constraints = (
            models.UniqueConstraint(fields=["user", "course"], name="certificate_one_per_course"),
        )
        indexes = (
            models.Index(fields=["user", "-issued_at", "-id"], name="certificate_user_issued"),
            models.Index(fields=["user", "-id"], name="certificate_user"),
            models.Index(fields=["course", "-id"], name="certificate_course"),
            *(
                models.Index(
                    fields=["-id", name], condition=models.Q(**{f"{name}__gt": EPOCH}), name=index
                )
                for name, index in ENDS.items()
            ),
        )

    def __str__(self) -> str:
        return self.code

    @property
    def is_valid(self) -> bool:
        return self.revoked_at is None

    @property
    def revoked_at(self) -> datetime | None:
        """Return the time since when it is not valid, or None while it is valid."""
        ends = (at for at in (self.access_ended_at, self.withdrawn_at) if at)
        return min(ends, default=None)
