"""What the reconciler found."""

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

from lms.mongodb.indexes import TTLIndex

KEPT = timedelta(days=400)


def _end() -> datetime:
    return timezone.now() + KEPT


class ReconciliationRun(models.Model):
    """One run of the reconciler: how far we had drifted from Stripe, and what was left to people.

    `findings` holds the first few hundred, each `{check, subject, problem, outcome}`; the counts are of all.
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
    expires_at = models.DateTimeField(default=_end, editable=False)

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
