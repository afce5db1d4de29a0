"""Content negotiation: of JSON alone, and of views that return files beside it."""

from collections.abc import Iterable

from django.http import Http404
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

TAKES_JSON = {None, "*/*", "application/json", "application/json, text/plain, */*"}
"""What nearly every client sends as `Accept`: nothing, or what fetch, libraries and axios do."""


class Negotiation(DefaultContentNegotiation):
    """DRF's content negotiation, which takes the headers of nearly every client without reading them."""

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        renderers = list(renderers)
        first = renderers[0]
        if first.format == "json" and request.META.get("HTTP_ACCEPT") in TAKES_JSON:
            return first, first.media_type
        renderer, media_type = super().select_renderer(request, renderers, format_suffix)
        return renderer, media_type


class FileNegotiation(Negotiation):
    """Content negotiation that accepts every media type: a client may request a file by its own.

    The renderers only know JSON. DRF would refuse `Accept: application/pdf` with 406 before the view returns the PDF.
    """

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        renderers = list(renderers)
        try:
            renderer, media_type = super().select_renderer(request, renderers, format_suffix)
        except (NotAcceptable, Http404):
            renderer, media_type = renderers[0], renderers[0].media_type
        return renderer, media_type
