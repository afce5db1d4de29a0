"""Buying, and what one has bought; coupons of instructors."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import UserRequest
from accounts.permissions import IsInstructor
from courses.models import Course
from courses.queries.courses import get_course
from courses.visibility import teaches
from lms.drf import OBJECT_ID, money
from lms.pagination import CursorPagination, Page
from lms.schema import refused
from lms.throttling import UserThrottle
from payments import queries, refunds
from payments.checkout import start_checkout
from payments.coupons import terms_for
from payments.fulfilment.sync import sync_order
from payments.ledger import earnings
from payments.models import Coupon, Order
from payments.serializers import (
    CheckoutSerializer,
    CouponSerializer,
    EarningsSerializer,
    OrderSerializer,
    PurchaseSerializer,
    QuoteSerializer,
    RefundRequestSerializer,
    WantedSerializer,
)

UNAVAILABLE = refused("payment_provider_unavailable")
NOT_SOLD = refused("not_found")


class CheckoutThrottle(UserThrottle):
    scope = "checkout"


class WantedView(GenericAPIView):
    """Read which course is wanted, and with which coupon; an unpublished course exists only for its author."""

    serializer_class = WantedSerializer

    def wanted(self) -> tuple[Course, str]:
        serializer = self.get_serializer(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        course = get_course(self.request.user, serializer.validated_data["course"])
        if not (course.is_published or teaches(self.request.user, course)):
            raise NotFound
        return course, serializer.validated_data["coupon"] or ""


@extend_schema(tags=["payments"], request=WantedSerializer)
class CheckoutView(WantedView):
    throttle_classes = [*GenericAPIView.throttle_classes, CheckoutThrottle]

    @extend_schema(
        summary="Buy a course",
        description="Asked again while the page is open, it gives the same page.",
        responses={
            201: CheckoutSerializer,
            200: CheckoutSerializer,
            404: NOT_SOLD,
            409: refused(
                "already_enrolled", "own_course", "payment_processing", "order_under_review"
            ),
            503: UNAVAILABLE,
        },
    )
    def post(self, request: Request) -> Response:
        course, code = self.wanted()
        checkout = start_checkout(request.user, course, code)
        body = {"order": _shown(checkout.order), "checkout_url": checkout.url}
        done = status.HTTP_201_CREATED if checkout.is_new else status.HTTP_200_OK
        return Response(body, status=done)


@extend_schema(tags=["payments"], request=WantedSerializer)
class QuoteView(WantedView):
    @extend_schema(
        summary="Ask what a course costs with a coupon",
        description="400 `invalid_coupon` says why a coupon does not apply.",
        responses={200: QuoteSerializer, 404: NOT_SOLD},
    )
    def post(self, request: Request) -> Response:
        course, code = self.wanted()
        terms = terms_for(request.user, course, code)
        return Response(
            {
                "course": course.pk,
                "coupon": terms.coupon.code if terms.coupon else None,
                "list_amount": money(terms.list_amount, terms.currency),
                "discount_amount": money(terms.discount_amount, terms.currency),
                "total_amount": money(terms.total_amount, terms.currency),
            }
        )


@extend_schema(tags=["payments"])
@extend_schema_view(
    list=extend_schema(summary="List my orders, newest first"),
    retrieve=extend_schema(summary="Look at one of my orders"),
)
class OrderViewSet(viewsets.GenericViewSet):
    queryset = Order.objects.none()
    serializer_class = OrderSerializer
    pagination_class = CursorPagination
    lookup_value_regex = OBJECT_ID
    ordering = ("-created_at", "-id")

    def get_queryset(self) -> Any:
        return Order.objects.visible_to(self.request.user)

    def list(self, request: Request) -> Response:
        page = Page.of(request, self.ordering)
        found = queries.page_of(request.user.pk, page)
        results = [queries.shown(order) for order in page.cut(found)]
        return Response({**page.links(found), "results": results})

    def retrieve(self, request: Request, pk: str) -> Response:
        order = queries.find(request.user.pk, pk)
        if order is None:
            raise NotFound
        return Response(queries.shown(order))

    @extend_schema(
        summary="Ask Stripe how an order stands",
        description="For the page to which Stripe leads back; asked again, it changes nothing.",
        request=None,
        responses={200: OrderSerializer, 503: UNAVAILABLE},
    )
    @action(detail=True, methods=["post"])
    def sync(self, request: Request, pk: str) -> Response:
        return Response(_shown(sync_order(self.get_object())))

    @extend_schema(
        summary="Ask for my money back",
        description="409 `refund_window_closed` after too many days or too much progress.",
        request=RefundRequestSerializer,
        responses={
            202: OrderSerializer,
            409: refused("refund_window_closed", "not_refundable", "payment_rejected"),
            503: UNAVAILABLE,
        },
    )
    @action(detail=True, methods=["post"])
    def refund(self, request: Request, pk: str) -> Response:
        serializer = RefundRequestSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        order = refunds.refund_as_student(self.get_object(), **serializer.validated_data)
        return Response(_shown(order), status=status.HTTP_202_ACCEPTED)


@extend_schema(tags=["payments"])
class PurchaseView(GenericAPIView):
    serializer_class = PurchaseSerializer

    @extend_schema(summary="Ask whether I have bought a course")
    def get(self, request: Request, pk: str) -> Response:
        order = queries.of_course(request.user.pk, pk)
        if order is None:
            get_course(request.user, pk)
            return Response({"purchased": False, "status": None, "order": None})
        return Response(
            {
                "purchased": queries.gives_access(order),
                "status": order["status"],
                "order": queries.shown(order),
            }
        )


@extend_schema(tags=["coupons"])
@extend_schema_view(
    list=extend_schema(summary="List my coupons, newest first"),
    create=extend_schema(summary="Make a coupon for all or some of my courses"),
    retrieve=extend_schema(summary="Look at one of my coupons"),
    partial_update=extend_schema(summary="Change a coupon; open checkouts keep their terms"),
    destroy=extend_schema(
        summary="Delete a coupon; paid orders keep what it gave", responses={204: OpenApiResponse()}
    ),
)
class CouponViewSet(
    mixins.ListModelMixin,
    mixins.CreateModelMixin,
    mixins.RetrieveModelMixin,
    mixins.UpdateModelMixin,
    mixins.DestroyModelMixin,
    viewsets.GenericViewSet,
):
    queryset = Coupon.objects.none()
    serializer_class = CouponSerializer
    permission_classes = [IsInstructor]
    http_method_names = ["get", "post", "patch", "delete", "head", "options"]
    lookup_value_regex = OBJECT_ID
    ordering = ("-created_at", "-id")

    def get_queryset(self) -> Any:
        return Coupon.objects.owned_by(self.request.user)

    def perform_create(self, serializer: Any) -> None:
        with _codes_are_unique():
            serializer.save(owner=self.request.user)

    def perform_update(self, serializer: Any) -> None:
        with _codes_are_unique():
            serializer.save()


@extend_schema(tags=["payments"])
class EarningsView(GenericAPIView):
    permission_classes = [IsInstructor]
    serializer_class = EarningsSerializer

    @extend_schema(summary="What I have earned, from the books", responses=EarningsSerializer)
    def get(self, request: UserRequest) -> Response:
        return Response(earnings.of(request.user.id))


def _shown(order: Order) -> dict[str, Any]:
    found = queries.find(order.user_id, str(order.pk))
    if found is None:
        raise NotFound
    return queries.shown(found)


@contextmanager
def _codes_are_unique() -> Iterator[None]:
    """Answer as the serializer does when two take the same code at the same moment."""
    try:
        yield
    except IntegrityError:
        raise ValidationError({"code": ["This code is taken."]}, code="unique") from None
