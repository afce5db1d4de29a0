"""A student's request to become an instructor, for sites where staff decide."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models.user import User
from lms.models import TimeStamped, name_of
from lms.mongodb.transaction import atomic


class InstructorRequest(TimeStamped):
    """A request to become an instructor, at most one per person."""

    class Status(models.TextChoices):
        PENDING = "pending"
        APPROVED = "approved"
        DECLINED = "declined"

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="instructor_request")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.PENDING)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )

    class Meta:
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="request_created"),
            models.Index(fields=["status", "created_at", "id"], name="request_status"),
        ]

    def __str__(self) -> str:
        return f"{name_of(self, 'user')} ({self.status})"

    @atomic
    def approve(self, decided_by: User) -> bool:
        """Make the person an instructor; return False if the request was decided already."""
        if not self._decide(self.Status.APPROVED, decided_by):
            return False
        User.objects.filter(pk=self.user_id).update(role=User.Role.INSTRUCTOR)
        return True

    def decline(self, decided_by: User) -> bool:
        """Decline the request; return False if it was decided already."""
        return self._decide(self.Status.DECLINED, decided_by)

    def _decide(self, status: str, decided_by: User) -> bool:
        pending = InstructorRequest.objects.filter(pk=self.pk, status=self.Status.PENDING)
        decision = {"status": status, "decided_by": decided_by, "decided_at": timezone.now()}
        if not pending.update(**decision):
            return False
        for name, value in decision.items():
            setattr(self, name, value)
        return True
