"""What caches may keep: the same answer for everybody for a minute; anything else only if they ask again each time."""

from functools import partial
from hashlib import sha256
from typing import Any, cast

from django.http import HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

SHARED_SECONDS = 60
"""How long a shared cache may answer in our place, so how old a catalogue behind a CDN can be."""


class Revalidated:
    """Mixin of a view whose answers a client keeps and asks for again each time: 304 if nothing has changed."""

    def get_cache_control(self, request: Request) -> dict[str, Any]:
        """Return the directives of an answer whose view has set none."""
        return {"private": True, "no_cache": True}

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        final: Response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]  # a mixin: the view is the next base
        if request.method not in {"GET", "HEAD"} or final.status_code != 200:
            return final
        if "Cache-Control" not in final.headers:
            patch_cache_control(final, **self.get_cache_control(request))
        compare = partial(_compare, request)
        if hasattr(final, "render"):
            final.add_post_render_callback(compare)
            return final
        return compare(final)


def _compare[R: HttpResponse](request: Request, response: R) -> R:
    """Set the `ETag` of an answer; return 304 in its place if the client has it already.

    By SHA-256, which processors compute in half of the time of Django's MD5. docs/decisions/0038-lean-requests.md has why it is
    not made from versions of rows.
    """
    tag = f'"{sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = tag
    answer: Any = get_conditional_response(request._request, tag, None, response)
    return cast(R, answer)


class PublicRead(Revalidated):
    """Mixin of a viewset whose `public_action` is the same for everybody.

    It looks at no cookie and no token: a dead one cannot make it fail, limits count by address, and caches may share the
    response. A browser asks again each time, so that people see at once what they have changed.
    """

    public_action = "list"
    action_map: dict[str, str]
    request: Any

    def is_public_read(self) -> bool:
        method = self.request.method.lower() if self.request else ""
        return self.action_map.get(method) == self.public_action

    def get_authenticators(self) -> list[BaseAuthentication]:
        return [] if self.is_public_read() else super().get_authenticators()  # type: ignore[misc]  # a mixin: the view is the next base

    def get_cache_control(self, request: Request) -> dict[str, Any]:
        if self.is_public_read():
            return {"public": True, "max_age": 0, "s_maxage": SHARED_SECONDS}
        return super().get_cache_control(request)
