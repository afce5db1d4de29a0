"""Which orders are answered from our rows: those that are settled and were synced with Stripe a moment ago."""

from contextlib import suppress

from django.core.cache import cache
from redis.exceptions import RedisError

from payments.fulfilment.sync import sync_order
from payments.models import Order

FRESH_SECONDS = 30


def is_fresh(order: Order) -> bool:
    """Return whether a settled order was synced a moment ago and has not changed since."""
    try:
        return bool(cache.get(_key(order)) == order.version)
    except RedisError:
        return False


def sync_and_remember(order: Order) -> None:
    """Sync an order with Stripe; if it is settled then, it is fresh for a while."""
    order = sync_order(order)
    if not order.is_unpaid:
        with suppress(RedisError):
            cache.set(_key(order), order.version, timeout=FRESH_SECONDS)


def _key(order: Order) -> str:
    return f"order-synced:{order.pk}"
