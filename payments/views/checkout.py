"""Checkout: buy a course, or see first what it costs."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import UserRequest
from courses.models import Course
from learning.exceptions import AlreadyEnrolled
from lms.schema import raises
from payments import exceptions
from payments.checkout import get_course_for_sale, start_checkout
from payments.pricing import terms_for
from payments.queries import orders
from payments.serializers import CheckoutSerializer, CheckoutWriteSerializer, QuoteSerializer
from payments.throttling import CheckoutThrottle, CouponFailedThrottle, CouponFailures


class WantedViewSet(GenericViewSet):
    """A view of one course that a person wants to buy, perhaps with a coupon."""

    request: UserRequest
    serializer_class = CheckoutWriteSerializer
    throttle_classes: tuple[type[BaseThrottle], ...] = (
        *GenericViewSet.throttle_classes,
        CouponFailedThrottle,
    )

    def get_wanted(self) -> tuple[Course, str]:
        """Return the course and the coupon's code; raise 404 if the course is not for sale."""
        serializer = self.get_serializer(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        wanted = serializer.validated_data
        return get_course_for_sale(self.request.user, wanted["course"]), wanted["coupon"] or ""


@extend_schema(tags=["Payments"], request=CheckoutWriteSerializer)
class CheckoutViewSet(WantedViewSet):
    throttle_classes = (*WantedViewSet.throttle_classes, CheckoutThrottle)

    @extend_schema(
        operation_id="checkout",
        summary="Buy a course",
        description="Send the browser to `checkout_url`, Stripe's payment page. When the person has paid, Stripe "
        "sends them back to the front end: ask `POST /payments/orders/{id}/sync` there.\n\nRepeating "
        "it while the page is open returns the same page (200). If nothing is to be paid, "
        "`checkout_url` is null, and the person is enrolled at once.",
        responses={
            201: CheckoutSerializer,
            200: CheckoutSerializer,
            **raises(
                NotFound,
                exceptions.InvalidCoupon,
                AlreadyEnrolled,
                exceptions.OwnCourse,
                exceptions.PaymentUnderWay,
                exceptions.OrderUnderReview,
                exceptions.PaymentRejected,
                exceptions.AmountTooSmall,
                exceptions.AmountTooLarge,
                exceptions.PaymentProviderUnavailable,
                exceptions.Contention,
            ),
        },
    )
    def create(self, request: UserRequest) -> Response:
        course, code = self.get_wanted()
        with CouponFailures().watch(request):
            checkout = start_checkout(request.user, course, code)
        order = orders.get_order(request.user.pk, checkout.order.pk)
        body = {"order": orders.render_order(order), "checkout_url": checkout.url}
        is_new = checkout.is_new
        return Response(body, status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


@extend_schema(tags=["Payments"], request=CheckoutWriteSerializer)
class QuoteViewSet(WantedViewSet):
    @extend_schema(
        operation_id="getQuote",
        summary="Get what a course costs with a coupon",
        description="Nothing is ordered or reserved. A coupon that does not apply is 400 `invalid_coupon`; only "
        "who has used it before is given the reason.",
        responses={200: QuoteSerializer, **raises(NotFound, exceptions.InvalidCoupon)},
    )
    def create(self, request: UserRequest) -> Response:
        course, code = self.get_wanted()
        with CouponFailures().watch(request):
            terms = terms_for(request.user, course, code)
        return Response(orders.render_quote(course, terms))
