"""How a purchase stands at Stripe, in our words. Amounts are minor units of the currency beside them."""

from dataclasses import dataclass
from datetime import datetime


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
    """A visit to Stripe's checkout page. `order` and `reference` are what we wrote into it."""

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
        """Is the money withheld? A `warning_*` only asks, and others have been decided."""
        return self.status in {"needs_response", "under_review"}

    @property
    def is_inquiry(self) -> bool:
        return self.status in {"warning_needs_response", "warning_under_review"}


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
