"""What staff see of the money. They change nothing by hand: they ask for a refund, or for another look at Stripe."""

from . import coupons, events, orders

__all__ = ["coupons", "events", "orders"]
