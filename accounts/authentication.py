"""Authentication by a bearer token, or by a browser's cookie together with a CSRF token."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from bson import ObjectId
from django.http import HttpRequest
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, CSRFCheck
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from accounts.cookies import ACCESS_COOKIE, REFRESH_COOKIE, deleting_dead_cookies, read_cookie
from accounts.exceptions import (
    InvalidToken,
    SecondFactorSetupRequired,
    SessionRevoked,
    TokenExpired,
)
from accounts.models import LoginSession, SecondFactor, User
from accounts.tokens import AccessToken, RefreshToken, Token, read_token
from lms import locales
from lms.exceptions import CSRFFailed
from lms.mongodb.pipelines import Document, instance_of


@dataclass(frozen=True)
class Credential:
    """The session that authenticated a request: `request.auth`, with what its view has `joined`."""

    session_id: ObjectId
    joined: Document = field(default_factory=dict)


class JoinsToSession:
    """A mixin of views whose reads about the person travel with that of the session: one command instead of two."""

    request: Any

    def joins(self) -> Sequence[Document]:
        """Return the stages that join what the view needs to a document whose `user_id` is the person's id."""
        raise NotImplementedError

    def joined(self, name: str) -> list[Document] | None:
        """Return the rows that a stage has joined under this name; None if none has, or somebody else authenticated."""
        auth = self.request.auth
        return auth.joined.get(name) if isinstance(auth, Credential) else None


class UserRequest(Request):
    """DRF's request behind `IsAuthenticated`, where `user` is never anonymous. Only for annotations."""

    user: User
    auth: Credential


class TokenAuthentication(BaseAuthentication):
    """Authentication by the access token in `Authorization: Bearer`, or else in the cookie."""

    needs_second_factor = True
    """Whether staff who must have a second factor and have none are refused."""

    accepts_ended_cookie = False

    def authenticate(self, request: Request) -> tuple[User, Credential] | None:
        found = None
        if raw := read_bearer(request):
            found = self.authenticate_token(read_token(AccessToken, raw), *_joins(request))
        elif raw := read_cookie(request, ACCESS_COOKIE):
            found = self.authenticate_cookie(request, AccessToken, raw)
        if found:
            locales.prefer(request._request, found[0].locale)
        return found

    def authenticate_cookie(
        self, request: Request, kind: type[Token], raw: str
    ) -> tuple[User, Credential]:
        """Return the user of a cookie's session; have the response delete the cookies if they are dead.

        The CSRF token is asked for afterwards: a dead cookie signs nobody in, and its code says what to do first.
        """
        with deleting_dead_cookies(request):
            found = self.authenticate_token(
                read_token(kind, raw), *_joins(request), may_have_ended=self.accepts_ended_cookie
            )
        enforce_csrf(request._request)
        return found

    def authenticate_token(
        self, token: Token, *joins: Document, may_have_ended: bool = False
    ) -> tuple[User, Credential]:
        """Return the user of a token's session, and what these stages join to it.

        Raises `SessionRevoked`, for a token that has also ended too; `TokenExpired`; `SecondFactorSetupRequired`.
        """
        session = LoginSession.objects.read_with_user(token.session_id, *joins)
        if session is None or not session["user"]["is_active"]:
            raise SessionRevoked
        if token.has_ended and not may_have_ended:
            raise TokenExpired
        user = instance_of(User, session["user"])
        if self.needs_second_factor and SecondFactor.objects.is_missing(user):
            raise SecondFactorSetupRequired
        return user, Credential(session["_id"], session)

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class SignoutAuthentication(TokenAuthentication):
    """Authentication that also accepts the refresh cookie and an ended access cookie: a browser can always sign out.

    It asks for no second factor: everybody can sign out.
    """

    needs_second_factor = False
    accepts_ended_cookie = True

    def authenticate(self, request: Request) -> tuple[User, Credential] | None:
        raw = read_cookie(request, REFRESH_COOKIE)
        if not raw or read_bearer(request):
            return super().authenticate(request)
        return self.authenticate_cookie(request, RefreshToken, raw)


def _joins(request: Request) -> Sequence[Document]:
    view = request.parser_context["view"]
    return view.joins() if isinstance(view, JoinsToSession) else []


def read_bearer(request: Request) -> str | None:
    """Return the token of `Authorization: Bearer <token>`, or None for another scheme or none."""
    scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def enforce_csrf(request: HttpRequest) -> None:
    """Raise `CSRFFailed` (403) for an unsafe request without the right `X-CSRFToken`.

    Django first looks for the token in the form of a POST, which would read an upload of gigabytes before the view can
    set its limits. A copy that claims to be a PUT makes Django look only at the header.
    """
    if request.method == "POST":
        request = copy(request)
        request.method = "PUT"
    if CSRFCheck(lambda _: None).process_view(request, None, (), {}):  # type: ignore[arg-type]  # as DRF does
        raise CSRFFailed


class TokenAuthenticationSchema(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # its metaclass hook
    target_class = TokenAuthentication
    match_subclasses = True
    name = ["bearer", "cookie"]

    def list_exceptions(self, *, is_unsafe: bool) -> tuple[type[APIException], ...]:
        """Return the errors of every operation that looks at the person, for the OpenAPI document."""
        of_cookies = (CSRFFailed,) if is_unsafe else ()
        return (TokenExpired, SessionRevoked, InvalidToken, *of_cookies, SecondFactorSetupRequired)

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[Any]]]:
        return [
            {name: []} for name in self.name
        ]  # two entries mean either one, one entry of two means both

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        return [
            {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            {"type": "apiKey", "in": "cookie", "name": ACCESS_COOKIE},
        ]
