"""How the OpenAPI document describes errors: one shape, and for each operation the codes that it can answer."""

from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter

from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers
from rest_framework.exceptions import APIException


class ErrorSerializer(serializers.Serializer):
    code = serializers.CharField(help_text="Stable: for programs.")
    detail = serializers.CharField(help_text="A sentence: for people.")
    attr = serializers.CharField(allow_null=True, help_text="The field that is wrong, or null.")


class ErrorResponseSerializer(serializers.Serializer):
    type = serializers.ChoiceField(choices=["validation_error", "client_error", "server_error"])
    errors = ErrorSerializer(many=True)  # type: ignore[assignment]  # DRF takes fields off the class


class Raised(OpenApiResponse):
    """The response of one status, with the exceptions that lead to it."""

    def __init__(self, exceptions: Iterable[type[APIException]]) -> None:
        self.exceptions = tuple(exceptions)
        codes = dict.fromkeys(get_code(exception) for exception in self.exceptions)
        super().__init__(ErrorResponseSerializer, ", ".join(f"`{code}`" for code in codes))


def get_code(exception: type[APIException]) -> str:
    """Return the code of an exception's class: `code` of an error about one field, else `default_code`."""
    return str(getattr(exception, "code", exception.default_code))


def raises(*exceptions: type[APIException]) -> dict[int, OpenApiResponse]:
    """Describe by their classes the errors that an operation can answer, for `responses={200: ..., **raises(...)}`.

    What every operation of its kind can answer (signing in, permissions, fields, limits) need not be named.
    """
    status = attrgetter("status_code")
    by_status = groupby(sorted(exceptions, key=status), key=status)
    return {status_code: Raised(group) for status_code, group in by_status}


def refused(*codes: str) -> OpenApiResponse:
    """Describe an error by the codes that it may have."""
    return OpenApiResponse(ErrorResponseSerializer, ", ".join(f"`{code}`" for code in codes))
