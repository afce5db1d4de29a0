"""Is what was paid what was ordered? Asked before anything is given for it."""

from collections.abc import Iterator
from typing import Any

from payments.gateway.snapshots import Session
from payments.models import Order


def mismatches(order: Order, session: Session) -> list[str]:
    """Name what a completed checkout has otherwise than the order; nothing if it may be fulfilled."""
    return [
        f"{what} is {found!r}, expected {expected!r}"
        for what, found, expected in _facts(order, session)
        if found != expected
    ]


def _facts(order: Order, session: Session) -> Iterator[tuple[str, Any, Any]]:
    ours = str(order.pk)
    yield "mode", session.mode, "payment"
    yield "livemode", session.livemode, order.livemode
    yield "order", session.order, ours
    yield "reference", session.reference, ours
    yield "currency", session.currency, order.currency
    yield "subtotal", session.subtotal, order.net_amount
    if not session.takes_codes:
        yield "discount", session.discount, 0
    if not session.is_taxed:
        yield "tax", session.tax, 0
    yield "total", session.total, session.subtotal - session.discount + session.tax
    intent = session.intent
    if session.payment_status == "no_payment_required":
        yield "total", session.total, 0
    elif intent is None:
        yield "payment", None, "one"
    else:
        yield "payment's state", intent.status, "succeeded"
        yield "amount received", intent.received, session.total
        yield "payment's order", intent.order, ours
