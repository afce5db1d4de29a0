"""What caches may keep: the same answer for everybody for a minute; anything else only if they ask again each time."""

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control
from django.views.decorators.http import conditional_page
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

SHARED_SECONDS = 60
"""How long a shared cache may answer in our place, so how old a catalogue behind a CDN can be."""


def keep_if_unchanged(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let a client keep what it read and ask again each time, unless the view has said otherwise."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if request.method in {"GET", "HEAD"} and response.status_code == 200:
            if "Cache-Control" not in response.headers:
                patch_cache_control(response, private=True, no_cache=True)
            if isinstance(response, Response):
                response.add_post_render_callback(set_tag)
        return response

    wrapped.is_revalidated = True  # type: ignore[attr-defined]  # for the OpenAPI document
    return wrapped


def set_tag(response: Response) -> None:
    """Set the `ETag` of a rendered response: by SHA-256, which processors compute in half of the time of Django's MD5.

    docs/decisions/0038-lean-requests.md has why it is not made from versions of rows.
    """
    response["ETag"] = f'"{sha256(response.content).hexdigest()[:32]}"'


REVALIDATED = (conditional_page, keep_if_unchanged)
"""Decorators of a response that a client keeps and asks for again each time: 304 if nothing has changed."""


class PublicRead:
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

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        final: Response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]  # as above
        if self.is_public_read() and final.status_code == 200:
            patch_cache_control(final, public=True, max_age=0, s_maxage=SHARED_SECONDS)
        return final
