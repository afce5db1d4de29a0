"""Errors of buying, refunding and webhooks."""

from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError

from lms.exceptions import Conflict, ServiceUnavailable


class PaymentProviderUnavailable(ServiceUnavailable):
    """Stripe is unavailable or replies with nonsense; the same request may be repeated."""

    default_detail = "The payment provider is unavailable. Nothing was charged. Please try again."
    default_code = "payment_provider_unavailable"


class RefundDelayed(PaymentProviderUnavailable):
    """Stripe is unavailable, but the refund is stored and will be sent automatically."""

    default_detail = (
        "The payment provider is unavailable. The refund is recorded and will be made soon."
    )


class PaymentRejected(Conflict):
    """Stripe refuses a request. `reason` and `param` are Stripe's code and parameter."""

    default_detail = "The payment provider refused this request."
    default_code = "payment_rejected"

    def __init__(self, reason: str = "", param: str = "") -> None:
        super().__init__()
        self.reason = reason
        self.param = param


class KeyReused(PaymentRejected):
    """The idempotency key was used before, with other content."""


class EmailRejected(PaymentRejected):
    """Stripe refuses an e-mail address: https://docs.stripe.com/error-codes#email-invalid"""


class AmountTooSmall(PaymentRejected):
    """Less than Stripe charges, perhaps only after it is converted into the currency of the bank account."""

    default_detail = "The price is smaller than the smallest amount that can be paid in this currency. Please tell the instructor."
    default_code = "amount_too_small"


class AmountTooLarge(PaymentRejected):
    default_detail = "The price is larger than the largest amount that can be paid in this currency. Please tell the instructor."
    default_code = "amount_too_large"


class AlreadyEnrolled(Conflict):
    default_detail = "You already have this course."
    default_code = "already_enrolled"


class OwnCourse(Conflict):
    default_detail = "You cannot buy your own course."
    default_code = "own_course"


class PaymentUnderWay(Conflict):
    default_detail = "Your payment is being processed. This can take a few days."
    default_code = "payment_processing"


class OrderUnderReview(Conflict):
    default_detail = "Your payment for this course is under review. We will e-mail you."
    default_code = "order_under_review"


class Contention(ServiceUnavailable):
    """Other requests keep changing the same row."""

    default_detail = "Another request is changing this at the moment. Please try again."
    default_code = "contention"


class KeyInUse(Contention):
    """Another request with the same idempotency key is still running at Stripe."""


class RefundWindowClosed(Conflict):
    default_detail = (
        "It is too late to refund this purchase, or you have used too much of the course."
    )
    default_code = "refund_window_closed"


class RefundRepeated(Conflict):
    default_detail = "This refund has already been requested."
    default_code = "refund_repeated"


class NotRefundable(Conflict):
    default_detail = "There is nothing to refund."
    default_code = "not_refundable"


class InvalidCoupon(ValidationError):
    """The coupon does not apply; the detail is the reason."""

    def __init__(self, detail: str) -> None:
        super().__init__({"coupon": [detail]}, code="invalid_coupon")


class BadEvent(APIException):
    """The body of a webhook is not a recent event that Stripe signed for us."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_detail = "This is not an event that Stripe signed."
    default_code = "invalid_event"
