"""The OpenAPI document, and the page of the API, to read it and to try it."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request

from lms.caching import Revalidated

GUIDES = {
    "spa": "Write a front end",
    "quizzes": "Build a quiz player",
    "errors": "Errors",
    "from-mern-lms": "Coming from Express",
}


def page(request: HttpRequest) -> HttpResponse:
    """Render the page, in the demo with its sample logins."""
    context = {
        "site_name": settings.SITE_NAME,
        "shop": settings.FRONTEND_URL,
        "guides": GUIDES,
        "logins": [login.split(" ", 2) for login in settings.SAMPLE_LOGINS],
        "debug": settings.DEBUG,
    }
    return render(request, "lms/docs.html", context)


@cache
def make_document() -> dict[str, Any]:
    document: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # drf-spectacular
    return document


@cache
def render_document(media_type: str) -> bytes:
    """Return the document as JSON or YAML. To make it takes seconds, and it depends on no request: each process does so once."""
    renderer = OpenApiJsonRenderer() if media_type.endswith("json") else OpenApiYamlRenderer()
    content: bytes = renderer.render(make_document(), renderer_context={})
    return content


class SchemaView(Revalidated, SpectacularAPIView):
    """The document, in the form that the client asks for."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        media_type = request.accepted_renderer.media_type
        return HttpResponse(render_document(media_type), content_type=media_type)
