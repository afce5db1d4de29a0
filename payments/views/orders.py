"""Orders: what a person has bought, how it stands, and the way to a refund."""

from collections.abc import Sequence

from bson import ObjectId
from django.conf import settings
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import JoinsToSession, UserRequest
from courses.keys import CourseKey
from courses.queries.courses import get_course_id, require_visible
from lms.mongodb.pipelines import Document
from lms.pagination import CursorPagination, Page
from lms.schema import raises
from payments.exceptions import (
    Contention,
    NotRefundable,
    PaymentProviderUnavailable,
    PaymentRejected,
    RefundWindowClosed,
)
from payments.fulfilment.freshness import FRESH_SECONDS, is_fresh, sync_and_remember
from payments.models import Order
from payments.queries import orders
from payments.refunds import refund_as_student
from payments.serializers import OrderSerializer, PurchaseSerializer, RefundSerializer
from payments.throttling import SyncThrottle

SYNC_ERRORS = (PaymentRejected, PaymentProviderUnavailable, Contention)


@extend_schema(tags=["Payments"])
class OrderViewSet(GenericViewSet):
    queryset = Order.objects.none()
    serializer_class = OrderSerializer
    pagination_class = CursorPagination
    ordering = ("-created_at", "-id")
    request: UserRequest

    def get_queryset(self) -> QuerySet[Order]:
        return Order.objects.visible_to(self.request.user)

    @extend_schema(
        operation_id="listOrders",
        summary="List your orders, newest first",
        description="Every order that you ever made, those that were not paid too.",
    )
    def list(self, request: UserRequest) -> Response:
        page = Page.of(request, self.ordering)
        rows = orders.list_orders(request.user.pk, page)
        return Response(page.render(rows, orders.render_order))

    @extend_schema(
        operation_id="getOrder",
        summary="Get one of your orders",
        description="As it was last known. To learn whether it was just paid, `POST /payments/orders/{id}/sync`.",
    )
    def retrieve(self, request: UserRequest, pk: ObjectId) -> Response:
        return Response(orders.render_order(orders.get_order(request.user.pk, pk)))

    @extend_schema(
        operation_id="syncOrder",
        summary="Ask Stripe how an order stands",
        description="For the page to which Stripe sends the buyer back: once `status` is `paid`, the person is "
        "enrolled. While it is `processing`, the bank needs some days. It may be repeated; a settled "
        "order is answered without asking Stripe for "
        f"{FRESH_SECONDS} seconds.",
        request=None,
        responses={200: OrderSerializer, **raises(*SYNC_ERRORS)},
    )
    def sync(self, request: UserRequest, pk: ObjectId) -> Response:
        order = self.get_object()
        if not is_fresh(order):
            self._check_limit()
            sync_and_remember(order)
        return Response(orders.render_order(orders.get_order(request.user.pk, pk)))

    @extend_schema(
        operation_id="requestRefund",
        summary="Request a refund of your order",
        description="The whole amount goes back to where it came from, and access ends. 202: the money may take "
        "some days. Repeating it changes nothing.\n\n409 `refund_window_closed` after "
        f"{settings.REFUND_DAYS} days, once {settings.REFUND_PROGRESS_PERCENT} % of the course was completed, watched or downloaded, even if that was undone since, and "
        "once a certificate was issued.",
        request=RefundSerializer,
        responses={
            202: OrderSerializer,
            **raises(NotRefundable, RefundWindowClosed, *SYNC_ERRORS),
        },
    )
    def refund(self, request: UserRequest, pk: ObjectId) -> Response:
        serializer = RefundSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        order = self.get_object()
        self._check_limit()
        refund_as_student(order, **serializer.validated_data)
        body = orders.render_order(orders.get_order(request.user.pk, pk))
        return Response(body, status=status.HTTP_202_ACCEPTED)

    def _check_limit(self) -> None:
        """Raise `Throttled` (429) if the person has made us ask Stripe too often."""
        throttle = SyncThrottle()
        if not throttle.allow_request(self.request, self):
            self.throttled(self.request, throttle.wait())


@extend_schema(tags=["Payments"])
class PurchaseViewSet(JoinsToSession, GenericViewSet):
    serializer_class = PurchaseSerializer

    def joins(self) -> Sequence[Document]:
        key = self.kwargs["key"]
        return [orders.join_purchase(key)] if isinstance(key, ObjectId) else []

    @extend_schema(
        operation_id="getPurchase",
        summary="Get whether you have bought a course",
        description="`order` is the one that counts: the paid or open one, else the newest.",
    )
    def retrieve(self, request: UserRequest, key: CourseKey) -> Response:
        course_id = get_course_id(key)
        order = orders.find_purchase(request.user.pk, course_id, self.joined("orders"))
        if order is None:  # who bought the course may ask even when it is hidden
            require_visible(request.user, course_id)
        return Response(orders.render_purchase(order))
