"""Coupons."""

from collections.abc import Mapping
from typing import Any

from bson import ObjectId
from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from rest_framework import serializers

from courses.keys import CourseKey, CourseKeyField
from courses.models import Course
from lms import currencies
from lms.drf import ModelSerializer, MoneySerializer, money
from lms.exceptions import invalid
from payments import coupons
from payments.models import Coupon

NOT_YOUR_COURSE = _("You have no such course. List only courses of your own.")
CODE_TAKEN = _("This code is already in use. Choose another one.")


class CouponSerializer(ModelSerializer):
    """Either `percent` or `amount`; without `courses` it is valid for all courses of its owner."""

    code = serializers.RegexField(
        r"^\s*[A-Za-z0-9][A-Za-z0-9_-]*\s*$",
        min_length=3,
        max_length=40,
        help_text="Letters, digits, `-` and `_`; upper and lower case are the same.",
    )
    percent = serializers.IntegerField(
        min_value=1,
        max_value=100,
        required=False,
        allow_null=True,
        help_text="Taken off the price; null if `amount` is given.",
    )
    amount = MoneySerializer(
        required=False,
        allow_null=True,
        help_text="Taken off the price, in courses of the same currency; null if `percent` is given.",
    )
    courses = serializers.ListField(
        child=CourseKeyField(),
        required=False,
        max_length=100,
        help_text="The ids or slugs of the courses that it is for, which are answered as ids; empty: all of yours.",
    )
    max_redemptions = serializers.IntegerField(
        min_value=1,
        max_value=1_000_000_000,
        required=False,
        allow_null=True,
        help_text="How often it may be used in all; null: without limit.",
    )
    max_per_person = serializers.IntegerField(
        min_value=1,
        max_value=1_000_000,
        required=False,
        allow_null=True,
        help_text="How often one person may use it; null: without limit.",
    )

    class Meta:
        model = Coupon
        fields = (
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
        )
        read_only_fields = ("reserved", "redeemed")
        help_texts = {
            "starts_at": "Null: from now on.",
            "ends_at": "Null: without end.",
            "reserved": "Open payment pages that use it.",
            "redeemed": "Paid orders that used it.",
        }

    raises = (
        invalid(CODE_TAKEN, "unique", attr="code"),
        invalid(NOT_YOUR_COURSE, "does_not_exist", attr="courses"),
    )

    def validate_code(self, value: str) -> str:
        code = coupons.normalize(value)
        others = Coupon.objects.filter(code=code)
        if self.instance:
            others = others.exclude(pk=self.instance.pk)
        if others.exists():
            raise invalid(CODE_TAKEN, "unique")
        return code

    def validate_courses(self, value: list[CourseKey]) -> list[ObjectId]:
        """Return the ids of the courses in their order without repetition; each must belong to the coupon's owner."""
        wanted = list(dict.fromkeys(_find_ids(value)))
        owner = self._find_owner()
        # A course that was deleted stays in the list: a coupon without any would be valid for all courses.
        new = set(wanted) - set(self.instance.courses if self.instance else ())
        courses = Course.objects.filter(pk__in=new)
        if owner:
            courses = courses.filter(instructor_id=owner)
        if courses.count() != len(new):
            raise invalid(NOT_YOUR_COURSE, "does_not_exist")
        return wanted

    def validate_amount(self, value: dict[str, Any] | None) -> dict[str, Any] | None:
        """Return the amount; unlike a price it may be as small as one step of its currency."""
        if value is None:
            return None
        amount, currency = value["amount"], value["currency"]
        step, most = currencies.step(currency), currencies.maximum(currency)
        if not 0 < amount <= most or amount % step:
            smallest, largest = (currencies.display(each, currency) for each in (step, most))
            raise invalid(
                _("A coupon takes off {smallest} to {largest}, in steps of {smallest}.").format(
                    smallest=smallest, largest=largest
                ),
                min=step,
                max=most,
                step=step,
                currency=currency,
            )
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Check the coupon as it will be: a `PATCH` may name only one of two fields that belong together."""
        fields = ("percent", "amount", "starts_at", "ends_at", "max_redemptions")
        coupon = {name: getattr(self.instance, name, None) for name in fields} | attrs
        _check_discount(coupon)
        _check_period(coupon)
        self._check_limit(coupon["max_redemptions"])
        return _split_money(attrs)

    def create(self, validated_data: dict[str, Any]) -> Coupon:
        return coupons.create(**validated_data)

    def update(self, instance: Coupon, validated_data: dict[str, Any]) -> Coupon:
        coupons.change(instance, **validated_data)
        return instance

    def save(self, **kwargs: Any) -> Coupon:
        """Save the coupon; raise `ValidationError` if another request took the code after `validate_code`."""
        try:
            coupon: Coupon = super().save(**kwargs)
        except IntegrityError:
            raise invalid(CODE_TAKEN, "unique", attr="code") from None
        return coupon

    def to_representation(self, instance: Coupon) -> dict[str, Any]:
        """Join the model's two columns into money."""
        amount, instance.amount = instance.amount, None
        body = super().to_representation(instance)
        instance.amount = amount
        return body | {"amount": money(amount, instance.currency) if amount else None}

    def _find_owner(self) -> ObjectId | None:
        """Return the owner of the coupon, None for the house. Staff name one in the context; others own what they make."""
        owner: ObjectId | None
        if self.instance:
            owner = self.instance.owner_id
        elif "owner" in self.context:
            owner = self.context["owner"]
        else:
            owner = self.context["request"].user.pk
        return owner

    def _check_limit(self, max_redemptions: int | None) -> None:
        used = self.instance.reserved + self.instance.redeemed if self.instance else 0
        if max_redemptions is not None and max_redemptions < used:
            raise invalid(
                ngettext_lazy(
                    "This coupon was used {min_value} time already. Allow at least as many.",
                    "This coupon was used {min_value} times already. Allow at least as many.",
                    "min_value",
                ),
                "min_value",
                attr="max_redemptions",
                min_value=used,
            )


def _find_ids(keys: list[CourseKey]) -> list[ObjectId]:
    """Return the id of each course; raise `ValidationError` for a slug that no course has."""
    slugs = [key for key in keys if isinstance(key, str)]
    ids = dict(Course.objects.filter(slug__in=slugs).values_list("slug", "pk")) if slugs else {}
    if ids.keys() != set(slugs):
        raise invalid(NOT_YOUR_COURSE, "does_not_exist")
    return [key if isinstance(key, ObjectId) else ids[key] for key in keys]


def _check_discount(coupon: Mapping[str, Any]) -> None:
    if (coupon["percent"] is None) == (coupon["amount"] is None):
        raise invalid(_("Give either percent or amount."), attr="percent")


def _check_period(coupon: Mapping[str, Any]) -> None:
    starts_at, ends_at = coupon["starts_at"], coupon["ends_at"]
    if starts_at and ends_at and ends_at <= starts_at:
        raise invalid(_("The end must be after the start."), attr="ends_at")


def _split_money(attrs: dict[str, Any]) -> dict[str, Any]:
    """Split money into the model's two columns."""
    if "amount" not in attrs:
        return attrs
    amount = attrs["amount"] or {"amount": None, "currency": ""}
    return {**attrs, "amount": amount["amount"], "currency": amount["currency"]}
