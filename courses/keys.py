"""The key of a course, by which paths and bodies name it: its id or its slug."""

import re
from typing import Any

from bson import ObjectId
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.settings import spectacular_settings
from rest_framework import serializers

from lms.drf import OBJECT_ID, OBJECT_ID_SCHEMA

type CourseKey = ObjectId | str
"""The id of a course, or its slug. Text of 24 hexadecimal digits is always an id: no slug is made of them."""

PATTERN = r"[-\w]{1,80}"
"""What an id and a slug have in common: letters and digits of any alphabet, `-` and `_`."""


def parse_key(text: str) -> CourseKey:
    """Return the key that a text is."""
    return ObjectId(text) if re.fullmatch(OBJECT_ID, text) else text


class CourseKeyConverter:
    """The part `<course:key>` of a path. A path with anything else there is 404."""

    regex = PATTERN

    def to_python(self, value: str) -> CourseKey:
        return parse_key(value)

    def to_url(self, value: CourseKey) -> str:
        return str(value)


class CourseKeyField(serializers.Field):
    """A field that names a course in JSON, by its id or its slug."""

    default_error_messages = {"invalid": _("This is not the id or the slug of a course.")}

    def to_internal_value(self, data: Any) -> CourseKey:
        if not isinstance(data, str) or not re.fullmatch(PATTERN, data):
            self.fail("invalid")
        return parse_key(data)

    def to_representation(self, value: CourseKey) -> str:
        return str(value)


class CourseKeyFieldSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]  # its metaclass hook
    target_class = "courses.keys.CourseKeyField"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        if direction == "response":
            return dict(OBJECT_ID_SCHEMA)
        return dict(spectacular_settings.PATH_CONVERTER_OVERRIDES["course"])
