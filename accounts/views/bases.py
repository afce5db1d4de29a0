"""Base classes of the views of accounts, and the two forms in which they return tokens."""

from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.middleware.csrf import get_token
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import TokenAuthentication
from accounts.cookies import PATHS, clear_cookies, set_cookies
from accounts.exceptions import UntrustedOrigin
from accounts.queries import render_user
from accounts.services.signing_in import Device
from accounts.throttling import remember_device
from accounts.tokens import TokenPair


class AccountViewSet(GenericViewSet):
    """Endpoints with a body that `serializer_class` validates."""

    def validated(self, request: Request) -> dict[str, Any]:
        """Return the body as `serializer_class` validates it; raise `ValidationError` (400)."""
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        data: dict[str, Any] = serializer.validated_data
        return data


class PublicViewSet(AccountViewSet):
    """Endpoints that do not authenticate, so that an expired cookie cannot make them fail."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def get_authenticate_header(self, request: Request) -> str:
        # Without this header, DRF turns every 401 into a 403.
        return TokenAuthentication().authenticate_header(request)


class TrustedOriginMixin:
    """Refuse browsers on other sites, which could sign somebody in to an account that is not theirs."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        own = f"{request.scheme}://{request.get_host()}"
        origin = request.headers.get("Origin")
        if origin is not None and origin not in (own, *settings.TRUSTED_ORIGINS):
            raise UntrustedOrigin
        super().initial(request, *args, **kwargs)  # type: ignore[misc]  # a mixin: a view is the next base


class ClearCookiesMixin:
    """Delete a browser's token cookies when its session has ended: its scripts cannot.

    A 401 is listed only where it concerns the refresh token: elsewhere only the access token may have expired. A form
    on another site is sent without the cookies, and so cannot delete them.
    """

    clearing_statuses: tuple[int, ...] = (204,)

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]  # as above
        if response.status_code in self.clearing_statuses and PATHS.keys() & request.COOKIES.keys():
            clear_cookies(response)
        return response


def device_of(request: Request) -> Device:
    """Return where a request comes from; `ip` is None if it is not an IP address, as with a Unix socket."""
    ident = BaseThrottle().get_ident(request) or ""
    try:
        ip = str(ip_address(ident))
    except ValueError:
        ip = None
    return {"user_agent": request.headers.get("User-Agent", ""), "ip": ip}


def cookie_response(request: Request, pair: TokenPair, *, status: int = 200) -> Response:
    """Return the user, with the tokens in cookies that a browser's scripts cannot read."""
    user = pair.session.user
    response = Response(render_user(user), status=status)
    set_cookies(response, pair)
    get_token(request._request)  # makes Django's middleware set the CSRF cookie
    return response


def signed_in_response(request: Request, pair: TokenPair, *, status: int = 200) -> Response:
    """Return the same after a password was given, and remember the browser as one of the user's."""
    response = cookie_response(request, pair, status=status)
    remember_device(response, pair.session.user)
    return response


def token_response(request: Request, pair: TokenPair) -> Response:
    """Return the tokens in the body, for programs that are not browsers."""
    return Response({"access": pair.access, "refresh": pair.refresh})
