"""Coupons of an instructor."""

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import mixins
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import UserRequest
from accounts.permissions import IsInstructor
from payments.models import Coupon
from payments.serializers import CouponSerializer


@extend_schema(tags=["Selling"])
@extend_schema_view(
    list=extend_schema(
        operation_id="listCoupons",
        summary="List your coupons, newest first",
        description="All of them, also those that have ended or are used up.",
    ),
    create=extend_schema(
        operation_id="createCoupon",
        summary="Create a coupon for all or some of your courses",
        description="Give either `percent` or `amount`. Without `courses` it is valid for all your courses. "
        "Codes are unique on the platform.",
    ),
    retrieve=extend_schema(
        operation_id="getCoupon",
        summary="Get one of your coupons",
        description="With how often it was redeemed, and how many open payment pages hold it.",
    ),
    partial_update=extend_schema(
        operation_id="updateCoupon",
        summary="Update a coupon",
        description="Send the fields that change. Open payment pages keep the terms with which they were opened.",
    ),
    destroy=extend_schema(
        operation_id="deleteCoupon",
        summary="Delete a coupon",
        description="Paid orders and open payment pages keep their discount.",
        responses={204: OpenApiResponse()},
    ),
)
class CouponViewSet(
    mixins.ListModelMixin,
    mixins.CreateModelMixin,
    mixins.RetrieveModelMixin,
    mixins.UpdateModelMixin,
    mixins.DestroyModelMixin,
    GenericViewSet,
):
    queryset = Coupon.objects.none()
    serializer_class = CouponSerializer
    permission_classes = (IsInstructor,)
    ordering = ("-created_at", "-id")
    request: UserRequest

    def get_queryset(self) -> QuerySet[Coupon]:
        return Coupon.objects.owned_by(self.request.user)

    def perform_create(self, serializer: BaseSerializer) -> None:
        serializer.save(owner=self.request.user)
