"""Who is asking: a bearer token, or a browser's cookie with a CSRF token."""

from copy import copy
from dataclasses import dataclass
from typing import Any

from bson import ObjectId
from django.http import HttpRequest
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, CSRFCheck
from rest_framework.request import Request

from accounts.cookies import ACCESS_COOKIE, REFRESH_COOKIE
from accounts.exceptions import CSRFFailed, SessionRevoked
from accounts.models import LoginSession, User
from accounts.tokens import AccessToken, RefreshToken, Token, read


@dataclass(frozen=True)
class Credential:
    """By what a request was authenticated: `request.auth`."""

    session_id: ObjectId


class UserRequest(Request):
    """What a view gets behind `IsAuthenticated`: DRF's request, whose user is somebody. For annotations alone."""

    user: User
    auth: Credential


class TokenAuthentication(BaseAuthentication):
    """The user behind an access token: `Authorization: Bearer` if there is one, else the cookie."""

    def authenticate(self, request: Request) -> tuple[User, Credential] | None:
        if token := bearer(request):
            return self.user_of(read(AccessToken, token))
        if token := request.COOKIES.get(ACCESS_COOKIE):
            enforce_csrf(request._request)
            return self.user_of(read(AccessToken, token))
        return None

    def user_of(self, token: Token) -> tuple[User, Credential]:
        session = LoginSession.objects.with_user(token.session_id)
        if session is None or not session.user.is_active:
            raise SessionRevoked
        return session.user, Credential(session.pk)

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class SignoutAuthentication(TokenAuthentication):
    """Also by the refresh cookie, so that a browser can sign out after its access token has expired."""

    def authenticate(self, request: Request) -> tuple[User, Credential] | None:
        token = request.COOKIES.get(REFRESH_COOKIE)
        if token is None or bearer(request):
            return super().authenticate(request)
        enforce_csrf(request._request)
        return self.user_of(read(RefreshToken, token))


def bearer(request: Request) -> str | None:
    """Give the token of `Authorization: Bearer <token>`; another scheme is not ours to judge."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def enforce_csrf(request: HttpRequest) -> None:
    """Raise `CSRFFailed` (403) for an unsafe request without the right `X-CSRFToken`.

    Django looks for the token in a POSTed form first, which would read an upload of gigabytes before the view can say
    how. It is shown the request as a PUT, so that it looks at the header alone.
    """
    if request.method == "POST":
        request = copy(request)
        request.method = "PUT"
    if CSRFCheck(lambda _: None).process_view(request, None, (), {}):  # type: ignore[arg-type]  # as DRF does
        raise CSRFFailed


class TokenAuthenticationSchema(OpenApiAuthenticationExtension):
    target_class = TokenAuthentication
    match_subclasses = True
    name = ["bearer", "cookie"]

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[Any]]]:
        return [{name: []} for name in self.name]  # either, where one document of both means both

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        return [
            {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            {"type": "apiKey", "in": "cookie", "name": ACCESS_COOKIE},
        ]
