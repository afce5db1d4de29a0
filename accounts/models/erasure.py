"""A person's request to have their account erased."""

from django.db import models
from django.utils import timezone

from accounts.models.user import User


class Erasure(models.Model):
    """An account that is to be erased, kept until the erasure is complete.

    It is written before anything is erased and deleted last, by `manage.py finish_erasures`: that completes what failed,
    and what other requests of the same person wrote at the same time.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="erasure")
    requested_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"of {self.user_id}"
