"""The least that an answer can cost: bytes from the HTTP server alone, and a view of Django without middleware and database."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, JsonResponse
from django.urls import path

ANSWER = b'{"status":"ok"}'


def granian(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer the same bytes to everything."""
    start_response("200 OK", [("Content-Type", "application/json")])
    return [ANSWER]


def view(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


urlpatterns = [path("", view)]


def django() -> Callable[..., Any]:
    """Return a WSGI application of Django that has one view and no middleware."""
    settings.configure(ROOT_URLCONF=__name__, MIDDLEWARE=[], ALLOWED_HOSTS=["127.0.0.1"])
    return get_wsgi_application()
