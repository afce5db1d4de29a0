"""What staff note about a person for each other."""

from django.db import models
from django.utils import timezone
from django_mongodb_backend.fields import ObjectIdField

from accounts.models.user import User


class StaffNote(models.Model):
    """A note about a person by a member of staff, never changed.

    No page of the API shows it, except the person's own copy of their data: what is noted about people is theirs to see
    (GDPR, article 15).
    """

    MAX_LENGTH = 2000

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    text = models.TextField(max_length=MAX_LENGTH)
    by = ObjectIdField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ("add", "view")
        indexes = [
            models.Index(fields=["user", "-created_at", "-id"], name="staff_note_user_created")
        ]

    def __str__(self) -> str:
        return f"note of {self.created_at:%Y-%m-%d %H:%M}"
