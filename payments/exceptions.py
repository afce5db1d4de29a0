"""Errors of buying, refunding and webhooks."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import status

from lms.exceptions import Conflict, DomainError, FieldError, ServiceUnavailable


class PaymentProviderUnavailable(ServiceUnavailable):
    """Stripe is unavailable or answers with nonsense."""

    default_detail = _(
        "The payment provider is unavailable. Nothing was charged. Please try again."
    )
    default_code = "payment_provider_unavailable"
    advice = "Send the same request again after `Retry-After`: nobody is charged twice."


class RefundDelayed(PaymentProviderUnavailable):
    """Stripe is unavailable, but the refund is stored and will be sent automatically."""

    default_detail = _(
        "The payment provider is unavailable. The refund is recorded and will be made soon."
    )


class PaymentRejected(Conflict):
    """Stripe refuses a request. `reason` and `param` are Stripe's code and parameter, for us alone."""

    default_detail = _("The payment provider refused this request. Please contact us.")
    default_code = "payment_rejected"

    def __init__(self, reason: str = "", param: str = "") -> None:
        super().__init__()
        self.reason = reason
        self.param = param


class KeyReused(PaymentRejected):
    """The idempotency key was used before, with other content."""


class DisputeChanged(PaymentRejected):
    """Somebody has answered the dispute since it was read, or it takes no answer: staff alone meet this."""

    default_detail = _(
        "This dispute has changed in the meantime: somebody has answered it, or it is decided or past due. Nothing was sent. "
        "Look at it again."
    )


class EvidenceRefused(PaymentRejected):
    """Stripe refuses the texts of an answer to a dispute: staff alone meet this."""

    default_detail = _(
        "Stripe refuses this answer. Nothing was sent to the bank. Change the texts and send it again."
    )


class EmailRejected(PaymentRejected):
    """Stripe refuses an e-mail address: https://docs.stripe.com/error-codes#email-invalid"""


class AmountTooSmall(PaymentRejected):
    """The price is less than Stripe charges, perhaps only after its conversion into the currency of the bank account."""

    default_detail = _(
        "The price is smaller than the smallest amount that can be paid in this currency. Please tell the instructor."
    )
    default_code = "amount_too_small"


class AmountTooLarge(PaymentRejected):
    """The price is more than Stripe charges in this currency."""

    default_detail = _(
        "The price is larger than the largest amount that can be paid in this currency. Please tell the instructor."
    )
    default_code = "amount_too_large"


class OwnCourse(Conflict):
    """Instructors do not buy their own courses."""

    default_detail = _("You cannot buy your own course.")
    default_code = "own_course"


class PaymentUnderWay(Conflict):
    """The person has paid in a way that takes days, and the money has not arrived."""

    default_detail = _("Your payment is being processed. This can take a few days.")
    default_code = "payment_processing"


class OrderUnderReview(Conflict):
    """A payment of the person for this course waits for a decision of staff."""

    default_detail = _("Your payment for this course is under review. We will e-mail you.")
    default_code = "order_under_review"


class Contention(ServiceUnavailable):
    """Other requests keep changing the same row."""

    default_detail = _("Another request is changing this at the moment. Try again in a moment.")
    default_code = "contention"


class KeyInUse(Contention):
    """Another request with the same idempotency key is still running at Stripe."""


class RefundWindowClosed(Conflict):
    """The payment is too long ago, too much of the course was used, or its certificate was issued."""

    default_detail = _(
        "You can have a refund within {days} days of the payment, as long as you have used less than {percent} % of the course "
        "and have no certificate. Please contact us if you think that you should have one."
    )
    default_code = "refund_window_closed"

    def __init__(self) -> None:
        super().__init__(days=settings.REFUND_DAYS, percent=settings.REFUND_PROGRESS_PERCENT)


class NotRefundable(Conflict):
    """The order is not paid, or all of its money was given back."""

    default_detail = _("There is nothing to refund.")
    default_code = "not_refundable"


class RefundRepeated(NotRefundable):
    """Staff have sent the same refund twice."""

    default_detail = _("This refund has already been requested.")


class InvalidCoupon(FieldError):
    """The coupon does not apply to this course and this person at this time."""

    attr = "coupon"
    default_code = "invalid_coupon"
    # One sentence for whatever is wrong with a code, so that nobody learns which codes exist.
    default_detail = _(
        "This coupon does not exist, or it is not valid for this course at the moment."
    )


class BadEvent(DomainError):
    """The body of a webhook is not a recent event that Stripe signed for us."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_detail = _("This is not an event that Stripe signed.")
    advice = "Only Stripe meets this."
    default_code = "invalid_event"
