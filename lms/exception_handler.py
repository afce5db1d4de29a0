"""One shape for every error, in the API and outside it: `{"type", "errors": [{"code", "detail", "attr"}]}`."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase, JsonResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from drf_standardized_errors import handler
from pymongo.errors import ConnectionFailure, ExecutionTimeout, PyMongoError
from rest_framework import exceptions

from lms.exceptions import DatabaseUnavailable, PayloadTooLarge

BUSY = ("TransientTransactionError", "UnknownTransactionCommitResult")
"""Labels of errors after which the same request may succeed."""


def _is_outage(exc: Exception) -> bool:
    """Return whether MongoDB is unavailable or busy, as opposed to a bug of ours."""
    cause = exc.__cause__ if isinstance(exc, DatabaseError) else exc
    if isinstance(cause, ConnectionFailure | ExecutionTimeout):
        return True
    return isinstance(cause, PyMongoError) and any(map(cause.has_error_label, BUSY))


class ExceptionHandler(handler.ExceptionHandler):
    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, DatabaseError | PyMongoError) and _is_outage(exc):
            return DatabaseUnavailable()
        if isinstance(exc, RequestDataTooBig):
            return PayloadTooLarge()
        if isinstance(exc, SuspiciousOperation | UnreadablePostError):
            return exceptions.ParseError()
        return super().convert_known_exceptions(exc)


def _error(status_code: int, code: str, detail: str) -> JsonResponse:
    kind = "server_error" if status_code >= 500 else "client_error"
    errors = [{"code": code, "detail": detail, "attr": None}]
    return JsonResponse({"type": kind, "errors": errors}, status=status_code)


def bad_request(request: HttpRequest, exception: Exception) -> JsonResponse:
    return _error(400, "parse_error", "Malformed request.")


def permission_denied(request: HttpRequest, exception: Exception) -> JsonResponse:
    return _error(403, "permission_denied", "You are not allowed to do this.")


def not_found(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    return _error(404, "not_found", "Not found.")


def length_required(request: HttpRequest) -> JsonResponse:
    return _error(411, "length_required", "Send the length of the body in Content-Length.")


def payload_too_large(request: HttpRequest) -> JsonResponse:
    return _error(413, PayloadTooLarge.default_code, PayloadTooLarge.default_detail)


def server_error(request: HttpRequest) -> JsonResponse:
    return _error(500, "error", "Server Error (500)")


def csrf_failure(request: HttpRequest, reason: str = "", **_: Any) -> JsonResponse:
    return _error(403, "csrf_failed", "The CSRF token is missing or wrong.")


def reads_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Allow GET and HEAD on a view outside the API; answer any other method with 405."""

    @csrf_exempt
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in {"GET", "HEAD"}:
            return view(request, *args, **kwargs)
        refused = _error(405, "method_not_allowed", f'Method "{request.method}" not allowed.')
        refused["Allow"] = "GET, HEAD"
        return refused

    return checked
