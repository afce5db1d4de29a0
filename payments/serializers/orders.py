"""Orders, purchases and the request for a refund."""

from rest_framework import serializers

from lms.drf import DateTimeField, MoneySerializer, ObjectIdField
from payments.models import Order


class OrderCourseSerializer(serializers.Serializer):
    """The course of an order. If it is gone: its id, `Deleted course` and, as slug, the id."""

    id = ObjectIdField()
    slug = serializers.CharField()
    title = serializers.CharField()
    thumbnail = serializers.URLField(allow_null=True)


class OrderSerializer(serializers.Serializer):
    """An order as its buyer sees it."""

    id = ObjectIdField()
    course = OrderCourseSerializer()
    status = serializers.ChoiceField(choices=Order.Status.choices)
    list_amount = MoneySerializer()
    discount_amount = MoneySerializer()
    tax_amount = MoneySerializer()
    total_amount = MoneySerializer()
    coupon = serializers.CharField(allow_null=True, help_text="The code that was used.")
    created_at = DateTimeField()
    paid_at = DateTimeField(allow_null=True)
    refunded_amount = MoneySerializer()
    receipt_url = serializers.URLField(allow_null=True)


class PurchaseSerializer(serializers.Serializer):
    purchased = serializers.BooleanField()
    status = serializers.ChoiceField(choices=Order.Status.choices, allow_null=True)
    order = OrderSerializer(allow_null=True)


class RefundSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
