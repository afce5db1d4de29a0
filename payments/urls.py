from django.urls import path

from payments import webhooks
from payments.views.checkout import CheckoutViewSet, QuoteViewSet
from payments.views.coupons import CouponViewSet
from payments.views.earnings import EarningsViewSet
from payments.views.orders import OrderViewSet, PurchaseViewSet
from payments.views.teaching import OverviewViewSet

urlpatterns = [
    path(
        "payments/checkout",
        CheckoutViewSet.as_view({"post": "create"}),
        name="checkout",
    ),
    path(
        "payments/quote",
        QuoteViewSet.as_view({"post": "create"}),
        name="quote",
    ),
    path(
        "payments/orders",
        OrderViewSet.as_view({"get": "list"}),
        name="order-list",
    ),
    path(
        "payments/orders/<object_id:pk>",
        OrderViewSet.as_view({"get": "retrieve"}),
        name="order-detail",
    ),
    path(
        "payments/orders/<object_id:pk>/sync",
        OrderViewSet.as_view({"post": "sync"}),
        name="order-sync",
    ),
    path(
        "payments/orders/<object_id:pk>/refund",
        OrderViewSet.as_view({"post": "refund"}),
        name="order-refund",
    ),
    path(
        "courses/<course:key>/purchase",
        PurchaseViewSet.as_view({"get": "retrieve"}),
        name="purchase",
    ),
    path(
        "payments/coupons",
        CouponViewSet.as_view({"get": "list", "post": "create"}),
        name="coupon-list",
    ),
    path(
        "payments/coupons/<object_id:pk>",
        CouponViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="coupon-detail",
    ),
    path(
        "payments/earnings",
        EarningsViewSet.as_view({"get": "retrieve"}),
        name="earnings",
    ),
    path(
        "teaching/overview",
        OverviewViewSet.as_view({"get": "retrieve"}),
        name="teaching-overview",
    ),
    path("payments/webhooks/stripe", webhooks.stripe, name="stripe-webhook"),
]
