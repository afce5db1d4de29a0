"""Parsers of Stripe's JSON: one function for each snapshot. A missing field raises KeyError."""

import re
from datetime import UTC, datetime
from typing import Any

from payments.gateway.snapshots import (
    BalanceTransaction,
    CheckoutSession,
    DisputeSnapshot,
    Event,
    Movement,
    PaymentIntent,
    RefundSnapshot,
)

type Json = dict[str, Any]

EVENT_ID = re.compile(r"evt_[A-Za-z0-9_]{1,90}")
EVENT_TYPE = re.compile(r"[a-z0-9_.]{1,80}")
MAX_ID_LENGTH = 100

# Stripe's words for how a refund stands, and ours. https://docs.stripe.com/api/refunds/object#refund_object-status
REFUND_STATUSES = {
    "pending": "pending",
    "requires_action": "pending",
    "succeeded": "succeeded",
    "failed": "failed",
    "canceled": "canceled",
}


def parse_session(data: Json) -> CheckoutSession:
    details = data.get("total_details") or {}
    intent = data.get("payment_intent")
    return CheckoutSession(
        id=data["id"],
        url=data.get("url") or "",
        mode=data["mode"],
        status=data["status"] or "",
        payment_status=data["payment_status"],
        livemode=data["livemode"],
        currency=data["currency"] or "",
        subtotal=data["amount_subtotal"] or 0,
        discount=details.get("amount_discount") or 0,
        tax=details.get("amount_tax") or 0,
        total=data["amount_total"] or 0,
        allows_promotion_codes=bool(data.get("allow_promotion_codes")),
        has_automatic_tax=bool((data.get("automatic_tax") or {}).get("enabled")),
        order_id=parse_order_id(data),
        client_reference_id=data.get("client_reference_id") or "",
        payment_intent=parse_payment_intent(intent) if isinstance(intent, dict) else None,
    )


def parse_payment_intent(data: Json) -> PaymentIntent:
    charge = data.get("latest_charge") or {}
    transaction = charge.get("balance_transaction")
    return PaymentIntent(
        id=data["id"],
        status=data["status"],
        amount_received=data["amount_received"],
        order_id=parse_order_id(data),
        receipt_url=charge.get("receipt_url") or "",
        balance_transaction=(
            parse_balance_transaction(transaction) if isinstance(transaction, dict) else None
        ),
    )


def parse_refund(data: Json) -> RefundSnapshot:
    word = data["status"] or "pending"
    return RefundSnapshot(
        id=data["id"],
        status=REFUND_STATUSES.get(word, "pending"),
        amount=data["amount"],
        refund_id=(data.get("metadata") or {}).get("refund", ""),
        reason=data.get("reason") or "",
        unknown_status="" if word in REFUND_STATUSES else str(word),
    )


def parse_dispute(data: Json) -> DisputeSnapshot:
    details = data["evidence_details"]
    due = details["due_by"]
    return DisputeSnapshot(
        id=data["id"],
        status=data["status"],
        reason=data["reason"],
        amount=data["amount"],
        balance_transactions=tuple(
            parse_balance_transaction(transaction) for transaction in data["balance_transactions"]
        ),
        evidence_due_at=datetime.fromtimestamp(due, UTC) if due else None,
        has_evidence=details["has_evidence"],
        submission_count=details["submission_count"],
    )


def parse_evidence(data: Json) -> dict[str, str]:
    """Return the texts of a dispute's evidence that are not empty."""
    return {name: text for name, text in data["evidence"].items() if text and isinstance(text, str)}


def parse_balance_transaction(data: Json) -> BalanceTransaction:
    return BalanceTransaction(
        id=data["id"], amount=data["amount"], fee=data["fee"], currency=data["currency"]
    )


def parse_movement(data: Json) -> Movement:
    """Parse a balance transaction whose source is expanded."""
    source = data.get("source")
    moved: Json = source if isinstance(source, dict) else {"id": source}
    return Movement(
        id=data["id"],
        created_at=datetime.fromtimestamp(data["created"], UTC),
        amount=data["amount"],
        fee=data["fee"],
        currency=data["currency"],
        source_kind=moved.get("object") or "",
        source_id=parse_id(moved),
        payment_intent_id=parse_id(moved.get("payment_intent")),
        order_id=parse_order_id(moved),
    )


def parse_order_id(data: Json) -> str:
    """Return the order id in the metadata of a session or payment intent; empty if it is not ours."""
    order_id: str = (data.get("metadata") or {}).get("order", "")
    return order_id


def parse_event(data: Json) -> Event:
    """Parse an event; raise ValueError, TypeError or KeyError if it is malformed."""
    changed = data["data"]["object"]
    intent = (
        changed["id"]
        if changed.get("object") == "payment_intent"
        else changed.get("payment_intent")
    )
    parse_event_name(data)
    return Event(
        id=data["id"],
        type=data["type"],
        created_at=datetime.fromtimestamp(data["created"], UTC),
        livemode=data["livemode"],
        object_id=parse_id(changed),
        payment_intent_id=parse_id(intent),
    )


def parse_event_name(data: Json) -> str:
    """Return the type and id of an event, also of a thin one; raise ValueError, TypeError or KeyError if malformed."""
    if not (EVENT_ID.fullmatch(data["id"]) and EVENT_TYPE.fullmatch(data["type"])):
        raise ValueError("malformed id or type of an event")
    return f"{data['type']} {data['id']}"


def parse_id(value: Any) -> str:
    """Return the id of an object that may be expanded, or empty if it has none."""
    object_id = value.get("id") if isinstance(value, dict) else value
    return object_id[:MAX_ID_LENGTH] if isinstance(object_id, str) else ""
