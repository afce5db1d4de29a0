"""The comparison of what was paid with what was ordered, made before anything is given."""

from collections.abc import Iterator

from payments.gateway.snapshots import CheckoutSession
from payments.models import Order

type Value = str | int | bool | None


def find_mismatches(order: Order, session: CheckoutSession) -> list[str]:
    """List in what a completed checkout differs from its order; empty if the order may be fulfilled."""
    return [
        f"{name} is {actual!r}, expected {expected!r}"
        for name, actual, expected in _comparisons(order, session)
        if actual != expected
    ]


def _comparisons(order: Order, session: CheckoutSession) -> Iterator[tuple[str, Value, Value]]:
    """Yield each fact with its name, its value at Stripe and its value on the order."""
    order_id = str(order.pk)
    yield "mode", session.mode, "payment"
    yield "livemode", session.livemode, order.livemode
    yield "order", session.order_id, order_id
    yield "reference", session.client_reference_id, order_id
    yield "currency", session.currency, order.currency
    yield "subtotal", session.subtotal, order.net_amount
    if not session.allows_promotion_codes:
        yield "discount", session.discount, 0
    if not session.has_automatic_tax:
        yield "tax", session.tax, 0
    yield "total", session.total, session.subtotal - session.discount + session.tax
    intent = session.payment_intent
    if session.payment_status == "no_payment_required":
        yield "total", session.total, 0
    elif intent is None:
        yield "payment", None, "one"
    else:
        yield "status of the payment", intent.status, "succeeded"
        yield "amount received", intent.amount_received, session.total
        yield "order of the payment", intent.order_id, order_id
