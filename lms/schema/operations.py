"""How the OpenAPI document describes an operation: what follows from the kind of its view need not be written by hand."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Literal

from drf_spectacular.drainage import has_override
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema as SpectacularSchema
from drf_spectacular.plumbing import force_instance, get_doc, is_basic_serializer
from drf_standardized_errors.openapi_utils import get_django_filter_backends, get_filter_forms
from rest_framework import exceptions, permissions
from rest_framework.fields import empty
from rest_framework.permissions import SAFE_METHODS
from rest_framework.viewsets import ViewSetMixin

from lms.caching import PublicRead, Revalidated
from lms.drf import OBJECT_ID_SCHEMA
from lms.exceptions import (
    DatabaseUnavailable,
    PayloadTooLarge,
    ServiceUnavailable,
    TooManyRequests,
)
from lms.pagination import PAGE_ERRORS
from lms.schema.bodies import separate_files
from lms.schema.errors import Raised, Refusal, describe_refusals
from lms.schema.fields import (
    list_field_errors,
    list_form_errors,
    list_parameter_errors,
)
from lms.schema.headers import IF_NONE_MATCH, LIMITS, NOT_MODIFIED, REVALIDATED
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
        name: str = super()._get_serializer_name(*args, **kwargs)
        name = name.replace("WriteRequest", "Request")
        if name.startswith("Patched"):
            name = name.removeprefix("Patched").removesuffix("Request") + "UpdateRequest"
        return name

    def _resolve_path_parameters(self, variables: list[str]) -> list[dict[str, Any]]:
        """Describe an id by the word before it in the path: `lectures/{id}`."""
        parameters: list[dict[str, Any]] = super()._resolve_path_parameters(variables)  # type: ignore[no-untyped-call]
        words = self.path.split("/")
        for each in parameters:
            noun = words[words.index(f"{{{each['name']}}}") - 1].removesuffix("s")
            is_id = "pattern" in each["schema"]
            each.setdefault("description", f"The {'id' if is_id else 'id or slug'} of the {noun}.")
            if is_id:
                each["schema"] = OBJECT_ID_SCHEMA
        return parameters

    def get_paginated_name(self, serializer_name: str) -> str:
        return f"{serializer_name}Page"

    def _get_parameters(self) -> list[dict[str, Any]]:
        parameters: list[dict[str, Any]] = super()._get_parameters()
        return [*parameters, *([IF_NONE_MATCH] if self._is_revalidated() else [])]

    def _get_request_body(self, direction: Direction = "request") -> dict[str, Any] | None:
        """Describe the body; of a DELETE too, if the view names one: drf-spectacular never looks for it."""
        method = self.method
        if method == "DELETE" and self._has_body():
            self.method = "POST"
        body: dict[str, Any] | None = super()._get_request_body(direction)  # type: ignore[no-untyped-call]
        self.method = method
        if body:
            separate_files(body, self.registry)
        return body

    def _has_body(self) -> bool:
        if self.method == "GET":
            return False
        request = self.get_request_serializer()
        if self.method == "DELETE":
            return isinstance(
                request, type
            )  # named by `extend_schema`, or else an instance of the view's own
        return request is not None

    def _is_revalidated(self) -> bool:
        return self.method == "GET" and isinstance(self.view, Revalidated)

    def _get_serializer_field_meta(self, field: Any, direction: Direction) -> dict[str, Any]:
        """Return what drf-spectacular adds to a field's schema; a field that describes itself keeps its `minLength`."""
        meta: dict[str, Any] = super()._get_serializer_field_meta(field, direction)  # type: ignore[no-untyped-call]
        if has_override(field, "field"):
            meta.pop("minLength", None)
        return meta

    def _map_basic_serializer(self, serializer: Any, direction: Direction) -> dict[str, Any]:
        """Describe a serializer; a response has every field that is not declared as absent at times."""
        schema: dict[str, Any] = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if direction == "response" and "properties" in schema:
            schema["required"] = sorted(schema["properties"].keys() - _list_optional(serializer))
        return {name: each for name, each in schema.items() if each != []}

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        responses = super()._get_response_bodies(direction=direction)
        if direction == "response":
            responses = {code: each for code, each in responses.items() if code < "400"}
            for code, response in responses.items():
                response["description"] = response["description"] or HTTPStatus(int(code)).phrase
            if self._is_revalidated():
                responses["200"]["headers"] = REVALIDATED
                responses["304"] = NOT_MODIFIED
            responses |= describe_refusals(self.list_refusals())
            if self.view.get_throttles():
                self._add_limits(responses)
        return dict(sorted(responses.items()))

    def _add_limits(self, responses: dict[str, Any]) -> None:
        """Describe `RateLimit` on every response but those that caches may share."""
        is_shared = isinstance(self.view, PublicRead) and self.view.is_public_read()
        for code, response in responses.items():
            if not (is_shared and code < "400"):
                responses[code] = response | {"headers": response.get("headers", {}) | LIMITS}

    def list_refusals(self) -> Iterator[Refusal]:
        """Yield the errors that the view names, and those that every operation of its kind can answer."""
        yield from self._raised()
        yield from self._refusals_of_people()
        yield from self._refusals_of_parameters()
        if self._has_body():
            yield from self._refusals_of_the_body()
        if throttles := self.view.get_throttles():
            yield Refusal.of(TooManyRequests)
            if any(getattr(each, "scope", "") not in OPEN_WITHOUT_CACHE for each in throttles):
                yield Refusal.of(ServiceUnavailable)
        yield Refusal.of(DatabaseUnavailable)

    def _raised(self) -> Iterator[Refusal]:
        responses: Any = self.get_response_serializers()
        for response in responses.values() if isinstance(responses, dict) else ():
            if isinstance(response, Raised):
                yield from map(Refusal.of, response.exceptions)

    def _refusals_of_people(self) -> Iterator[Refusal]:
        """Yield 401 and 403: of the ways to sign in, and of the permissions."""
        unsafe = self.method not in SAFE_METHODS
        for authenticator in self.view.get_authenticators():
            extension: Any = OpenApiAuthenticationExtension.get_match(authenticator)
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
                yield from list_parameter_errors(_instance(parameter))
        for form in get_filter_forms(
            self.view, get_django_filter_backends(self.get_filter_backends())
        ):
            yield from list_form_errors(form)
        places = {each["in"] for each in self._get_parameters()}
        if "path" in places:
            yield Refusal.of(exceptions.NotFound)
        if self._get_pagination_parameters():  # type: ignore[no-untyped-call]  # drf-spectacular
            yield from map(Refusal, PAGE_ERRORS)

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
                yield _instance(each)


def _instance(serializer: Any) -> Any:
    return force_instance(serializer)  # type: ignore[no-untyped-call]  # drf-spectacular


def _list_optional(serializer: Any) -> set[str]:
    """Return the fields that a response may leave out: those of `required=False`, unless it shows what was just saved."""
    if "create" in vars(type(serializer)):
        return set()
    declared = getattr(serializer, "_declared_fields", {})
    return {
        name
        for name, field in declared.items()
        if not field.required and not field.read_only and field.default is empty
    }


def _parts(permission: Any) -> Iterator[Any]:
    """Yield the permissions that one is composed of by `&` and `|`."""
    if hasattr(permission, "op1"):
        yield from _parts(permission.op1)
        yield from _parts(permission.op2)
    else:
        yield permission
