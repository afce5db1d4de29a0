"""Order: one purchase, its states, and the changes between them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bson import ObjectId
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from lms import events
from lms.models import TimeStamped, name_of
from payments.exceptions import Contention


class Status(models.TextChoices):
    CREATED = "created"
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


# A person has at most one order per course in these states.
LIVE = [
    Status.CREATED,
    Status.PENDING,
    Status.PROCESSING,
    Status.PAID,
    Status.PARTIALLY_REFUNDED,
    Status.DISPUTED,
]
OPEN = [Status.CREATED, Status.PENDING]
BEFORE_PAYMENT = [*OPEN, Status.PROCESSING]
# Ended without a payment; only a late payment changes these orders.
ENDED_UNPAID = [Status.EXPIRED, Status.CANCELED, Status.FAILED]
WITH_ACCESS = [Status.PAID, Status.PARTIALLY_REFUNDED]

# The states that may follow each state. A paid order never becomes expired, failed or processing.
# Besides, an order in any state may be sent to staff: `needs_review`.
TRANSITIONS: dict[str, set[str]] = {
    Status.CREATED: {
        Status.CREATED,
        Status.PENDING,
        Status.PROCESSING,
        Status.PAID,
        Status.EXPIRED,
        Status.CANCELED,
        Status.FAILED,
    },
    Status.PENDING: {
        Status.CREATED,
        Status.PROCESSING,
        Status.PAID,
        Status.EXPIRED,
        Status.CANCELED,
        Status.FAILED,
    },
    Status.PROCESSING: {Status.PAID, Status.FAILED},
    Status.EXPIRED: {Status.PAID},
    Status.CANCELED: {Status.PAID},
    Status.FAILED: {Status.PAID},
    Status.PAID: {Status.PARTIALLY_REFUNDED, Status.REFUNDED, Status.DISPUTED, Status.CHARGED_BACK},
    Status.PARTIALLY_REFUNDED: {
        Status.PAID,
        Status.REFUNDED,
        Status.DISPUTED,
        Status.CHARGED_BACK,
    },
    Status.REFUNDED: {Status.PAID, Status.PARTIALLY_REFUNDED},
    Status.DISPUTED: {
        Status.PAID,
        Status.PARTIALLY_REFUNDED,
        Status.REFUNDED,
        Status.CHARGED_BACK,
    },
    # A lost dispute may be won after all.
    Status.CHARGED_BACK: {
        Status.PAID,
        Status.PARTIALLY_REFUNDED,
        Status.REFUNDED,
        Status.DISPUTED,
    },
    Status.NEEDS_REVIEW: {Status.PAID, Status.REFUNDED, Status.CHARGED_BACK},
}


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, user: User) -> "OrderQuerySet":
        return self.filter(user=user)

    def needing_attention(self) -> "OrderQuerySet":
        return self.filter(Order.NEEDS_ATTENTION)

    def live(self, user_id: ObjectId, course_id: ObjectId) -> "OrderQuerySet":
        """Return the one order, if any, that prevents this person from ordering the course again."""
        return self.filter(user_id=user_id, course_id=course_id, status__in=LIVE)


class Order(TimeStamped):
    """One person's purchase of one course, with the price copied as it was. Amounts are in minor units of `currency`.

    `version` counts the changes: each change compares it with the version that was read and fails if it differs.
    """

    Status = Status
    NEEDS_ATTENTION = Q(attention__gt="")  # not `!=`: a partial index has no such condition

    class Hold(models.TextChoices):
        """State of the coupon redemption that the order holds."""

        NONE = ""
        RESERVED = "reserved"
        REDEEMED = "redeemed"
        RELEASED = "released"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="orders", db_index=False
    )
    course = models.ForeignKey(
        "courses.Course", on_delete=models.PROTECT, related_name="orders", db_index=False
    )
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.CREATED)
    version = models.PositiveIntegerField(default=0, editable=False)
    list_amount = models.PositiveIntegerField()
    discount_amount = models.PositiveIntegerField(default=0)
    tax_amount = models.PositiveIntegerField(default=0)
    total_amount = models.PositiveIntegerField()
    refunded_amount = models.PositiveIntegerField(default=0)
    currency = models.CharField(max_length=3)
    coupon = models.JSONField(null=True, blank=True)
    coupon_hold = models.CharField(max_length=10, choices=Hold.choices, blank=True)
    attempt = models.PositiveIntegerField(default=1)
    checkout_session_id = models.CharField(max_length=100, unique=True, null=True, blank=True)
    checkout_url = models.URLField(max_length=2000, blank=True)
    payment_intent_id = models.CharField(max_length=100, unique=True, null=True, blank=True)
    receipt_url = models.URLField(max_length=2000, blank=True)
    livemode = models.BooleanField(default=False)
    paid_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    attention = models.CharField(
        max_length=300, blank=True, help_text="Why a member of staff should look at this order."
    )

    objects = OrderQuerySet.as_manager()

    class Meta:
        permissions = [("refund_order", "Can refund orders and check them with Stripe")]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "course"],
                condition=Q(status__in=[status.value for status in LIVE]),
                name="order_one_live_per_course",
            )
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="order_created"),
            models.Index(
                fields=["-created_at", "-id", "attention"],
                condition=Q(attention__gt=""),
                name="order_attention",
            ),
            models.Index(fields=["user", "-created_at", "-id"], name="order_user_created"),
            models.Index(fields=["user", "course", "-created_at"], name="order_user_course"),
            models.Index(fields=["status", "created_at", "id"], name="order_status_created"),
            models.Index(fields=["course", "-created_at", "-id"], name="order_course_created"),
        ]

    def __str__(self) -> str:
        about = _("{course} for {person}").format(
            course=name_of(self, "course"), person=name_of(self, "user")
        )
        return f"{about} ({self.get_status_display()})"

    @property
    def net_amount(self) -> int:
        """The amount that is charged through Stripe: the price less our discount, before tax."""
        return self.list_amount - self.discount_amount

    @property
    def refundable_amount(self) -> int:
        return self.total_amount - self.refunded_amount

    @property
    def gives_access(self) -> bool:
        return self.status in WITH_ACCESS

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_unpaid(self) -> bool:
        """Return whether the order waits for its payment or ended without one."""
        return self.status in BEFORE_PAYMENT or self.status in ENDED_UNPAID

    # --- Changes, each by compare-and-set; raise `Contention` if the order was changed since it was read -------

    # A payment and a refund are recorded as events, so these changes are made in a transaction.

    def restart(self, **terms: Any) -> None:
        """Begin the next attempt, on new terms and without a checkout."""
        attempt = self.attempt + 1
        self._become(
            Status.CREATED, attempt=attempt, checkout_session_id=None, checkout_url="", **terms
        )

    def await_payment(self, session_id: str, url: str) -> None:
        """Store the checkout in which this attempt is paid."""
        self._become(Status.PENDING, checkout_session_id=session_id, checkout_url=url)

    def process(self, **fields: Any) -> None:
        """Wait for the bank: the customer has completed the checkout, the money has not arrived."""
        self._become(Status.PROCESSING, checkout_url="", **fields)

    def pay(self, **fields: Any) -> None:
        self._become(Status.PAID, checkout_url="", **fields)

    def expire(self, **fields: Any) -> None:
        self._become(Status.EXPIRED, checkout_url="", **fields)

    def cancel(self, **fields: Any) -> None:
        self._become(Status.CANCELED, checkout_url="", **fields)

    def fail(self, **fields: Any) -> None:
        self._become(Status.FAILED, checkout_url="", **fields)

    def review(self, reason: str, **fields: Any) -> None:
        """Leave the decision to staff; the order gives no access until then."""
        self._become(Status.NEEDS_REVIEW, checkout_url="", attention=reason[:300], **fields)

    def adjust(self, status: str, refunded_amount: int) -> None:
        """Set the status and the refunded amount after a refund or dispute; the status may stay the same."""
        fields = {"status": Status(status), "refunded_amount": refunded_amount}
        self._change([status, *_predecessors(status)], fields)

    def note(self, **fields: Any) -> None:
        """Change other fields than the status, or only the version if a refund, dispute or grant has changed."""
        self._change([self.status], fields)

    def _become(self, status: str, **fields: Any) -> None:
        self._change(_predecessors(status), {"status": status, **fields})

    def _change(self, sources: Iterable[str], fields: dict[str, Any]) -> None:
        now = timezone.now()
        changed = Order.objects.filter(
            pk=self.pk, status__in=list(sources), version=self.version
        ).update(version=F("version") + 1, updated_at=now, **fields)
        if not changed:
            raise Contention
        money = self.paid_at, self.refunded_amount
        for name, value in {**fields, "version": self.version + 1, "updated_at": now}.items():
            setattr(self, name, value)
        self.record_money(*money)

    def record_money(self, paid_at: datetime | None = None, refunded_amount: int = 0) -> None:
        """Record the payment, and what was given back in all, if they were others before."""
        about: Any = {"user": self.user_id, "course": self.course_id}
        if self.paid_at != paid_at:
            events.record("order.paid", self.pk, **about, amount=self.total_amount)
        if self.refunded_amount != refunded_amount:
            events.record("order.refunded", self.pk, **about, amount=self.refunded_amount)


def _predecessors(status: str) -> list[str]:
    """Return the states that a state may follow."""
    if status == Status.NEEDS_REVIEW:
        return [before for before in Status if before != Status.NEEDS_REVIEW]
    return [before for before, after in TRANSITIONS.items() if status in after]
