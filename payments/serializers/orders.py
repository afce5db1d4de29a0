"""Orders, purchases and the request for a refund."""

from rest_framework import serializers

from lms.drf import DateTimeField, MoneySerializer, ObjectIdField
from payments.models import Order

STATUS = (
    "`created`, `pending`: not paid yet; `processing`: the bank needs some days; `paid`, `partially_refunded`: the person "
    "has the course; `refunded`, `charged_back`: the money went back, and the access ended; `disputed`: the bank decides; "
    "`expired`, `canceled`, `failed`: it was never paid; `needs_review`: staff look at it."
)


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
    status = serializers.ChoiceField(choices=Order.Status.choices, help_text=STATUS)
    list_amount = MoneySerializer(help_text="The course's price when it was ordered.")
    discount_amount = MoneySerializer(help_text="What the coupon took off.")
    tax_amount = MoneySerializer(help_text="Added by Stripe, from the buyer's address.")
    total_amount = MoneySerializer(help_text="What is to be paid.")
    coupon = serializers.CharField(allow_null=True, help_text="The code that was used.")
    created_at = DateTimeField()
    paid_at = DateTimeField(allow_null=True, help_text="Null until it is paid.")
    refunded_amount = MoneySerializer(help_text="What went back so far.")
    receipt_url = serializers.URLField(
        allow_null=True, help_text="Stripe's receipt; null until it is paid."
    )


class PurchaseSerializer(serializers.Serializer):
    """Whether you have bought a course."""

    purchased = serializers.BooleanField(
        help_text="True while the order is paid, also if a part was refunded."
    )
    status = serializers.ChoiceField(
        choices=Order.Status.choices, allow_null=True, help_text="Of the order; null without one."
    )
    order = OrderSerializer(allow_null=True, help_text="Null if you never ordered it.")


class RefundSerializer(serializers.Serializer):
    """Why you want your money back."""

    reason = serializers.CharField(
        max_length=500,
        required=False,
        allow_blank=True,
        default="",
        help_text="A sentence for staff.",
    )
