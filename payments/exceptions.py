"""Why something about money cannot be done."""

from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError

from lms.exceptions import Conflict, ServiceUnavailable


class PaymentProviderUnavailable(ServiceUnavailable):
    """Stripe does not answer, or not with sense; the same request may be made again."""

    default_detail = "The payment provider is not available. Nothing was charged; try again."
    default_code = "payment_provider_unavailable"


class RefundDelayed(PaymentProviderUnavailable):
    """Stripe does not answer, and the refund is written down: it is asked for again by itself."""

    default_detail = "The payment provider is not available. The refund stands and will be made."


class PaymentRejected(Conflict):
    """Stripe refuses what we ask. `reason` and `param` are Stripe's own words for why."""

    default_detail = "The payment provider refuses this."
    default_code = "payment_rejected"

    def __init__(self, reason: str = "", param: str = "") -> None:
        super().__init__()
        self.reason = reason
        self.param = param


class KeyReused(PaymentRejected):
    """An idempotency key was used before, for something else."""


class AlreadyEnrolled(Conflict):
    default_detail = "You have this course already."
    default_code = "already_enrolled"


class OwnCourse(Conflict):
    default_detail = "This course is your own."
    default_code = "own_course"


class PaymentUnderWay(Conflict):
    default_detail = "Your payment is being processed. This may take some days."
    default_code = "payment_processing"


class OrderUnderReview(Conflict):
    default_detail = "Your payment of this course is being looked at. We will write to you."
    default_code = "order_under_review"


class Contention(ServiceUnavailable):
    """Others change the same thing all the time."""

    default_detail = "This is being changed by others at the same time. Try again."
    default_code = "contention"


class RefundWindowClosed(Conflict):
    default_detail = "This purchase can no longer be refunded."
    default_code = "refund_window_closed"


class RefundRepeated(Conflict):
    default_detail = "This refund was asked for already."
    default_code = "refund_repeated"


class NotRefundable(Conflict):
    default_detail = "There is nothing to refund."
    default_code = "not_refundable"


class InvalidCoupon(ValidationError):
    """The coupon does not apply; the detail says why."""

    def __init__(self, detail: str) -> None:
        super().__init__({"coupon": [detail]}, code="invalid_coupon")


class BadEvent(APIException):
    """What came to the webhook is not a fresh event that Stripe signed for us."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_detail = "This is not an event that Stripe signed."
    default_code = "invalid_event"
