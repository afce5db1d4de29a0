"""LedgerCheck: the result of one `ledger --check`."""

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

from lms.mongodb.indexes import TTLIndex

RETENTION = timedelta(days=400)


def default_expiry() -> datetime:
    return timezone.now() + RETENTION


class LedgerCheck(models.Model):
    """One check of the books: how many orders disagree with their bookings, and how many movements at Stripe with none."""

    checked_at = models.DateTimeField(default=timezone.now)
    orders = models.PositiveIntegerField(default=0)
    wrong_orders = models.PositiveIntegerField(default=0)
    unexplained = models.PositiveIntegerField(
        null=True, help_text="Movements of the balance at Stripe. Empty if Stripe was not asked."
    )
    expires_at = models.DateTimeField(default=default_expiry, editable=False)

    class Meta:
        default_permissions = ("view",)
        ordering = ["-checked_at", "-id"]
        indexes = [
            models.Index(fields=["-checked_at", "-id"], name="ledger_check_checked"),
            TTLIndex(field="expires_at", name="ledger_check_ttl"),
        ]

    def __str__(self) -> str:
        return f"{self.checked_at:%Y-%m-%d %H:%M}: {self.wrong_orders} of {self.orders} wrong"
