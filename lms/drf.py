"""How ids, times and money look in HTTP."""

import re
from datetime import UTC, datetime
from functools import cache
from typing import Any

from bson import ObjectId
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_mongodb_backend.fields import ObjectIdAutoField
from django_mongodb_backend.fields import ObjectIdField as ObjectIdModelField
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from rest_framework import serializers

from lms import currencies

OBJECT_ID = r"[0-9a-f]{24}"
"""The pattern of an id as text."""

OBJECT_ID_SCHEMA = {
    "type": "string",
    "pattern": f"^{OBJECT_ID}$",
    "example": "65f1c0ffee65f1c0ffee65f1",
}


class ObjectIdField(serializers.Field):
    """A field that is 24 hex digits in JSON and an ObjectId in Python."""

    default_error_messages = {"invalid": _("This is not a valid id.")}

    def to_internal_value(self, data: Any) -> ObjectId:
        if not isinstance(data, str) or not re.fullmatch(OBJECT_ID, data):
            self.fail("invalid")
        return ObjectId(data)

    def to_representation(self, value: ObjectId) -> str:
        return str(value)


class ObjectIdFieldSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]  # its metaclass hook
    target_class = "lms.drf.ObjectIdField"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        return dict(OBJECT_ID_SCHEMA)


class ObjectIdRelatedField(serializers.PrimaryKeyRelatedField):
    default_error_messages = {
        "does_not_exist": _("There is none with this id that you may use here.")
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("pk_field", ObjectIdField())
        super().__init__(**kwargs)


class DateTimeField(serializers.DateTimeField):
    """A time that comes in with its date and its zone, as RFC 3339 writes it; seconds may be left out.

    DRF's own field takes a date alone as its first moment in UTC, so that a coupon that ends on a day would be dead on
    all of that day. https://www.rfc-editor.org/rfc/rfc3339#section-5.6
    """

    default_error_messages = {
        "invalid": _(
            "Write a date, a time and a time zone: 2026-12-31T23:59:59Z or 2026-12-31T23:59:59+01:00."
        )
    }
    PATTERN = re.compile(
        r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})",
        re.ASCII | re.IGNORECASE,
    )

    def to_internal_value(self, value: Any) -> datetime:
        if not isinstance(value, str) or not self.PATTERN.fullmatch(value):
            self.fail("invalid")
        try:
            return datetime.fromisoformat(value.upper()).astimezone(UTC)
        except (ValueError, OverflowError):  # no such day, hour or zone; before the year 1 in UTC
            self.fail("invalid")


class ModelSerializer(serializers.ModelSerializer):
    """DRF's model serializer, with MongoDB's ids and whole times."""

    serializer_field_mapping = serializers.ModelSerializer.serializer_field_mapping | {
        models.DateTimeField: DateTimeField,
        ObjectIdAutoField: ObjectIdField,
        ObjectIdModelField: ObjectIdField,
    }
    serializer_related_field = ObjectIdRelatedField

    def get_extra_kwargs(self) -> dict[str, Any]:
        """Return DRF's `Meta.extra_kwargs`, with the texts of `Meta.help_texts`, which is written like a model form's."""
        extra: dict[str, Any] = super().get_extra_kwargs()
        for name, text in getattr(self.Meta, "help_texts", {}).items():
            extra[name] = {"help_text": text} | extra.get(name, {})
        return extra


class CurrencyField(serializers.ChoiceField):
    """A currency that is offered; what was paid may be in one that is offered no more."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=settings.CURRENCIES, **kwargs)


class CurrencyFieldSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]  # its metaclass hook
    target_class = "lms.drf.CurrencyField"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        if direction == "response":
            return {"type": "string", "pattern": "^[a-z]{3}$", "example": "usd"}
        schema: dict[str, Any] = auto_schema._map_serializer_field(
            self.target, direction, bypass_extensions=True
        )
        return schema


class MoneySerializer(serializers.Serializer):
    """`{"amount": 4999, "currency": "usd"}`: an integer in minor units and a lower-case ISO 4217 code."""

    amount = serializers.IntegerField(
        min_value=0,
        max_value=currencies.MAX_AMOUNT,
        help_text="An integer in minor units of the currency: cents, whole yen.",
    )
    currency = CurrencyField(help_text="A lower-case ISO 4217 code.")

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Return money; raise `ValidationError` for half of it, which DRF would take in the body of a PATCH."""
        values: dict[str, Any] = super().to_internal_value(data)
        if missing := self.fields.keys() - values.keys():
            errors = {name: [self.fields[name].error_messages["required"]] for name in missing}
            raise serializers.ValidationError(errors, code="required")
        return values


def validate(serializer: type[serializers.Serializer], data: Any) -> dict[str, Any]:
    """Return a body as a serializer validates it; raise `ValidationError` (400).

    For hot writes: the serializer is made once, so it may keep nothing of a request and needs no context.
    """
    values: dict[str, Any] = _made_once(serializer).run_validation({} if data is None else data)
    return values


@cache
def _made_once(serializer: type[serializers.Serializer]) -> serializers.Serializer:
    return serializer()


def money(amount: int, currency: str) -> dict[str, Any]:
    """Render an amount in minor units."""
    return {"amount": amount, "currency": currency}
