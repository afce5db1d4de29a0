"""How a purchase stands at Stripe, in our words. Amounts are minor units of the currency beside them."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True)
class Movement:
    """Money that came to or left our balance at Stripe: `amount` before the `fee`."""

    id: str
    amount: int
    fee: int
    currency: str


@dataclass(frozen=True)
class Intent:
    """The payment itself. `order` is what we wrote into its metadata."""

    id: str
    status: str
    received: int
    order: str
    receipt_url: str = ""
    movement: Movement | None = None


@dataclass(frozen=True)
class Session:
    """A visit to Stripe's checkout page. `order` and `reference` are what we wrote into it.

    `takes_codes` and `is_taxed` are what we asked for when it was opened, whatever the settings are now.
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
    takes_codes: bool
    is_taxed: bool
    order: str
    reference: str
    intent: Intent | None = None

    @property
    def is_open(self) -> bool:
        return self.status == "open"

    @property
    def is_paid(self) -> bool:
        return self.status == "complete" and self.payment_status != "unpaid"


@dataclass(frozen=True)
class RefundState:
    """A refund as Stripe has it. `refund` is the id of our row, if it was we who asked."""

    id: str
    status: str
    amount: int
    refund: str
    reason: str

    @property
    def counts(self) -> bool:
        """Has the money left, or is it leaving?"""
        return self.status not in {"failed", "canceled"}


@dataclass(frozen=True)
class DisputeState:
    """A dispute as Stripe has it: the bank withholds the money while it is `OPEN`; an `INQUIRY` only asks."""

    OPEN: ClassVar = ("needs_response", "under_review")
    INQUIRY: ClassVar = ("warning_needs_response", "warning_under_review")

    id: str
    status: str
    reason: str
    amount: int
    movements: tuple[Movement, ...]

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
    """Everything that a purchase's state follows from."""

    session: Session
    refunds: tuple[RefundState, ...] = ()
    disputes: tuple[DisputeState, ...] = ()

    @property
    def refunded(self) -> int:
        return sum(refund.amount for refund in self.refunds if refund.counts)


@dataclass(frozen=True)
class Event:
    """What Stripe tells us: that something became of the object, which may be about a payment."""

    id: str
    type: str
    created_at: datetime
    livemode: bool
    object_id: str
    payment_intent_id: str
