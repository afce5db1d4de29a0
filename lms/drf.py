"""How ids and money look in HTTP: an ObjectId as 24 hex digits, money as an amount with its currency."""

import re
from typing import Any

from bson import ObjectId
from django.conf import settings
from django_mongodb_backend.fields import ObjectIdAutoField
from django_mongodb_backend.fields import ObjectIdField as ObjectIdModelField
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from rest_framework import serializers

OBJECT_ID = r"[0-9a-f]{24}"
"""The pattern of an id as text."""

OBJECT_ID_SCHEMA = {
    "type": "string",
    "pattern": f"^{OBJECT_ID}$",
    "example": "65f1c0ffee65f1c0ffee65f1",
}


class ObjectIdField(serializers.Field):
    """A field that is 24 hex digits in JSON and an ObjectId in Python."""

    default_error_messages = {"invalid": "Not a valid id."}

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
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("pk_field", ObjectIdField())
        super().__init__(**kwargs)


class ModelSerializer(serializers.ModelSerializer):
    """DRF's model serializer, with MongoDB's ids."""

    serializer_field_mapping = serializers.ModelSerializer.serializer_field_mapping | {
        ObjectIdAutoField: ObjectIdField,
        ObjectIdModelField: ObjectIdField,
    }
    serializer_related_field = ObjectIdRelatedField


class MoneySerializer(serializers.Serializer):
    """`{"amount": 4999, "currency": "usd"}`: an integer in minor units and a lower-case ISO 4217 code."""

    amount = serializers.IntegerField(min_value=0, max_value=99_999_999)
    currency = serializers.ChoiceField(choices=settings.CURRENCIES)


def money(amount: int, currency: str) -> dict[str, Any]:
    """Render an amount in minor units."""
    return {"amount": amount, "currency": currency}
