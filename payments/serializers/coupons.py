"""The shapes of orders, checkouts and coupons at the edge."""

from typing import Any

from rest_framework import serializers

from courses.models import Course
from lms import currencies
from lms.drf import ModelSerializer, MoneySerializer, ObjectIdField, money
from payments import coupons
from payments.models import Coupon, Order


class OrderCourseSerializer(serializers.Serializer):
    id = ObjectIdField()
    slug = serializers.CharField()
    title = serializers.CharField()
    thumbnail = serializers.URLField(allow_null=True)

    class Meta:
        ref_name = "OrderCourse"


class OrderSerializer(serializers.Serializer):
    """What `history.shown` writes."""

    id = ObjectIdField()
    course = OrderCourseSerializer()
    status = serializers.ChoiceField(choices=Order.Status.choices)
    list_amount = MoneySerializer()
    discount_amount = MoneySerializer()
    tax_amount = MoneySerializer()
    total_amount = MoneySerializer()
    coupon = serializers.CharField(allow_null=True, help_text="The code that was used.")
    created_at = serializers.DateTimeField()
    paid_at = serializers.DateTimeField(allow_null=True)
    refunded_amount = MoneySerializer()
    receipt_url = serializers.URLField(allow_null=True)


class WantedSerializer(serializers.Serializer):
    """A course and a coupon's code; whatever else is sent has no effect."""

    course = ObjectIdField()
    coupon = serializers.CharField(
        max_length=40, required=False, allow_blank=True, allow_null=True, default=""
    )


class CheckoutSerializer(serializers.Serializer):
    order = OrderSerializer()
    checkout_url = serializers.URLField(
        allow_null=True, help_text="Where to pay; null when there is nothing to pay."
    )


class QuoteSerializer(serializers.Serializer):
    course = ObjectIdField()
    coupon = serializers.CharField(allow_null=True)
    list_amount = MoneySerializer()
    discount_amount = MoneySerializer()
    total_amount = MoneySerializer(help_text="Before tax, which depends on the address.")


class PurchaseSerializer(serializers.Serializer):
    purchased = serializers.BooleanField()
    status = serializers.ChoiceField(choices=Order.Status.choices, allow_null=True)
    order = OrderSerializer(allow_null=True)


class RefundRequestSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class CouponSerializer(ModelSerializer):
    """`percent` or `amount`, one of them; no `courses` means all of the owner's."""

    code = serializers.RegexField(r"^\s*[A-Za-z0-9][A-Za-z0-9_-]*\s*$", min_length=3, max_length=40)
    percent = serializers.IntegerField(min_value=1, max_value=100, required=False, allow_null=True)
    amount = MoneySerializer(required=False, allow_null=True)
    courses = serializers.ListField(child=ObjectIdField(), required=False, max_length=100)
    max_redemptions = serializers.IntegerField(
        min_value=1, max_value=1_000_000_000, required=False, allow_null=True
    )
    max_per_person = serializers.IntegerField(
        min_value=1, max_value=1_000_000, required=False, allow_null=True
    )

    class Meta:
        model = Coupon
        fields = [
            "id",
            "code",
            "percent",
            "amount",
            "courses",
            "starts_at",
            "ends_at",
            "max_redemptions",
            "max_per_person",
            "reserved",
            "redeemed",
            "created_at",
        ]
        read_only_fields = ["reserved", "redeemed"]

    def validate_code(self, value: str) -> str:
        code = coupons.normalize(value)
        others = Coupon.objects.filter(code=code)
        if self.instance:
            others = others.exclude(pk=self.instance.pk)
        if others.exists():
            raise serializers.ValidationError("This code is taken.", code="unique")
        return code

    def validate_courses(self, value: list) -> list:
        """Keep the courses in their order, once each; all must be the owner's."""
        wanted = list(dict.fromkeys(value))
        owner = self.instance.owner_id if self.instance else self.context["request"].user.pk
        if Course.objects.filter(pk__in=wanted, instructor_id=owner).count() != len(wanted):
            raise serializers.ValidationError("You have no such course.", code="does_not_exist")
        return wanted

    def validate_amount(self, value: dict[str, Any] | None) -> dict[str, Any] | None:
        if value and (value["amount"] == 0 or value["amount"] % currencies.step(value["currency"])):
            raise serializers.ValidationError(
                "This amount cannot be taken off in this currency.", code="invalid"
            )
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Look at the coupon as it will be: `PATCH` may name one end of a window, or one of two amounts."""

        def becomes(name: str) -> Any:
            return attrs[name] if name in attrs else getattr(self.instance, name, None)

        if (becomes("percent") is None) == (becomes("amount") is None):
            raise serializers.ValidationError(
                {"percent": ["Give either percent or amount."]}, code="invalid"
            )
        starts_at, ends_at = becomes("starts_at"), becomes("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            raise serializers.ValidationError(
                {"ends_at": ["The end must be after the start."]}, code="invalid"
            )
        used = self.instance.reserved + self.instance.redeemed if self.instance else 0
        most = becomes("max_redemptions")
        if most is not None and most < used:
            raise serializers.ValidationError(
                {"max_redemptions": [f"It has been used {used} times already."]}, code="min_value"
            )
        return _flat(attrs)

    def to_representation(self, instance: Coupon) -> dict[str, Any]:
        """Put the model's two columns together as money."""
        amount, instance.amount = instance.amount, None
        shown = super().to_representation(instance)
        instance.amount = amount
        return shown | {"amount": money(amount, instance.currency) if amount else None}


def _flat(attrs: dict[str, Any]) -> dict[str, Any]:
    """Take money apart into the model's two columns."""
    if "amount" not in attrs:
        return attrs
    found = attrs["amount"] or {"amount": None, "currency": ""}
    return {**attrs, "amount": found["amount"], "currency": found["currency"]}


class SignedMoneySerializer(serializers.Serializer):
    """Money that may be owed the other way round."""

    amount = serializers.IntegerField()
    currency = serializers.CharField()


class EarningsCourseSerializer(serializers.Serializer):
    id = ObjectIdField()
    slug = serializers.CharField()
    title = serializers.CharField()


class EarningsMonthSerializer(serializers.Serializer):
    month = serializers.CharField(help_text="`2026-11`, in UTC.")
    course = EarningsCourseSerializer()
    sales = serializers.IntegerField()
    earned = SignedMoneySerializer()


class EarningsSerializer(serializers.Serializer):
    """What `earnings.of` writes."""

    balance = SignedMoneySerializer(help_text="In the platform's own currency.")
    balances = SignedMoneySerializer(many=True, help_text="One a currency.")
    months = EarningsMonthSerializer(
        many=True, help_text="Per month, course and currency, newest first."
    )
