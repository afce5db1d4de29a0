"""Base classes of the views of accounts, and the two forms in which they return tokens."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.middleware.csrf import get_token
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import TokenAuthentication
from accounts.cookies import set_cookies
from accounts.exceptions import CrossSiteCookies, UntrustedOrigin
from accounts.queries import render_user
from accounts.services.signing_in import Device
from accounts.throttling import remember_device
from accounts.tokens import TokenPair
from lms.throttling import client_address


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
        refuse_other_site(request)
        own = f"{request.scheme}://{request.get_host()}"
        origin = request.headers.get("Origin")
        if origin is not None and origin not in (own, *settings.TRUSTED_ORIGINS):
            raise UntrustedOrigin
        super().initial(request, *args, **kwargs)  # type: ignore[misc]  # a mixin: a view is the next base


def refuse_other_site(request: Request) -> None:
    """Raise `CrossSiteCookies` for a page of another site, whose browser would not keep the cookies of the response.

    https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
    """
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise CrossSiteCookies


def device_of(request: Request) -> Device:
    """Return where a request comes from."""
    return {"user_agent": request.headers.get("User-Agent", ""), "ip": client_address(request)}


def render_tokens(request: Request, access_expires_at: datetime | None) -> dict[str, Any]:
    """Return what a page may know of its tokens: when the access token ends, and the CSRF token, whose cookie is set."""
    return {"csrf_token": get_token(request._request), "access_expires_at": access_expires_at}


def signed_in_response(request: Request, pair: TokenPair, *, status: int = 200) -> Response:
    """Return the user, set the cookies, and remember the browser as one of the user's."""
    user = pair.session.user
    tokens = render_tokens(request, pair.access_expires_at)
    response = Response(render_user(user) | tokens, status=status)
    set_cookies(response, pair)
    remember_device(response, user)
    return response


def token_response(request: Request, pair: TokenPair) -> Response:
    """Return the tokens in the body, for programs that are not browsers."""
    return Response({"access": pair.access, "refresh": pair.refresh})
