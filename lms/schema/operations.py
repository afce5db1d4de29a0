"""How the OpenAPI document describes an operation: what follows from the kind of its view need not be written by hand."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Literal

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema as SpectacularSchema
from drf_spectacular.plumbing import force_instance, get_doc, is_basic_serializer
from rest_framework import exceptions, permissions
from rest_framework.fields import empty
from rest_framework.permissions import SAFE_METHODS
from rest_framework.viewsets import ViewSetMixin

from lms.exceptions import (
    DatabaseUnavailable,
    PayloadTooLarge,
    ServiceUnavailable,
    TooManyRequests,
)
from lms.schema.bodies import separate_files
from lms.schema.errors import Raised, Refusal, describe_refusals
from lms.schema.fields import list_field_errors, list_parameter_errors, refuse_field
from lms.throttling import OPEN_WITHOUT_CACHE

type Direction = Literal["request", "response"]


class AutoSchema(SpectacularSchema):
    """drf-spectacular's schema, plus the errors that follow from the kind of view (parameters, method, throttles)."""

    def get_description(self) -> str:  # type: ignore[override]  # a descriptor in DRF
        """Return the description of the method: a viewset's docstring is for developers and describes no operation."""
        if isinstance(self.view, ViewSetMixin):
            return get_doc(getattr(self.view, self.view.action, None))
        return super().get_description()

    def _get_serializer_name(self, *args: Any, **kwargs: Any) -> str:
        """Return `Coupon` for a response, `CouponRequest` for a new one, `CouponUpdateRequest` for the body of a PATCH."""
        name: str = super()._get_serializer_name(*args, **kwargs)  # type: ignore[no-untyped-call]  # drf-spectacular
        name = name.replace("WriteRequest", "Request")
        if name.startswith("Patched"):
            name = name.removeprefix("Patched").removesuffix("Request") + "UpdateRequest"
        return name

    def _resolve_path_parameters(self, variables: list[str]) -> list[dict[str, Any]]:
        """Describe an id by the word before it in the path: `courses/{id}`."""
        parameters: list[dict[str, Any]] = super()._resolve_path_parameters(variables)  # type: ignore[no-untyped-call]
        words = self.path.split("/")
        for each in parameters:
            noun = words[words.index(f"{{{each['name']}}}") - 1].removesuffix("s")
            each.setdefault("description", f"The id of the {noun}.")
        return parameters

    def get_paginated_name(self, serializer_name: str) -> str:
        return f"{serializer_name}Page"

    def _get_request_body(self, direction: Direction = "request") -> dict[str, Any] | None:
        body: dict[str, Any] | None = super()._get_request_body(direction)  # type: ignore[no-untyped-call]
        if body:
            separate_files(body, self.registry)
        return body

    def _map_basic_serializer(self, serializer: Any, direction: Direction) -> dict[str, Any]:
        """Describe a serializer; a response has all its fields but those that are declared with `required=False`."""
        schema: dict[str, Any] = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if direction == "response":
            declared = getattr(serializer, "_declared_fields", {})
            optional = {name for name, field in declared.items() if _may_be_absent(field)}
            if required := sorted(schema.get("properties", {}).keys() - optional):
                schema["required"] = required
        return schema

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        responses = super()._get_response_bodies(direction=direction)
        if direction == "response":
            responses = {code: each for code, each in responses.items() if code < "400"}
            for code, response in responses.items():
                response["description"] = response["description"] or HTTPStatus(int(code)).phrase
            responses |= describe_refusals(self.list_refusals())
        return dict(sorted(responses.items()))

    def list_refusals(self) -> Iterator[Refusal]:
        """Yield the errors that the view names, and those that every operation of its kind can answer."""
        yield from self._raised()
        yield from self._refusals_of_people()
        yield from self._refusals_of_parameters()
        if self.method in {"POST", "PUT", "PATCH"} and self.get_request_serializer():
            yield from self._refusals_of_the_body()
        if throttles := self.view.get_throttles():
            yield Refusal.of(TooManyRequests)
            if any(throttle.scope not in OPEN_WITHOUT_CACHE for throttle in throttles):
                yield Refusal.of(ServiceUnavailable)
        yield Refusal.of(DatabaseUnavailable)

    def _raised(self) -> Iterator[Refusal]:
        responses = self.get_response_serializers()
        for status, response in responses.items() if isinstance(responses, dict) else ():
            if isinstance(response, Raised):
                for each in map(Refusal.of, response.exceptions):
                    each.exception.status_code = int(status)
                    yield each

    def _refusals_of_people(self) -> Iterator[Refusal]:
        """Yield 401 and 403: of the ways to sign in, and of the permissions."""
        unsafe = self.method not in SAFE_METHODS
        for authenticator in self.view.get_authenticators():
            extension = OpenApiAuthenticationExtension.get_match(authenticator)
            yield from map(Refusal.of, extension.list_exceptions(is_unsafe=unsafe))
        for permission in self.view.get_permissions():
            for each in _parts(permission):
                if isinstance(each, permissions.IsAuthenticated):
                    yield Refusal.of(exceptions.NotAuthenticated)
                elif not isinstance(each, permissions.AllowAny):
                    yield Refusal.of(exceptions.NotAuthenticated)
                    yield Refusal(exceptions.PermissionDenied(getattr(each, "message", None)))

    def _refusals_of_parameters(self) -> Iterator[Refusal]:
        for parameter in self.get_override_parameters():
            if is_basic_serializer(parameter):
                yield from list_parameter_errors(force_instance(parameter))
        places = {each["in"] for each in self._get_parameters()}
        if "path" in places:
            yield Refusal.of(exceptions.NotFound)
        names = {each["name"] for each in self._get_pagination_parameters()}
        for name in names:
            yield refuse_field(None, name, "invalid")

    def _refusals_of_the_body(self) -> Iterator[Refusal]:
        yield Refusal.of(exceptions.ParseError)
        for serializer in self._request_serializers():
            yield from list_field_errors(serializer, partial=self.method == "PATCH")
        yield Refusal.of(PayloadTooLarge)
        yield Refusal(exceptions.UnsupportedMediaType("text/plain"))

    def _request_serializers(self) -> Iterator[Any]:
        request = self.get_request_serializer()
        for each in request.values() if isinstance(request, dict) else [request]:
            if not isinstance(each, dict):
                yield force_instance(each)


def _may_be_absent(field: Any) -> bool:
    return not field.required and not field.read_only and field.default is empty


def _parts(permission: Any) -> Iterator[Any]:
    """Yield the permissions that one is composed of by `&` and `|`."""
    if hasattr(permission, "op1"):
        yield from _parts(permission.op1)
        yield from _parts(permission.op2)
    else:
        yield permission
