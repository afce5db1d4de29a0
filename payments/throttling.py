"""Limits on attempts to buy, on guesses of coupons, and on questions to Stripe."""

from typing import Any

from django.http import HttpRequest
from rest_framework.request import Request

from lms.throttling import FailureCounter, FailureLimit, UserThrottle
from payments.exceptions import InvalidCoupon


class CheckoutThrottle(UserThrottle):
    scope = "checkout"


class SyncThrottle(UserThrottle):
    """A limit on the requests of a person that make us ask Stripe: each costs up to three of Stripe's own limit."""

    scope = "sync"


class CouponFailures(FailureCounter, UserThrottle):
    """A limit on the codes that a person tries in vain."""

    scope = "coupon"
    failure = InvalidCoupon

    def key(self, request: Request, view: Any) -> str | None:
        has_code = isinstance(request.data, dict) and request.data.get("coupon")
        return super().key(request, view) if has_code else None

    def forgive(self, request: HttpRequest | Request, view: Any) -> None:
        """Keep the count: who knows one valid code could otherwise use it between the guesses."""


class CouponFailedThrottle(FailureLimit, CouponFailures):
    """The check of `CouponFailures`."""
