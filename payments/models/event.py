"""What Stripe told us, and who our customers are to Stripe."""

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils import timezone

from lms.models import TimeStamped
from payments.models.order import Order


class StripeEvent(models.Model):
    """What Stripe told us and what became of it. The primary key is Stripe's event id.

    It keeps what the event is about, not what it said: the event is only a trigger to look.
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
            models.Index(fields=["object_id"], name="event_object"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.id}"

    @property
    def is_done(self) -> bool:
        return self.status in self.DONE

    def finish(self, status: Status, order: Order | None = None) -> None:
        """Write the completion down, last of all; a repetition that comes later changes nothing."""
        self._open().update(
            status=status,
            order=order,
            error="",
            attempts=F("attempts") + 1,
            processed_at=timezone.now(),
        )

    def fail(self, error: str) -> None:
        self._open().update(
            status=self.Status.FAILED, error=error[:500], attempts=F("attempts") + 1
        )

    def reopen(self) -> None:
        """Let staff have it processed again."""
        StripeEvent.objects.filter(pk=self.pk).update(status=self.Status.RECEIVED)

    def _open(self) -> "models.QuerySet[StripeEvent]":
        return StripeEvent.objects.filter(
            pk=self.pk, status__in=[self.Status.RECEIVED, self.Status.FAILED]
        )


class StripeCustomer(TimeStamped):
    """Who a person is to Stripe, and the address that Stripe has of them."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="stripe_customer"
    )
    customer_id = models.CharField(max_length=100, unique=True)
    email = models.EmailField()

    def __str__(self) -> str:
        return self.customer_id
