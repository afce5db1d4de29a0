"""The two cookies that hold a browser's tokens. They are HttpOnly: scripts cannot read them, and only a response deletes them.

Both live as long as the session: a browser goes on sending an access token that has ended, and gets 401 `token_expired`. Without
the cookie it would be a stranger, and its public pages would miss what only this person may see.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request

from accounts.exceptions import InvalidToken, SessionRevoked
from accounts.tokens import AccessToken, RefreshToken, Token, TokenPair, read_token

ACCESS_COOKIE = "access_token"
REFRESH_COOKIE = "refresh_token"
PATHS = {ACCESS_COOKIE: "/", REFRESH_COOKIE: "/api/v1/auth"}
KINDS: dict[str, type[Token]] = {ACCESS_COOKIE: AccessToken, REFRESH_COOKIE: RefreshToken}
DELETES = "accounts.deletes_cookies"
"""The key in a request's META which says that the response deletes the cookies."""


def read_cookie(request: Request, name: str) -> str:
    """Return the token in a cookie, or "" if there is none.

    Another program on the same host may have set a cookie of this name for another path or domain; a browser sends
    both. Then the one that holds a token of ours counts.
    """
    pairs = [pair.strip().partition("=") for pair in request.META.get("HTTP_COOKIE", "").split(";")]
    values = [text for key, _, value in pairs if key == name and (text := value.strip('"'))]
    if len(values) > 1:
        values = [value for value in values if _is_ours(name, value)] or values
    return values[0] if values else ""


def _is_ours(name: str, value: str) -> bool:
    try:
        read_token(KINDS[name], value)
    except InvalidToken:
        return False
    return True


def set_cookies(response: HttpResponseBase, pair: TokenPair) -> None:
    """Set both cookies for as long as the session may last."""
    seconds = round((pair.session.expires_at - timezone.now()).total_seconds())
    for name, token in ((REFRESH_COOKIE, pair.refresh), (ACCESS_COOKIE, pair.access)):
        response.set_cookie(
            name,
            token,
            max_age=seconds,
            path=PATHS[name],
            secure=settings.SECURE_COOKIES,
            httponly=True,
            samesite="Lax",
        )


def delete_cookies(request: Request) -> None:
    """Have the response delete both cookies."""
    request.META[DELETES] = True


@contextmanager
def deleting_dead_cookies(request: Request) -> Iterator[None]:
    """Have the response delete both cookies if the block finds that their token is broken or their session has ended."""
    try:
        yield
    except (InvalidToken, SessionRevoked):
        delete_cookies(request)
        raise


class CookieMiddleware:
    """Delete the cookies if the view asked for it (`delete_cookies`) and the browser sent one.

    A form on another site is sent without the cookies, and so cannot delete them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if DELETES in request.META and any(map(request.COOKIES.get, PATHS)):
            for name, path in PATHS.items():
                response.delete_cookie(name, path=path, samesite="Lax")
        return response
