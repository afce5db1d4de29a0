from django.urls import path, re_path
from rest_framework.routers import SimpleRouter

from lms.drf import OBJECT_ID
from payments import webhooks
from payments.views import orders as views

router = SimpleRouter(trailing_slash=False)
router.register("payments/orders", views.OrderViewSet, basename="order")
router.register("payments/coupons", views.CouponViewSet, basename="coupon")

urlpatterns = [
    path("payments/checkout", views.CheckoutView.as_view(), name="checkout"),
    path("payments/earnings", views.EarningsView.as_view(), name="earnings"),
    path("payments/quote", views.QuoteView.as_view(), name="quote"),
    path("payments/webhooks/stripe", webhooks.stripe, name="stripe-webhook"),
    re_path(
        rf"^courses/(?P<pk>{OBJECT_ID})/purchase$", views.PurchaseView.as_view(), name="purchase"
    ),
    *router.urls,
]
