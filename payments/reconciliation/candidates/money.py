"""Money at Stripe that the books do not explain."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from bson import ObjectId

from payments.fulfilment.sync import sync_order
from payments.gateway import client
from payments.gateway.snapshots import Movement
from payments.ledger.balance import find_unexplained
from payments.models import Order
from payments.reconciliation.candidates.candidate import Candidate, Period
from payments.reconciliation.discrepancies import find_discrepancies


def unexplained_money(period: Period) -> Iterator[Candidate]:
    """Return what moved our balance for no order, or is not booked; without an order only people can help."""
    for found in find_unexplained(client.list_movements(period.since), period.until):
        movement = found.movement
        yield Candidate(
            f"{movement.source_kind} {movement.source_id}",
            find_problem=partial(_find_problem, movement, period.until),
            repair=partial(_sync, found.order.pk) if found.order else None,
        )


def _find_problem(movement: Movement, until: datetime) -> str:
    """Look again. A payment whose order is not settled yet is a finding of that order."""
    found = next(find_unexplained([movement], until), None)
    if found is None:
        return ""
    order = found.order
    is_found_otherwise = order and order.is_unpaid and find_discrepancies(order)
    return "" if is_found_otherwise else found.problem


def _sync(order_id: ObjectId) -> None:
    sync_order(Order.objects.get(pk=order_id))
