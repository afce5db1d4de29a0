"""Refund and Dispute: money that goes back to the customer, or that the customer's bank demands."""

from django.db import models

from lms import currencies
from lms.models import TimeStamped, name_of
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
            models.Index(fields=["-created_at", "-id"], name="refund_created"),
            models.Index(fields=["status", "created_at", "id"], name="refund_status_created"),
        ]

    def __str__(self) -> str:
        return _describe(self)


class DisputeQuerySet(models.QuerySet["Dispute"]):
    def open(self) -> "DisputeQuerySet":
        """Return the disputes that wait for our answer, the one that is due first at the beginning."""
        return self.filter(status__in=Dispute.ANSWERABLE).order_by("evidence_due_at", "pk")


class Dispute(TimeStamped):
    """A demand of the customer's bank for the money (`warning_*`: an inquiry, which only asks a question).

    Status, due date and counts are Stripe's. `answers` counts what we sent: an answer compares it with the number when its
    page was made. What the evidence says is kept at Stripe alone.
    """

    ANSWERABLE = ["needs_response", "warning_needs_response"]

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="disputes")
    stripe_dispute_id = models.CharField(max_length=100, unique=True)
    status = models.CharField(max_length=30)
    reason = models.CharField(max_length=60, blank=True)
    amount = models.PositiveIntegerField()
    evidence_due_at = models.DateTimeField(null=True, blank=True)
    has_evidence = models.BooleanField(default=False)
    submission_count = models.PositiveIntegerField(default=0)
    answers = models.PositiveIntegerField(default=0, editable=False)
    receipt_file = models.CharField(max_length=100, default="", editable=False)  # its id at Stripe

    objects = DisputeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="dispute_created"),
            models.Index(fields=["status", "created_at", "id"], name="dispute_status_created"),
            models.Index(fields=["status", "evidence_due_at", "id"], name="dispute_status_due"),
        ]
        permissions = [("answer_dispute", "Can answer or accept a dispute")]

    def __str__(self) -> str:
        reason, status = (text.replace("_", " ") for text in (self.reason, self.status))
        return f"{reason} ({status}), {self.created_at:%Y-%m-%d}"

    @property
    def is_answerable(self) -> bool:
        """Return whether the bank waits for our answer."""
        return self.status in self.ANSWERABLE


def _describe(row: Refund | Dispute) -> str:
    """Return the amount and what was bought; only the amount's currency is unknown once the order is gone."""
    try:
        order = row.order
    except Order.DoesNotExist:
        return f"{row.amount} ({row.status})"
    amount = currencies.display(row.amount, order.currency)
    return f"{amount}: {name_of(order, 'course')} ({row.status})"
