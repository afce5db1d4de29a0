"""Domain errors that two apps or more share, and how an error carries the numbers of its sentence.

Each app's `exceptions` subclass these; `lms/exception_handler.py` renders them. Of each class docs/errors.md shows the
first sentence of its docstring (when it is raised), its code, its params, and its `advice` to a front end.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from rest_framework import exceptions, status

from lms.locales import Sentence, format_number

LIMITS = {
    "max_length": "max_length",
    "min_length": "min_length",
    "max_value": "max_value",
    "min_value": "min_value",
    "max_digits": "max_digits",
    "max_whole_digits": "max_whole_digits",
    "max_decimal_places": "decimal_places",
    "invalid_choice": "choices",
}
"""The codes of DRF's fields whose sentence holds a limit, and the argument of the field that is the limit."""


class ErrorCode(str):
    """A code that carries the params of its error: `{"max_bytes": 5242880}`.

    DRF copies an error at each level of a body, and of an error it copies the text and the code only:
    docs/decisions/0021-params-travel-with-the-code.md.
    """

    params: Mapping[str, Any]

    def __new__(cls, code: str, params: Mapping[str, Any] | None = None) -> "ErrorCode":
        self = super().__new__(cls, code)
        self.params = params or {}
        return self


def get_limit(field: Any, code: str) -> dict[str, Any]:
    """Return the limit that a value of a field exceeds, by its name: `{"max_length": 120}`; {} if it is another error."""
    name = LIMITS.get(code, "")
    limit = getattr(field, name, None)
    return {} if limit is None else {name: list(limit) if name == "choices" else limit}


class Number(int):
    """A number that a sentence shows as people write it, and by which a plural is chosen (`ngettext_lazy`)."""

    def __format__(self, spec: str) -> str:
        return format_number(self)


def fill(sentence: Sentence, params: Mapping[str, Any]) -> str:
    """Put params where a sentence names them: `at most {max_bytes}` as `at most 5.0 MB`, a list as `mp4, webm`.

    A sentence that was marked by `gettext_lazy` or `ngettext_lazy` is translated here, as are its numbers.
    """
    texts = {name: _show(name, value) for name, value in params.items()}
    return str(sentence.format(**texts) if texts else sentence)


def _show(name: str, value: Any) -> Any:
    if name.endswith("_bytes"):
        return filesizeformat(value).replace("\xa0", " ")
    if type(value) is int:
        return Number(value)
    return ", ".join(value) if isinstance(value, list) else value


def invalid(
    sentence: Sentence, code: str = "invalid", *, attr: str | None = None, **params: Any
) -> exceptions.ValidationError:
    """Return an error about the field `attr`, by default the one that is being checked; the sentence may name params."""
    errors = [fill(sentence, params)]
    return exceptions.ValidationError({attr: errors} if attr else errors, ErrorCode(code, params))


class DomainError(exceptions.APIException):
    """An error with a stable code; the sentence may name params, which the constructor takes."""

    default_detail: Sentence

    advice: ClassVar[str] = ""
    example: ClassVar[Mapping[str, Any]] = {}
    """The arguments with which the documentation makes an example."""

    def __init__(
        self, sentence: Sentence | None = None, code: str | None = None, **params: Any
    ) -> None:
        self.sentence, self.params = sentence or self.default_detail, params
        text = fill(self.sentence, params)
        super().__init__(text, ErrorCode(code or self.default_code, params))


class FieldError(exceptions.ValidationError):
    """A 400 about one field that only a service or the database can check."""

    default_detail: Sentence

    advice: ClassVar[str] = ""
    example: ClassVar[Mapping[str, Any]] = {}
    attr: str

    def __init__(self, sentence: Sentence | None = None, **params: Any) -> None:
        text = fill(sentence or self.default_detail, params)
        super().__init__({self.attr: [text]}, ErrorCode(self.default_code, params))


class Conflict(DomainError):
    """The present state does not allow this; each subclass has a code of its own."""

    status_code = status.HTTP_409_CONFLICT


class ReferenceGone(FieldError):
    """What the field names was deleted while the request was being answered."""

    default_detail = _("This was just deleted. Choose another one.")
    default_code = "does_not_exist"
    example: ClassVar[Mapping[str, Any]] = {"attr": "category"}

    def __init__(self, attr: str) -> None:
        self.attr = attr
        super().__init__()


class CSRFFailed(exceptions.PermissionDenied):
    """An unsafe request that is signed in by cookie has no `X-CSRFToken`, or a wrong one."""

    default_detail = _("The CSRF token is missing or wrong. Load the page again.")
    default_code = "csrf_failed"
    advice = (
        "Get a token from `GET /auth/csrf` or `GET /auth/session` and send the request again, once."
    )


class LengthRequired(DomainError):
    """A body arrives in parts, and the server cannot know where it ends."""

    status_code = status.HTTP_411_LENGTH_REQUIRED
    default_detail = _("Send the length of the body in Content-Length.")
    default_code = "length_required"
    advice = "Send `Content-Length`. Browsers do."


class PayloadTooLarge(DomainError):
    """The body or the file has more bytes than this path accepts."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = _("This is too large. Send at most {max_bytes}.")
    default_code = "payload_too_large"
    advice = "Ask for a smaller file. `GET /media/limits` has the sizes, so that a form can check before it sends."
    example: ClassVar[Mapping[str, Any]] = {"max_bytes": 5_242_880}


class TooManyRequests(DomainError):
    """More requests than the limit of this path allows came from this account, address or e-mail address."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_detail = ngettext_lazy(
        "Too many requests. Try again in {wait} second.",
        "Too many requests. Try again in {wait} seconds.",
        "wait",
    )
    default_code = "throttled"
    example: ClassVar[Mapping[str, Any]] = {"wait": 30}

    def __init__(self, wait: int) -> None:
        super().__init__(wait=wait)
        self.wait = wait


class ServerError(DomainError):
    """Something failed that must not fail."""

    status_code = status.HTTP_500_INTERNAL_SERVER_ERROR
    default_detail = _("Something went wrong on our side. Please try again, or contact us.")
    default_code = "error"
    advice = "Show the sentence and the `X-Request-ID`, by which our log is found. A GET may be tried once more."


class ServiceUnavailable(DomainError):
    """A service that this needs is unavailable; the same request may succeed later."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = _("A service that this needs is unavailable. Try again in a moment.")
    default_code = "service_unavailable"
    wait = 5


class DatabaseUnavailable(ServiceUnavailable):
    """The database is unavailable or busy."""

    default_code = "database_unavailable"


class MediaUnavailable(ServiceUnavailable):
    """Cloudinary does not respond, or not as documented. The same call may work later."""

    default_detail = _("The media provider is unavailable. Try again in a moment.")
    default_code = "media_provider_unavailable"
