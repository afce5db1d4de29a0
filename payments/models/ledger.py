"""LedgerEntry: one line of the ledger."""

from typing import Any, NoReturn

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_mongodb_backend.fields import ObjectIdField

from lms import currencies
from payments.models.order import Order

BALANCE = "stripe_balance"
"""The account of the money at Stripe, of which each booking that moves it has one line."""


class AppendOnly(Exception):
    """A change of a ledger line. A wrong booking is corrected by booking its opposite."""


class LedgerQuerySet(models.QuerySet["LedgerEntry"]):
    def of_booking(self, source: str, kind: "LedgerEntry.Kind") -> "LedgerQuerySet":
        """Return the lines of one booking.

        The unique index holds only lines with an account: MongoDB does not use it for a filter that leaves that out.
        """
        return self.filter(source=source, kind=kind, account__gte="")

    def update(self, **_: Any) -> NoReturn:
        raise AppendOnly

    def delete(self) -> NoReturn:
        raise AppendOnly


class LedgerEntry(models.Model):
    """One line of a balanced booking: a positive amount debits `account`, a negative one credits it, in minor units.

    The lines of a booking share `source`, `kind`, `currency` and `created_at`, so the ledger balances at any moment.
    To change or delete a line raises `AppendOnly`.
    """

    class Kind(models.TextChoices):
        SALE = "sale"
        FEE = "fee"
        REFUND = "refund"
        REFUND_FAILED = "refund_failed"
        DISPUTE = "dispute"
        DISPUTE_REINSTATED = "dispute_reinstated"
        DISPUTE_FEE = "dispute_fee"

    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="ledger", db_index=False
    )
    course = ObjectIdField()
    source = models.CharField(max_length=120)
    kind = models.CharField(max_length=30, choices=Kind.choices)
    account = models.CharField(max_length=60)
    amount = models.IntegerField()
    currency = models.CharField(max_length=3)
    created_at = models.DateTimeField(default=timezone.now)

    objects = LedgerQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        permissions = [("view_figures", "Can see the figures")]
        verbose_name_plural = _("ledger entries")
        constraints = [
            models.UniqueConstraint(fields=["source", "kind", "account"], name="ledger_booked_once")
        ]
        indexes = [
            models.Index(fields=["order", "created_at", "id"], name="ledger_order_created"),
            models.Index(fields=["account", "-id"], name="ledger_account"),
            # Covers all that earnings and charts read of a line, so that they never fetch a document.
            models.Index(
                fields=["account", "created_at", "course", "currency", "kind", "amount"],
                name="ledger_account_created",
            ),
            # Covers what the staff's list of courses reads: the recent lines of a page's courses, not those of all.
            models.Index(
                fields=["course", "created_at", "currency", "kind", "amount", "account"],
                condition=models.Q(account=BALANCE),
                name="ledger_course_revenue",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {currencies.display(self.amount, self.currency)}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        raise AppendOnly
