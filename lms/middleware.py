"""What every request gets: an id, a line in the log, a measurement; and fewer middlewares within the API."""

import logging
import re
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib import import_module
from io import BufferedReader, BytesIO
from time import perf_counter
from typing import Any

from corsheaders.middleware import CorsMiddleware as DjangoCors
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware as DjangoAuthentication
from django.contrib.messages.middleware import MessageMiddleware as DjangoMessages
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSession
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.middleware.csp import ContentSecurityPolicyMiddleware as DjangoSecurityPolicy
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.csp import CSP
from django.utils.encoding import escape_uri_path
from prometheus_client import Counter, Histogram
from whitenoise.middleware import WhiteNoiseMiddleware as WhiteNoise

from lms import locales, tracing
from lms.exception_handler import length_required, payload_too_large
from lms.logs import Work, working
from lms.throttling import Usage, client_address
from lms.uploads import CountedStream, max_multipart_bytes

logger = logging.getLogger("lms.request")

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
REQUESTS = Counter("http_requests_total", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram("http_request_duration_seconds", "Time to answer", ["method", "route"])
_requests_of, _seconds_of = cache(REQUESTS.labels), cache(SECONDS.labels)  # which take a lock
MAX_UNREAD_BYTES = 8 * 1024 * 1024
"""How much of a body is read and forgotten: what a proxy lets through to most paths (docs/operations.md)."""
READ_BYTES = 64 * 1024
POLICY = CSP.HEADER_ENFORCE.value
NOTHING_LOADS = "default-src 'none'; frame-ancestors 'none'"
# https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Permissions-Policy
FORBIDDEN_FEATURES = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "hid",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "serial",
        "usb",
    )
)
ENGLISH = ("/static/", "/health/", "/metrics", "/api/schema", "/api/docs", "/docs/", "/llms.txt")
"""Paths that answer everybody in English: files, what machines read, and the documentation."""
METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}


class RequestMiddleware:
    """Give each request an id (the client's, if it is well formed), log one line, and count the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        id_ = given if REQUEST_ID.fullmatch(given) else ""
        with working(id_, request) as work, tracing.span(request):
            begun = perf_counter()
            response = self.get_response(request)
            response["X-Request-ID"] = work.id
            self.record(request, response, perf_counter() - begun, work)
            part(response)
            return response

    def record(
        self, request: HttpRequest, response: HttpResponse, seconds: float, work: Work
    ) -> None:
        # The route, not the path: a path holds ids, and each id would be a time series of its own.
        route = (request.resolver_match and request.resolver_match.route) or "unknown"
        method = request.method if request.method in METHODS else "OTHER"
        _requests_of(method, route, response.status_code).inc()
        _seconds_of(method, route).observe(seconds)
        if request.path.startswith(("/health/", "/metrics", "/static/")):
            return
        facts = {
            "method": method,
            "route": route,
            "status": response.status_code,
            "ms": round(seconds * 1000, 1),
            "client": client_address(request),
            "db_commands": work.commands,
            "db_ms": round(work.seconds * 1000, 1),
        }
        tracing.describe(facts)
        # A path may hold a line break; its query may hold an e-mail address, so it is left out.
        path = escape_uri_path(request.path)
        logger.info("%s %s %s %sms", method, path, facts["status"], facts["ms"], extra=facts)


def part(response: HttpResponse) -> None:
    """Break the circles in which DRF's view, request and answer hold each other: they are freed at once, not by the garbage collector."""
    if context := getattr(response, "renderer_context", None):
        vars(context["view"]).clear()
        context["request"].parser_context.clear()
        context.clear()


class RateLimitMiddleware:
    """Put on each answer of the API how much is left of the limit that is nearest to its end.

    Not on what caches share: the limit of one person is nobody else's.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        usage = Usage.nearest_to_its_end(request)
        is_shared = "public" in response.get("Cache-Control", "")
        if usage and not is_shared and request.path.startswith("/api/v"):
            for name, value in usage.headers().items():
                response[name] = value
        return response


class CacheControlMiddleware:
    """Let no cache store a response unless its view says otherwise, and none that sets a cookie.

    A cache that many people share would give the orders of one to the next.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.cookies or "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-store"
        return response


