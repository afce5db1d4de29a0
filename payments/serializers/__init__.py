"""The input and output of the endpoints of selling."""

from payments.serializers.coupons import (
    CheckoutSerializer,
    CouponSerializer,
    EarningsSerializer,
    OrderSerializer,
    PurchaseSerializer,
    QuoteSerializer,
    RefundRequestSerializer,
    WantedSerializer,
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
