"""What the endpoints about accounts share."""

from ipaddress import ip_address
from typing import Any

from django.conf import settings
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from accounts.authentication import TokenAuthentication
from accounts.cookies import PATHS, clear_cookies
from accounts.exceptions import UntrustedOrigin
from accounts.services.signing_in import Device


class DetailSerializer(serializers.Serializer):
    detail = serializers.CharField()


class AccountView(GenericAPIView):
    """An endpoint whose answers no cache may keep."""

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    def validated(self, request: Request) -> dict[str, Any]:
        """Check the body by `serializer_class` and give what it holds."""
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data


class PublicView(AccountView):
    """An endpoint that does not look at who is asking: a stale cookie must not stand in its way."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def get_authenticate_header(self, request: Request) -> str:
        # Without it, DRF would make a 403 of each 401.
        return TokenAuthentication().authenticate_header(request)


class TrustedOriginMixin:
    """Refuse browsers of other sites, which could otherwise sign somebody in as somebody else."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        own = f"{request.scheme}://{request.get_host()}"
        origin = request.headers.get("Origin")
        if origin is not None and origin not in (own, *settings.TRUSTED_ORIGINS):
            raise UntrustedOrigin
        super().initial(request, *args, **kwargs)  # type: ignore[misc]  # a mixin: a view is the next base


class LeavingMixin:
    """Take a browser's cookies away when they are good for nothing any more; its scripts cannot.

    A 401 says so only where it is about the refresh token: elsewhere the access token alone has expired. A form of
    another site comes without them, and must not sign anybody out.
    """

    leaving_statuses: tuple[int, ...] = (204,)

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        if response.status_code in self.leaving_statuses and PATHS.keys() & request.COOKIES.keys():
            clear_cookies(response)
        return response


def device_of(request: Request) -> Device:
    """Say from where a request comes; an address that is none (a socket's) is left out."""
    ident = BaseThrottle().get_ident(request) or ""
    try:
        ip = str(ip_address(ident))
    except ValueError:
        ip = None
    return {"user_agent": request.headers.get("User-Agent", ""), "ip": ip}
