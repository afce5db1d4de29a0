"""The books."""

from django.db import models

from .order import Order


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
