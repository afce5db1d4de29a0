"""The shapes of what goes in and out."""

from payments.serializers.checkout import (
    CheckoutSerializer,
    CheckoutWriteSerializer,
    QuoteSerializer,
)
from payments.serializers.coupons import CouponSerializer
from payments.serializers.earnings import EarningsSerializer
from payments.serializers.orders import (
    OrderSerializer,
    PurchaseSerializer,
    RefundSerializer,
)
from payments.serializers.teaching import OverviewSerializer

__all__ = [
    "CheckoutSerializer",
    "CheckoutWriteSerializer",
    "CouponSerializer",
    "EarningsSerializer",
    "OrderSerializer",
    "OverviewSerializer",
    "PurchaseSerializer",
    "QuoteSerializer",
    "RefundSerializer",
]
