"""A person who is to be forgotten."""

from django.db import models
from django.utils import timezone

from accounts.models.user import User


class Erasure(models.Model):
    """That a person asked to be forgotten, kept until nothing is left of them.

    It is written first and deleted last: what a crash left undone, `manage.py finish_erasures` does.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="erasure")
    requested_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"of {self.user_id}"
