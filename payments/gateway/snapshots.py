"""How a purchase stands at Stripe at one moment. Amounts are in minor units of the currency beside them."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True)
class BalanceTransaction:
    """Money that reached or left our balance at Stripe: `amount` before the `fee`."""

    id: str
    amount: int
    fee: int
    currency: str


@dataclass(frozen=True)
class PaymentIntent:
    """The payment of a checkout. `order_id` is what we wrote into its metadata."""

    FAILED: ClassVar = ("requires_payment_method", "canceled")

    id: str
    status: str
    amount_received: int
    order_id: str
    receipt_url: str = ""
    balance_transaction: BalanceTransaction | None = None

    @property
    def has_failed(self) -> bool:
        """Return whether no money will come; in any other state a bank may still be working on it."""
        return self.status in self.FAILED


@dataclass(frozen=True)
class CheckoutSession:
    """A visit to Stripe's checkout page. `order_id` and `client_reference_id` are what we wrote into it.

    `allows_promotion_codes` and `has_automatic_tax` are the settings of the moment when it was created.
    """

    id: str
    url: str
    mode: str
    status: str
    payment_status: str
    livemode: bool
    currency: str
    subtotal: int
    discount: int
    tax: int
    total: int
    allows_promotion_codes: bool
    has_automatic_tax: bool
    order_id: str
    client_reference_id: str
    payment_intent: PaymentIntent | None = None

    @property
    def is_paid(self) -> bool:
        return self.status == "complete" and self.payment_status != "unpaid"


@dataclass(frozen=True)
class RefundSnapshot:
    """A refund at Stripe. `refund_id` is the id of our row, empty if the refund was made in the dashboard."""

    id: str
    status: str
    amount: int
    refund_id: str
    reason: str

    @property
    def is_counted(self) -> bool:
        """Return whether the money has left our balance or is about to."""
        return self.status not in {"failed", "canceled"}


@dataclass(frozen=True)
class DisputeSnapshot:
    """A dispute at Stripe: while it is `OPEN` the bank withholds the money; an `INQUIRY` only asks a question."""

    OPEN: ClassVar = ("needs_response", "under_review")
    INQUIRY: ClassVar = ("warning_needs_response", "warning_under_review")

    id: str
    status: str
    reason: str
    amount: int
    balance_transactions: tuple[BalanceTransaction, ...]

    @property
    def is_lost(self) -> bool:
        return self.status == "lost"

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def is_inquiry(self) -> bool:
        return self.status in self.INQUIRY


@dataclass(frozen=True)
class Payment:
    """A checkout with its refunds and disputes: everything that the state of an order follows from."""

    session: CheckoutSession
    refunds: tuple[RefundSnapshot, ...] = ()
    disputes: tuple[DisputeSnapshot, ...] = ()

    @property
    def refunded_amount(self) -> int:
        return sum(refund.amount for refund in self.refunds if refund.is_counted)


@dataclass(frozen=True)
class Event:
    """A notice that an object has changed. `payment_intent_id` is empty if the object is about no payment."""

    id: str
    type: str
    created_at: datetime
    livemode: bool
    object_id: str
    payment_intent_id: str
