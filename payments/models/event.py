"""StripeEvent: an event that Stripe sent to the webhook."""

from django.db import models
from django.db.models import F
from django.utils import timezone

from payments.models.order import Order


class StripeEvent(models.Model):
    """An event and whether it was processed. The primary key is Stripe's event id.

    It keeps which object changed and not the new state: an event is only a trigger to ask Stripe.
    """

    class Status(models.TextChoices):
        RECEIVED = "received"
        PROCESSED = "processed"
        IGNORED = "ignored"
        FAILED = "failed"

    DONE = [Status.PROCESSED, Status.IGNORED]

    id = models.CharField(primary_key=True, db_column="_id", max_length=100)
    type = models.CharField(max_length=80)
    object_id = models.CharField(max_length=100, blank=True)
    payment_intent_id = models.CharField(max_length=100, blank=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="events", null=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RECEIVED)
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    livemode = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    received_at = models.DateTimeField(auto_now_add=True)
    processed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["status", "received_at", "id"], name="event_status_received"),
            models.Index(fields=["-received_at", "-id"], name="event_received"),
            models.Index(fields=["object_id"], name="event_object"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.id}"

    @property
    def is_done(self) -> bool:
        return self.status in self.DONE

    def finish(self, status: Status, order: Order | None = None) -> None:
        """Mark the event as processed or ignored, as the last step; do nothing if it is marked already."""
        self._unfinished().update(
            status=status,
            order=order,
            error="",
            attempts=F("attempts") + 1,
            processed_at=timezone.now(),
        )

    def fail(self, error: str) -> None:
        """Keep the error of a try; Stripe delivers the event again."""
        self._unfinished().update(
            status=self.Status.FAILED, error=error[:500], attempts=F("attempts") + 1
        )

    def reopen(self) -> None:
        """Allow staff to process the event again."""
        StripeEvent.objects.filter(pk=self.pk).update(status=self.Status.RECEIVED)

    def _unfinished(self) -> "models.QuerySet[StripeEvent]":
        return StripeEvent.objects.filter(
            pk=self.pk, status__in=[self.Status.RECEIVED, self.Status.FAILED]
        )
