"""The errors that the fields of a body or of a query string can have."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from drf_standardized_errors.openapi_utils import (
    get_flat_serializer_fields,
    get_serializer_field_error_codes,
)
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from lms.drf import DateTimeField
from lms.exceptions import ErrorCode, fill, get_limit
from lms.schema.errors import Refusal

NEVER = {
    DateTimeField: {"date", "make_aware", "overflow"},
    serializers.CharField: {
        "surrogate_characters_not_allowed"
    },  # neither JSON nor a form can hold one
    serializers.FileField: {"no_name"},
}
"""Codes that DRF names and that our fields never raise."""
SENTENCES = defaultdict(
    lambda: "This value is not accepted.",
    null="This field may not be null.",
    required="This field is required.",
    null_characters_not_allowed="Null characters are not allowed.",
)


EXAMPLES = {"input": "something else", "input_type": "str", "data_type": "int", "datatype": "list"}
"""What DRF's sentences quote of a request."""


def list_field_errors(serializer: Any, *, partial: bool = False) -> Iterator[Refusal]:
    """Yield the errors of a body, each with the first field that can have it; `partial` bodies may leave fields out."""
    for found in get_flat_serializer_fields(serializer):
        attr = found.name.replace("INDEX", "0")
        codes = list_codes(found.field, found.name)
        if attr.endswith(".0") or (partial and "." not in attr):
            codes.discard("required")
        for code in sorted(codes):
            yield refuse_field(found.field, attr, code)


def list_parameter_errors(serializer: serializers.Serializer) -> Iterator[Refusal]:
    """Yield the errors of query parameters, which may be missing or blank."""
    for name, field in serializer.fields.items():
        for code in sorted(list_codes(field, name) - {"blank", "null", "required"}):
            yield refuse_field(field, name, code)


def list_codes(field: Any, name: str) -> set[str]:
    """Return the codes of a field and of its validators."""
    never = (codes for kind, codes in NEVER.items() if isinstance(field, kind))
    codes: set[str] = get_serializer_field_error_codes(field, name).difference(*never)
    return codes.union(*(getattr(each, "codes", ()) for each in field.validators))


def refuse_field(field: Any, attr: str, code: str) -> Refusal:
    """Return the error that a field raises with a code."""
    limit = get_limit(field, code)
    values = EXAMPLES | limit | dict.fromkeys([code], *limit.values())
    detail = ErrorDetail(fill(_sentence(field, code), values), ErrorCode(code, limit))
    return Refusal(ValidationError({attr: [detail]}))


def _sentence(field: Any, code: str) -> str:
    for validator in getattr(field, "validators", ()):
        if getattr(validator, "code", None) == code:
            return str(getattr(validator, "message", ""))
    messages = getattr(field, "error_messages", {})
    return str(messages.get(code, SENTENCES[code]))
