"""The errors that the fields of a body or of a query string can have."""

from collections.abc import Iterator
from typing import Any

from django import forms
from drf_standardized_errors.openapi_utils import (
    get_flat_serializer_fields,
    get_form_fields_with_error_codes,
    get_serializer_field_error_codes,
)
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from lms.drf import DateTimeField
from lms.exceptions import ErrorCode, fill, get_limit
from lms.schema.errors import Refusal

NEVER = {
    DateTimeField: {"date", "make_aware", "overflow"},
    serializers.CharField: {"surrogate_characters_not_allowed"},  # JSON and forms hold none
    serializers.FileField: {"no_name"},
}
"""Codes that DRF names and that our fields never raise."""
SENTENCES = {
    "null": "This field may not be null.",
    "null_characters_not_allowed": "Null characters are not allowed.",
}
QUOTED = {
    "input": "something else",
    "input_type": "str",
    "data_type": "int",
    "datatype": "list",
    "value": "something else",
}
"""What the sentences of examples quote of a request."""


def list_field_errors(serializer: Any, *, partial: bool = False) -> Iterator[Refusal]:
    """Yield the errors of a body, each with the first field that can have it; `partial` bodies may leave fields out."""
    for found in get_flat_serializer_fields(serializer):
        attr = found.name.replace("INDEX", "0")
        codes = list_codes(found.field, found.name)
        if attr.endswith(".0") or (partial and "." not in attr):
            codes.pop("required", None)
        for code, sentence in codes.items():
            yield refuse_field(found.field, attr, code, sentence)
        path = attr.removesuffix("non_field_errors").removesuffix(".")
        for error in getattr(found.field, "raises", ()):
            yield Refusal(ValidationError({path: error.detail} if path else error.detail))


def list_parameter_errors(serializer: serializers.Serializer) -> Iterator[Refusal]:
    """Yield the errors of query parameters, which may be missing or blank unless they are required."""
    for name, field in serializer.fields.items():
        never = {"null"} if field.required else {"blank", "null", "required"}
        for code, sentence in list_codes(field, name).items():
            if code not in never:
                yield refuse_field(field, name, code, sentence)


def list_form_errors(form: forms.Form) -> Iterator[Refusal]:
    """Yield the errors of query parameters that django-filter checks."""
    for found in get_form_fields_with_error_codes(form):
        for code in sorted(found.error_codes):
            sentence = str(found.field.error_messages[code]) % QUOTED
            yield refuse_field(None, found.name, code, sentence)


def list_codes(field: Any, name: str) -> dict[str, str]:
    """Return the codes of a field and of its validators, each with its sentence."""
    never = (codes for kind, codes in NEVER.items() if isinstance(field, kind))
    codes = sorted(get_serializer_field_error_codes(field, name).difference(*never))
    sentences = SENTENCES | getattr(field, "error_messages", {})
    for validator in field.validators:
        sentences = sentences | {getattr(validator, "code", ""): getattr(validator, "message", "")}
    found = {code: str(sentences[code]) for code in codes}
    for validator in field.validators:
        found |= getattr(validator, "codes", {})
    return found


def refuse_field(field: Any, attr: str, code: str, sentence: str) -> Refusal:
    """Return the error that a field raises with a code."""
    limit = get_limit(field, code)
    values = QUOTED | limit | dict.fromkeys([code, "limit_value"], *limit.values())
    detail = ErrorDetail(fill(sentence, values), ErrorCode(code, limit))
    return Refusal(ValidationError({attr: [detail]}))
