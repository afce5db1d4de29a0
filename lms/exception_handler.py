"""One shape for every error, in the API and outside it, but for the pages of the staff's site: `{"type", "errors": [{"code", "detail", "attr", "params"?}]}`."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    UnreadablePostError,
)
from django.views.decorators.csrf import csrf_exempt
from drf_standardized_errors import formatter, handler
from drf_standardized_errors.types import Error, ErrorResponse
from pymongo.errors import ConnectionFailure, ExecutionTimeout, PyMongoError
from rest_framework import exceptions
from rest_framework.settings import api_settings

from lms import staff_pages
from lms.exceptions import (
    CSRFFailed,
    DatabaseUnavailable,
    LengthRequired,
    PayloadTooLarge,
    ServerError,
    TooManyRequests,
    get_limit,
)

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
            limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
            return PayloadTooLarge(max_bytes=getattr(exc, "max_bytes", limit))
        if isinstance(exc, exceptions.Throttled):
            return TooManyRequests(wait=getattr(exc, "wait", None) or 1)
        if isinstance(exc, SuspiciousOperation | UnreadablePostError):
            return exceptions.ParseError()
        return super().convert_known_exceptions(exc)

    def convert_unhandled_exceptions(self, exc: Exception) -> exceptions.APIException:
        return exc if isinstance(exc, exceptions.APIException) else ServerError()


class ExceptionFormatter(formatter.ExceptionFormatter):
    """The formatter of drf-standardized-errors, plus the params of each error."""

    def format_error_response(self, error_response: ErrorResponse) -> dict[str, Any]:
        serializer = getattr(self.exc.detail, "serializer", None)  # of the body that was refused
        errors = [render_error(error, serializer) for error in error_response.errors]
        return {"type": error_response.type, "errors": errors}


def render_error(error: Error, serializer: Any = None) -> dict[str, Any]:
    """Return `{code, detail, attr}`, and `params` if the sentence holds numbers or values."""
    attr = None if error.attr is None else str(error.attr)  # of an entry of a list: its number
    body = {"code": str(error.code), "detail": error.detail, "attr": attr}
    field = _find_field(serializer, attr) if serializer and attr else None
    params = getattr(error.code, "params", None) or get_limit(field, error.code)
    return body | ({"params": params} if params else {})


def _find_field(serializer: Any, attr: str) -> Any:
    """Return the field that `attr` names, as in `price.amount` or `tags.3`; None if there is none."""
    field = serializer
    for name in attr.split("."):
        if name != api_settings.NON_FIELD_ERRORS_KEY:
            field = getattr(field, "child", None) or getattr(field, "fields", {}).get(name)
    return field


def render_exception(exc: exceptions.APIException) -> dict[str, Any]:
    """Return the body of an error."""
    body: dict[str, Any] = ExceptionFormatter(exc, {}, exc).run()  # type: ignore[typeddict-item]  # no view
    return body


def _refuse(request: HttpRequest, exc: exceptions.APIException) -> HttpResponse:
    """Answer with a page on the staff's site, with JSON elsewhere."""
    if request.path.startswith("/admin/"):
        return staff_pages.render_refusal(exc)
    return JsonResponse(render_exception(exc), status=exc.status_code)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return payload_too_large(request)
    return _refuse(request, exceptions.ParseError())


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _refuse(request, exceptions.PermissionDenied())


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _refuse(request, exceptions.NotFound())


def length_required(request: HttpRequest) -> HttpResponse:
    return _refuse(request, LengthRequired())


def payload_too_large(request: HttpRequest) -> HttpResponse:
    return _refuse(request, PayloadTooLarge(max_bytes=settings.DATA_UPLOAD_MAX_MEMORY_SIZE))


def server_error(request: HttpRequest) -> HttpResponse:
    return _refuse(request, ServerError())


def csrf_failure(request: HttpRequest, reason: str = "", **_: Any) -> HttpResponse:
    return _refuse(request, CSRFFailed())


def reads_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Allow GET and HEAD on a view outside the API; answer any other method with 405."""

    @csrf_exempt
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in {"GET", "HEAD"}:
            return view(request, *args, **kwargs)
        refused = _refuse(request, exceptions.MethodNotAllowed(str(request.method)))
        refused["Allow"] = "GET, HEAD"
        return refused

    return checked
