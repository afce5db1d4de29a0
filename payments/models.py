"""Selling: what was ordered, refunded, disputed, told by Stripe, and booked."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django_mongodb_backend.fields import ArrayField, ObjectIdField

from lms.models import TimeStamped


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, user) -> "OrderQuerySet":
        return self.filter(user=user)


class Order(TimeStamped):
    """One person's purchase of one course, with everything copied as it was. Amounts are minor units of `currency`."""

    class Status(models.TextChoices):
        PENDING = "pending"
        PROCESSING = "processing"
        PAID = "paid"
        PARTIALLY_REFUNDED = "partially_refunded"
        REFUNDED = "refunded"
        DISPUTED = "disputed"
        CHARGED_BACK = "charged_back"
        EXPIRED = "expired"
        CANCELED = "canceled"
        FAILED = "failed"
        NEEDS_REVIEW = "needs_review"

    # While an order is in one of these, the person may have no other for the same course.
    LIVE = [
        Status.PENDING,
        Status.PROCESSING,
        Status.PAID,
        Status.PARTIALLY_REFUNDED,
        Status.DISPUTED,
    ]

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="orders", db_index=False
    )
    course = models.ForeignKey(
        "courses.Course", on_delete=models.PROTECT, related_name="orders", db_index=False
    )
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.PENDING)
    list_amount = models.PositiveIntegerField()
    discount_amount = models.PositiveIntegerField(default=0)
    tax_amount = models.PositiveIntegerField(default=0)
    total_amount = models.PositiveIntegerField()
    refunded_amount = models.PositiveIntegerField(default=0)
    currency = models.CharField(max_length=3)
    coupon = models.JSONField(null=True, blank=True)
    attempt = models.PositiveIntegerField(default=1)
    checkout_session_id = models.CharField(max_length=100, unique=True, null=True, blank=True)
    checkout_url = models.URLField(max_length=2000, blank=True)
    payment_intent_id = models.CharField(max_length=100, unique=True, null=True, blank=True)
    receipt_url = models.URLField(max_length=2000, blank=True)
    livemode = models.BooleanField(default=False)
    paid_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "course"],
                condition=Q(
                    status__in=["pending", "processing", "paid", "partially_refunded", "disputed"]
                ),
                name="order_one_live_per_course",
            )
        ]
        indexes = [
            models.Index(fields=["user", "-created_at", "-id"], name="order_user_created"),
            models.Index(fields=["user", "course", "-created_at"], name="order_user_course"),
            models.Index(fields=["status", "created_at", "id"], name="order_status_created"),
            models.Index(fields=["course", "-created_at", "-id"], name="order_course_created"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.status}"


class Refund(TimeStamped):
    """Money given back; its own id is the idempotency key."""

    class Status(models.TextChoices):
        REQUESTED = "requested"
        PENDING = "pending"
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        CANCELED = "canceled"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="refunds")
    amount = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.REQUESTED)
    reason = models.CharField(max_length=500, blank=True)
    stripe_refund_id = models.CharField(max_length=100, unique=True, null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.amount} of {self.order_id}"


class Dispute(TimeStamped):
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="disputes")
    stripe_dispute_id = models.CharField(max_length=100, unique=True)
    status = models.CharField(max_length=30)
    reason = models.CharField(max_length=60, blank=True)
    amount = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.stripe_dispute_id} {self.status}"


class Coupon(TimeStamped):
    code = models.CharField(max_length=40, unique=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="coupons", db_index=False
    )
    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    amount = models.PositiveIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    courses = ArrayField(ObjectIdField(), default=list, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    max_redemptions = models.PositiveIntegerField(null=True, blank=True)
    reserved = models.PositiveIntegerField(default=0)
    redeemed = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-created_at", "-id"], name="coupon_owner_created")
        ]

    def __str__(self) -> str:
        return self.code


class StripeEvent(models.Model):
    """What Stripe told us and what became of it. The primary key is Stripe's event id."""

    class Status(models.TextChoices):
        RECEIVED = "received"
        PROCESSED = "processed"
        IGNORED = "ignored"
        FAILED = "failed"

    id = models.CharField(primary_key=True, max_length=100)
    type = models.CharField(max_length=80)
    object_id = models.CharField(max_length=100, blank=True)
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


class LedgerEntry(models.Model):
    """One line of a balanced booking: positive debits `account`, negative credits it, in minor units."""

    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="ledger", db_index=False
    )
    source = models.CharField(max_length=120)
    kind = models.CharField(max_length=30)
    account = models.CharField(max_length=60)
    amount = models.IntegerField()
    currency = models.CharField(max_length=3)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "ledger entries"
        constraints = [
            models.UniqueConstraint(fields=["source", "kind", "account"], name="ledger_booked_once")
        ]
        indexes = [
            models.Index(fields=["order", "created_at", "id"], name="ledger_order_created"),
            models.Index(fields=["account", "-created_at", "-id"], name="ledger_account_created"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.amount} {self.currency}"
