"""Courses as their instructor writes them, in JSON or as a form."""

import json
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from courses.models import Category, Course
from courses.serializers.courses import COMPLETION, PACING
from lms import currencies
from lms.drf import ModelSerializer, MoneySerializer
from lms.exceptions import invalid
from lms.images import CleanImageField
from lms.languages import LanguageField
from lms.validators import validate_line

THUMBNAIL_SIDE = 1920


def not_chargeable(currency: str) -> serializers.ValidationError:
    """Return the error for a price that Stripe cannot charge in its currency."""
    return invalid(
        currencies.describe_price(currency),
        "not_chargeable",
        attr="amount",
        min=currencies.minimum(currency),
        max=currencies.maximum(currency),
        step=currencies.step(currency),
        currency=currency,
    )


class PriceSerializer(MoneySerializer):
    """The price of a course: 0, or an amount that Stripe can charge."""

    raises = (not_chargeable("usd"),)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        amount, currency = attrs["amount"], attrs["currency"]
        if not currencies.is_chargeable(amount, currency):
            raise not_chargeable(currency)
        return attrs


def texts(*, max_length: int, max_count: int, help_text: str) -> serializers.ListField:
    """Return an optional field for up to `max_count` lines of up to `max_length` characters each."""
    return serializers.ListField(
        child=serializers.CharField(max_length=max_length, validators=[validate_line]),
        max_length=max_count,
        required=False,
        help_text=help_text,
    )


class CourseWriteSerializer(ModelSerializer):
    """A course as its instructor writes it, in JSON or as a form.

    In a form, `price` is JSON text or the two fields `price.amount` and `price.currency`; a list is JSON text or a
    repeated field; `thumbnail` is a file.
    """

    category = serializers.SlugRelatedField(
        "slug",
        queryset=Category.objects.all(),
        error_messages={"does_not_exist": _("There is no such category. Choose another one.")},
        help_text="A category's slug.",
    )
    language = LanguageField(
        max_length=10, required=False, help_text="A language tag by BCP 47: `en`, `pt-BR`."
    )
    price = PriceSerializer(help_text="`amount` 0 is free. Each currency has a smallest amount.")
    tags = texts(max_length=30, max_count=10, help_text="Words that it can be found by.")
    objectives = texts(max_length=200, max_count=20, help_text="What people learn, one line each.")
    requirements = texts(
        max_length=200, max_count=20, help_text="What people should bring, one line each."
    )
    thumbnail = CleanImageField(max_side=THUMBNAIL_SIDE, required=False, allow_null=True)

    class Meta:
        model = Course
        fields = (
            "title",
            "subtitle",
            "description",
            "category",
            "level",
            "language",
            "price",
            "tags",
            "objectives",
            "requirements",
            "completion",
            "pacing",
            "thumbnail",
        )
        help_texts = {
            "subtitle": "One line.",
            "description": "Markdown. Needed to publish.",
            "level": "For whom it is.",
            "completion": COMPLETION,
            "pacing": PACING,
        }

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        plain = _from_form(data) if isinstance(data, QueryDict) else data
        values: dict[str, Any] = super().to_internal_value(plain)
        if price := values.pop("price", None):
            values |= {"price_amount": price["amount"], "currency": price["currency"]}
        return values


class ThumbnailSerializer(serializers.Serializer):
    """A form with a picture."""

    thumbnail = CleanImageField(max_side=THUMBNAIL_SIDE)


def _from_form(form: QueryDict) -> dict[str, Any]:
    """Return the fields of a form as JSON has them; text that is not valid JSON stays text, which the fields refuse."""
    data: dict[str, Any] = form.dict()
    if "price" in data:
        data["price"] = _parse(data["price"])
    elif parts := {
        part: data[f"price.{part}"] for part in ("amount", "currency") if f"price.{part}" in data
    }:
        data["price"] = parts
    for name in ("tags", "objectives", "requirements"):
        if name in form:
            values = form.getlist(name)
            first = _parse(values[0]) if len(values) == 1 else None
            data[name] = first if isinstance(first, list) else [each for each in values if each]
    return data


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
