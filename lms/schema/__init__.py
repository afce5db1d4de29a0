"""How the OpenAPI document describes endpoints and their errors, which all have one shape."""

from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema as SpectacularSchema
from drf_spectacular.plumbing import get_doc
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS
from rest_framework.viewsets import ViewSetMixin

type Direction = Literal["request", "response"]


class ErrorSerializer(serializers.Serializer):
    code = serializers.CharField(help_text="Stable: for programs.")
    detail = serializers.CharField(help_text="A sentence: for people.")
    attr = serializers.CharField(allow_null=True, help_text="The field that is wrong, or null.")


class ErrorResponseSerializer(serializers.Serializer):
    type = serializers.ChoiceField(choices=["validation_error", "client_error", "server_error"])
    errors = ErrorSerializer(many=True)  # type: ignore[assignment]  # DRF takes fields off the class


def refused(*codes: str) -> OpenApiResponse:
    """Describe an error by the codes that it may have."""
    return OpenApiResponse(ErrorResponseSerializer, ", ".join(f"`{code}`" for code in codes))


class AutoSchema(SpectacularSchema):
    """drf-spectacular's schema, plus the errors that follow from the kind of view (parameters, method, throttles)."""

    def get_description(self) -> str:  # type: ignore[override]  # a descriptor in DRF
        """Return the description of the method: a viewset's docstring is for developers and describes no operation."""
        if isinstance(self.view, ViewSetMixin):
            return get_doc(getattr(self.view, self.view.action, None))
        return super().get_description()

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
