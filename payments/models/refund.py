"""Refund and Dispute: money that goes back to the customer, or that the customer's bank demands."""

from django.db import models

from lms.models import TimeStamped
from payments.models.order import Order


class Refund(TimeStamped):
    """A refund. The row is created before the request to Stripe; its id is the idempotency key."""

    class Status(models.TextChoices):
        REQUESTED = "requested"
        PENDING = "pending"
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        CANCELED = "canceled"

    # The money has left our balance or is about to.
    COUNTED = [Status.REQUESTED, Status.PENDING, Status.SUCCEEDED]

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="refunds")
    amount = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.REQUESTED)
    reason = models.CharField(max_length=500, blank=True)
    stripe_refund_id = models.CharField(max_length=100, unique=True, null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["status", "created_at", "id"], name="refund_status_created")
        ]

    def __str__(self) -> str:
        return f"{self.amount} of {self.order_id}"


class Dispute(TimeStamped):
    """A demand of the customer's bank for the money (`warning_*`: an inquiry, which only asks a question)."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="disputes")
    stripe_dispute_id = models.CharField(max_length=100, unique=True)
    status = models.CharField(max_length=30)
    reason = models.CharField(max_length=60, blank=True)
    amount = models.PositiveIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["status", "created_at", "id"], name="dispute_status_created")
        ]

    def __str__(self) -> str:
        return f"{self.stripe_dispute_id} {self.status}"
