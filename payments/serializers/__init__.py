"""The shapes of what goes in and out."""

from payments.serializers.checkout import CheckoutSerializer, QuoteSerializer, WantedSerializer
from payments.serializers.coupons import CouponSerializer
from payments.serializers.earnings import EarningsSerializer
from payments.serializers.orders import (
    OrderSerializer,
    PurchaseSerializer,
    RefundRequestSerializer,
)

__all__ = [
    "CheckoutSerializer",
    "CouponSerializer",
    "EarningsSerializer",
    "OrderSerializer",
    "PurchaseSerializer",
    "QuoteSerializer",
    "RefundRequestSerializer",
    "WantedSerializer",
]
