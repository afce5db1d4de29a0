"""How the OpenAPI document describes an operation."""

from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema as SpectacularSchema
from drf_spectacular.plumbing import get_doc
from rest_framework.permissions import SAFE_METHODS
from rest_framework.viewsets import ViewSetMixin

from lms.schema.errors import ErrorResponseSerializer

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

    def get_paginated_name(self, serializer_name: str) -> str:
        return f"{serializer_name}Page"

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        responses = super()._get_response_bodies(direction=direction)
        if direction == "response":
            for status in self._possible_errors():
                if status not in responses:
                    responses[status] = self._get_response_for_code(  # type: ignore[no-untyped-call]  # drf-spectacular
                        ErrorResponseSerializer, status
                    )
        return dict(sorted(responses.items()))

    def _possible_errors(self) -> list[str]:
        where = {parameter["in"] for parameter in self._get_parameters()}
        unsafe = self.method not in SAFE_METHODS
        authenticates = bool(self.view.get_authenticators())
        possible = {
            "400": "query" in where or self.method in {"POST", "PUT", "PATCH"},
            "401": authenticates and any(self.get_auth()),
            "403": authenticates and unsafe,
            "404": "path" in where,
            "429": bool(self.view.get_throttles()),
        }
        return [status for status, is_possible in possible.items() if is_possible]