class LanguageMiddleware:
    """Write sentences in the language that the request prefers, or else the person (`locales.prefer`), or else in English.

    No cookie is looked at, and only what holds sentences says its language: what caches may share is the same in all.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        # Before any language is active: classes of views hold examples for the OpenAPI document, which is English.
        import_module(settings.ROOT_URLCONF)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/" or request.path.startswith(ENGLISH):
            return self.get_response(request)
        if locale := locales.of_request(request):
            translation.activate(locale)
        try:
            response = self.get_response(request)
            is_page = response.get("Content-Type", "").startswith("text/html")
            if is_page or response.status_code >= 400:
                response.headers.setdefault("Content-Language", translation.get_language())
                patch_vary_headers(response, ["Accept-Language"])
            return response
        finally:
            translation.deactivate()  # the thread answers somebody else next


class BodyMiddleware:
    """Accept a body without Content-Length, and read the rest of a body that a view did not read.

    Such a body is sent in chunks, or over HTTP/2, and Django takes it for an empty one. The server closes a connection with
    an unread body, and the client's next request on it would fail.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        refusal = None if request.META.get("CONTENT_LENGTH") else measure_body(request)
        response = refusal or self.get_response(request)
        announced = request.META.get("CONTENT_LENGTH") or ""
        if announced.isdigit() and int(announced) <= MAX_UNREAD_BYTES:
            with suppress(UnreadablePostError, RequestDataTooBig):
                for _ in range(0, MAX_UNREAD_BYTES, READ_BYTES):
                    if not request.read(READ_BYTES):
                        break
        return response


def measure_body(request: Any) -> HttpResponse | None:
    """Set the CONTENT_LENGTH of a request that has none; return 411 or 413 if the body cannot be accepted.

    A form with files is read by its view, which counts it: its length stays unknown, and is noted as 1 because Django takes 0
    for an empty body. Everything else is read here, up to `DATA_UPLOAD_MAX_MEMORY_SIZE` bytes.
    """
    source = request.META.get("wsgi.input", request._stream)  # with ASGI, a file
    if "wsgi.input" in request.META and not request.META.get("wsgi.input_terminated"):
        # The server does not mark where the body ends: reading on would wait for the next request.
        return length_required(request) if "Transfer-Encoding" in request.headers else None
    if request.content_type == "multipart/form-data":
        request._stream = BufferedReader(CountedStream(source, max_multipart_bytes()))
        request.META["CONTENT_LENGTH"] = "1"
        return None
    body = source.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    request.META["CONTENT_LENGTH"] = str(len(body))
    if len(body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        request._stream = source
        return payload_too_large(request)
    request._stream = BytesIO(body)
    return None


class ContentSecurityPolicyMiddleware(DjangoSecurityPolicy):
    """Django's policy on pages (`settings.SECURE_CSP`), that of the staff's site (`STAFF_CSP`) on its own. What the API answers is no page and may load nothing.

    A PDF has no policy: a browser shows it in a page of its own, whose styles the policy would forbid.
    """

    def __call__(self, request: HttpRequest) -> Any:
        if not request.path.startswith("/api/v"):
            return super().__call__(request)
        response: Any = self.get_response(request)
        if response.headers.get("Content-Type") != "application/pdf":
            response.headers.setdefault(POLICY, NOTHING_LOADS)
        return response

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if response.get("Content-Type") == "application/pdf":
            return response
        if request.path.startswith("/admin/") and not hasattr(response, "_csp_config"):
            response._csp_config = settings.STAFF_CSP  # type: ignore[attr-defined]  # as by csp_override
        answer: HttpResponse = super().process_response(request, response)
        return answer


class PermissionsPolicyMiddleware:
    """Let no page, and no frame in it, use what none of the pages needs: `FORBIDDEN_FEATURES`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            response["Permissions-Policy"] = FORBIDDEN_FEATURES
        return response


class OutsideAPI:
    """A mixin for middlewares that the API does not need: its requests skip them."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> Any:
        if request.path.startswith("/api/v"):
            return self.get_response(request)
        return super().__call__(request)  # type: ignore[misc]  # a mixin: the middleware is the next base


class SessionMiddleware(OutsideAPI, DjangoSession):
    pass


class AuthenticationMiddleware(OutsideAPI, DjangoAuthentication):
    pass


class MessageMiddleware(OutsideAPI, DjangoMessages):
    pass


class CorsMiddleware(DjangoCors):
    """Let the pages of other origins read answers (`settings.CORS_ALLOWED_ORIGINS`), where a page of another origin asks."""

    def __call__(self, request: HttpRequest) -> Any:
        if "HTTP_ORIGIN" in request.META:
            return super().__call__(request)
        response: Any = self.get_response(request)
        if request.path.startswith("/api/"):
            patch_vary_headers(response, ["origin"])
        return response


class WhiteNoiseMiddleware(OutsideAPI, WhiteNoise):  # type: ignore[misc]  # it has no types
    pass
