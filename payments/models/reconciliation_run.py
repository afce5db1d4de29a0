"""ReconciliationRun: the result of one run of the reconciler."""

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

from lms.mongodb.indexes import TTLIndex

RETENTION = timedelta(days=400)


def default_expiry() -> datetime:
    return timezone.now() + RETENTION


class ReconciliationRun(models.Model):
    """One run: how many differences from Stripe were found, repaired, and left to people.

    `findings` keeps the first few hundred, each `{check, subject, problem, outcome}`; the counts cover all.
    """

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    days = models.PositiveIntegerField(help_text="How far back Stripe's lists were read.")
    dry_run = models.BooleanField(default=False)
    looked_at = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    repaired = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0, help_text="What somebody must look at.")
    findings = models.JSONField(default=list, blank=True)
    expires_at = models.DateTimeField(default=default_expiry, editable=False)

    class Meta:
        db_table = "payments_driftreport"  # its name when its collection was made
        default_permissions = ("view",)
        ordering = ["-started_at", "-id"]
        indexes = [
            models.Index(fields=["-started_at", "-id"], name="drift_started"),
            TTLIndex(field="expires_at", name="drift_ttl"),
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}: {self.found} found, {self.left} left"
