"""How the OpenAPI document describes errors: one shape, and of each status its codes with an example of each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from itertools import groupby
from operator import attrgetter
from typing import Any

from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers
from rest_framework.exceptions import APIException

from lms.exception_handler import render_exception
from lms.schema.headers import refer

ERROR = {"$ref": "#/components/schemas/Error"}
ERROR_RESPONSE = {"$ref": "#/components/schemas/ErrorResponse"}


class ErrorSerializer(serializers.Serializer):
    """One thing that is wrong."""

    code = serializers.CharField(help_text="For programs: it never changes.")
    detail = serializers.CharField(help_text="For people: what happened and what to do.")
    attr = serializers.CharField(
        allow_null=True, help_text="The field or parameter that is wrong: `price.amount`, `tags.0`."
    )
    params = serializers.DictField(
        required=False,
        help_text='The numbers and values of the sentence, for a sentence of your own: `{"max_length": 120}`.',
    )


class ErrorResponseSerializer(serializers.Serializer):
    """The body of every error."""

    type = serializers.ChoiceField(choices=["validation_error", "client_error", "server_error"])
    errors = ErrorSerializer(many=True)  # type: ignore[assignment]  # DRF takes fields off the class


@dataclass(frozen=True)
class Refusal:
    """An error that an operation can answer, with the exception of an example."""

    exception: APIException
    when: str = ""

    @classmethod
    def of(cls, exception: type[APIException]) -> "Refusal":
        """Make an example of a class, with the arguments that its `example` names."""
        when = (exception.__doc__ or "").partition("\n\n")[0]
        return cls(exception(**getattr(exception, "example", {})), " ".join(when.split()))

    @property
    def status(self) -> int:
        return self.exception.status_code

    @cached_property
    def body(self) -> dict[str, Any]:
        return render_exception(self.exception)

    @property
    def code(self) -> str:
        return str(self.body["errors"][0]["code"])


class Raised(OpenApiResponse):
    """The response of one status, with the exceptions that lead to it."""

    def __init__(self, exceptions: Iterable[type[APIException]]) -> None:
        super().__init__(ErrorResponseSerializer)
        self.exceptions = tuple(exceptions)


def raises(*exceptions: type[APIException]) -> dict[int, OpenApiResponse]:
    """Describe by their classes the errors that an operation can answer, for `responses={200: ..., **raises(...)}`.

    What every operation of its kind can answer (signing in, permissions, fields, limits) need not be named.
    """
    status = attrgetter("status_code")
    by_status = groupby(sorted(exceptions, key=status), key=status)
    return {status_code: Raised(group) for status_code, group in by_status}


def describe_refusals(refusals: Iterable[Refusal]) -> dict[str, dict[str, Any]]:
    """Return the responses of errors by their status, each code once, the first of a code as its example."""
    by_status: dict[int, dict[str, Refusal]] = {}
    for refusal in refusals:
        by_status.setdefault(refusal.status, {}).setdefault(refusal.code, refusal)
    return {
        str(status): _describe_status(status, list(codes.values()))
        for status, codes in by_status.items()
    }


def _describe_status(status: int, refusals: Sequence[Refusal]) -> dict[str, Any]:
    codes = [refusal.code for refusal in refusals]
    error = {"allOf": [ERROR, {"properties": {"code": {"enum": codes}}}]}
    narrowed = {"type": "object", "properties": {"errors": {"type": "array", "items": error}}}
    examples = {
        refusal.code: ({"summary": refusal.when} if refusal.when else {}) | {"value": refusal.body}
        for refusal in refusals
    }
    content = {"schema": {"allOf": [ERROR_RESPONSE, narrowed]}, "examples": examples}
    has_wait = any(hasattr(refusal.exception, "wait") for refusal in refusals)
    return {
        "description": f"{HTTPStatus(status).phrase}: " + ", ".join(f"`{code}`" for code in codes),
        "content": {"application/json": content},
        "headers": refer("Retry-After") if has_wait else {},
    }
