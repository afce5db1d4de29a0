"""Stripe's answers in our words: its JSON on one side, `payment.py` on the other."""

import re
from datetime import UTC, datetime
from typing import Any

from payments.gateway.snapshots import DisputeState, Event, Intent, Movement, RefundState, Session

EVENT_ID = re.compile(r"evt_[A-Za-z0-9_]{1,90}")
EVENT_TYPE = re.compile(r"[a-z0-9_.]{1,80}")


def session_of(found: dict[str, Any]) -> Session:
    details = found.get("total_details") or {}
    intent = found.get("payment_intent")
    return Session(
        id=found["id"],
        url=found.get("url") or "",
        mode=found["mode"],
        status=found["status"] or "",
        payment_status=found["payment_status"],
        livemode=found["livemode"],
        currency=found["currency"] or "",
        subtotal=found["amount_subtotal"] or 0,
        discount=details.get("amount_discount") or 0,
        tax=details.get("amount_tax") or 0,
        total=found["amount_total"] or 0,
        takes_codes=bool(found.get("allow_promotion_codes")),
        is_taxed=bool((found.get("automatic_tax") or {}).get("enabled")),
        order=order_of(found),
        reference=found.get("client_reference_id") or "",
        intent=intent_of(intent) if isinstance(intent, dict) else None,
    )


def intent_of(found: dict[str, Any]) -> Intent:
    charge = found.get("latest_charge") or {}
    movement = charge.get("balance_transaction")
    return Intent(
        id=found["id"],
        status=found["status"],
        received=found["amount_received"],
        order=order_of(found),
        receipt_url=charge.get("receipt_url") or "",
        movement=movement_of(movement) if isinstance(movement, dict) else None,
    )


def refund_of(found: dict[str, Any]) -> RefundState:
    status = found["status"] or "pending"
    return RefundState(
        id=found["id"],
        status="pending" if status == "requires_action" else status,
        amount=found["amount"],
        refund=(found.get("metadata") or {}).get("refund", ""),
        reason=found.get("reason") or "",
    )


def dispute_of(found: dict[str, Any]) -> DisputeState:
    return DisputeState(
        id=found["id"],
        status=found["status"],
        reason=found["reason"],
        amount=found["amount"],
        movements=tuple(movement_of(movement) for movement in found["balance_transactions"]),
    )


def movement_of(found: dict[str, Any]) -> Movement:
    return Movement(
        id=found["id"],
        amount=found["amount"],
        fee=found["fee"],
        currency=found["currency"],
    )


def order_of(found: dict[str, Any]) -> str:
    """Give the order's id that we wrote into a session or payment; empty if it is not ours."""
    return (found.get("metadata") or {}).get("order", "")


def event_of(event: dict[str, Any]) -> Event:
    """Read an event's JSON; raises ValueError, TypeError or KeyError for what is none."""
    thing = event["data"]["object"]
    about = thing["id"] if thing.get("object") == "payment_intent" else thing.get("payment_intent")
    if not (EVENT_ID.fullmatch(event["id"]) and EVENT_TYPE.fullmatch(event["type"])):
        raise ValueError("not an event's id and type")
    return Event(
        id=event["id"],
        type=event["type"],
        created_at=datetime.fromtimestamp(event["created"], UTC),
        livemode=event["livemode"],
        object_id=id_of(thing),
        payment_intent_id=id_of(about),
    )


def id_of(thing: Any) -> str:
    """Give the id of an object that may be expanded; empty for one without."""
    found = thing.get("id") if isinstance(thing, dict) else thing
    return found[:100] if isinstance(found, str) else ""
