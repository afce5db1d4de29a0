"""The request to buy a course or to see its price, and the answers."""

from rest_framework import serializers

from courses.keys import CourseKeyField
from lms.drf import MoneySerializer, ObjectIdField
from payments.serializers.orders import OrderSerializer


class CheckoutWriteSerializer(serializers.Serializer):
    """A course, and the code of a coupon if there is one."""

    course = CourseKeyField(help_text="The course's id or slug.")
    coupon = serializers.CharField(
        max_length=40,
        required=False,
        allow_blank=True,
        allow_null=True,
        default="",
        help_text="A coupon's code, in any case.",
    )


class CheckoutSerializer(serializers.Serializer):
    """An order, and where to pay it."""

    order = OrderSerializer()
    checkout_url = serializers.URLField(
        allow_null=True, help_text="Where to pay; null if there is nothing to pay."
    )


class QuoteSerializer(serializers.Serializer):
    """What a course costs you at present."""

    course = ObjectIdField(help_text="The course's id.")
    coupon = serializers.CharField(allow_null=True, help_text="The code that applies, or null.")
    list_amount = MoneySerializer(help_text="The course's price.")
    discount_amount = MoneySerializer(help_text="What the coupon takes off.")
    total_amount = MoneySerializer(help_text="Before tax, which depends on the buyer's address.")
