"""How every error is told: `{"type", "errors": [{"code", "detail", "attr"}]}`, in the API and outside of it."""

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


def _is_outage(exc: Exception) -> bool:
    """Is it MongoDB that is away or busy, and not our mistake?"""
    cause = exc.__cause__ if isinstance(exc, DatabaseError) else exc
    if isinstance(cause, ConnectionFailure | ExecutionTimeout):
        return True
    return isinstance(cause, PyMongoError) and cause.has_error_label("TransientTransactionError")


class ExceptionHandler(handler.ExceptionHandler):
    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, DatabaseError | PyMongoError) and _is_outage(exc):
            return DatabaseUnavailable()
        if isinstance(exc, RequestDataTooBig):
            return PayloadTooLarge()
        if isinstance(exc, SuspiciousOperation | UnreadablePostError):
            return exceptions.ParseError()
        return super().convert_known_exceptions(exc)


def _answer(status_code: int, code: str, detail: str) -> JsonResponse:
    kind = "server_error" if status_code >= 500 else "client_error"
    errors = [{"code": code, "detail": detail, "attr": None}]
    return JsonResponse({"type": kind, "errors": errors}, status=status_code)


def bad_request(request: HttpRequest, exception: Exception) -> JsonResponse:
    return _answer(400, "parse_error", "Malformed request.")


def permission_denied(request: HttpRequest, exception: Exception) -> JsonResponse:
    return _answer(403, "permission_denied", "You may not do this.")


def not_found(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    return _answer(404, "not_found", "Not found.")


def length_required(request: HttpRequest) -> JsonResponse:
    return _answer(411, "length_required", "Say the length of the body in Content-Length.")


def server_error(request: HttpRequest) -> JsonResponse:
    return _answer(500, "error", "Server Error (500)")


def csrf_failure(request: HttpRequest, reason: str = "", **_: Any) -> JsonResponse:
    return _answer(403, "csrf_failed", "The CSRF token is missing or wrong.")


def reads_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let a view outside of the API answer GET and HEAD; the rest is 405."""

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in {"GET", "HEAD"}:
            return view(request, *args, **kwargs)
        refused = _answer(405, "method_not_allowed", f'Method "{request.method}" not allowed.')
        refused["Allow"] = "GET, HEAD"
        return refused

    return answer
