"""The request to buy a course or to see its price, and the answers."""

from rest_framework import serializers

from lms.drf import MoneySerializer, ObjectIdField
from payments.serializers.orders import OrderSerializer


class CheckoutWriteSerializer(serializers.Serializer):
    """A course and the code of a coupon; anything else in the body is ignored."""

    course = ObjectIdField()
    coupon = serializers.CharField(
        max_length=40, required=False, allow_blank=True, allow_null=True, default=""
    )


class CheckoutSerializer(serializers.Serializer):
    order = OrderSerializer()
    checkout_url = serializers.URLField(
        allow_null=True, help_text="Where to pay; null if there is nothing to pay."
    )


class QuoteSerializer(serializers.Serializer):
    course = ObjectIdField()
    coupon = serializers.CharField(allow_null=True)
    list_amount = MoneySerializer()
    discount_amount = MoneySerializer()
    total_amount = MoneySerializer(help_text="Before tax, which depends on the buyer's address.")
