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
class Movement:
    """A balance transaction in the account's list, and what moved the money: `source_kind` and `source_id`.

    `source_kind` is Stripe's name of that object: `charge`, `refund`, `dispute`, `payout` and so on. `payment_intent_id`
    is empty if the money is about no payment, `order_id` is what we wrote into the metadata.
    """

    id: str
    created_at: datetime
    amount: int
    fee: int
    currency: str
    source_kind: str
    source_id: str
    payment_intent_id: str
    order_id: str

    @property
    def is_of_payment(self) -> bool:
        """Return whether a customer's payment moved the money: not a payout, and not a bill of Stripe's."""
        return self.source_kind == "charge" or bool(self.payment_intent_id)


@dataclass(frozen=True)
class PaymentIntent:
    """The payment of a checkout. `order_id` is what we wrote into its metadata."""

    FAILED: ClassVar = ("requires_payment_method", "canceled")
    KNOWN: ClassVar = (
        *FAILED, "processing", "requires_action", "requires_capture", "requires_confirmation", "succeeded",
    )  # fmt: skip

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

    @property
    def is_known(self) -> bool:
        return self.status in self.KNOWN


@dataclass(frozen=True)
class CheckoutSession:
    """A visit to Stripe's checkout page. `order_id` and `client_reference_id` are what we wrote into it.

    `allows_promotion_codes` and `has_automatic_tax` are the settings of the moment when it was created.
    """

    KNOWN: ClassVar = ("open", "complete", "expired")
    PAID: ClassVar = ("paid", "no_payment_required")
    KNOWN_PAYMENT: ClassVar = (*PAID, "unpaid")

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
        """Return whether nothing is left to pay. A word that we do not know is no payment: the bank may still work."""
        return self.status == "complete" and self.payment_status in self.PAID


@dataclass(frozen=True)
class RefundSnapshot:
    """A refund at Stripe. `refund_id` is the id of our row, empty if the refund was made in the dashboard.

    `status` is one of ours; `unknown_status` is Stripe's word if we do not know it: the refund is then `pending`.
    """

    id: str
    status: str
    amount: int
    refund_id: str
    reason: str
    unknown_status: str = ""

    @property
    def is_counted(self) -> bool:
        """Return whether the money has left our balance or is about to."""
        return self.status in {"pending", "succeeded"}


@dataclass(frozen=True)
class DisputeSnapshot:
    """A dispute at Stripe: while it is `OPEN` the bank withholds the money; an `INQUIRY` only asks a question.

    One that is `LOST` may still be won: by an appeal, or because the bank changes its mind. The money then comes back
    by a second, positive transaction. https://docs.stripe.com/api/disputes/object
    """

    OPEN: ClassVar = ("needs_response", "under_review")
    INQUIRY: ClassVar = ("warning_needs_response", "warning_under_review")
    APPEALED: ClassVar = ("appeal_needs_response", "appeal_under_review")
    LOST: ClassVar = ("lost", *APPEALED)
    HARMLESS: ClassVar = ("won", "prevented", "warning_closed")
    KNOWN: ClassVar = (*OPEN, *INQUIRY, *LOST, *HARMLESS)

    id: str
    status: str
    reason: str
    amount: int
    balance_transactions: tuple[BalanceTransaction, ...]
    evidence_due_at: datetime | None = None
    has_evidence: bool = False
    submission_count: int = 0

    @property
    def withheld_amount(self) -> int:
        return -sum(transaction.amount for transaction in self.balance_transactions)

    @property
    def is_lost(self) -> bool:
        has_returned = self.balance_transactions and self.withheld_amount <= 0
        return self.status in self.LOST and not has_returned

    @property
    def is_open(self) -> bool:
        """Return whether the bank withholds the money. For a status that we do not know, the balance says so."""
        return self.status in self.OPEN if self.is_known else self.withheld_amount > 0

    @property
    def is_inquiry(self) -> bool:
        return self.status in self.INQUIRY

    @property
    def is_known(self) -> bool:
        return self.status in self.KNOWN


@dataclass(frozen=True)
class Payment:
    """A checkout with its refunds and disputes: everything that the state of an order follows from."""

    session: CheckoutSession
    refunds: tuple[RefundSnapshot, ...] = ()
    disputes: tuple[DisputeSnapshot, ...] = ()

    @property
    def refunded_amount(self) -> int:
        return sum(refund.amount for refund in self.refunds if refund.is_counted)

    @property
    def unknown_words(self) -> str:
        """Return what Stripe says of this payment in words that we do not know; empty if we know them all."""
        session, intent = self.session, self.session.payment_intent
        words = {
            "status of the checkout": "" if session.status in session.KNOWN else session.status,
            "payment status": (
                "" if session.payment_status in session.KNOWN_PAYMENT else session.payment_status
            ),
            "status of the payment": "" if not intent or intent.is_known else intent.status,
            **{f"refund {refund.id}": refund.unknown_status for refund in self.refunds},
            **{
                f"dispute {dispute.id}": "" if dispute.is_known else dispute.status
                for dispute in self.disputes
            },
        }
        return ", ".join(f"{name} {word!r}" for name, word in words.items() if word)


@dataclass(frozen=True)
class Event:
    """A notice that an object has changed. `payment_intent_id` is empty if the object is about no payment."""

    id: str
    type: str
    created_at: datetime
    livemode: bool
    object_id: str
    payment_intent_id: str
