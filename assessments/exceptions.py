"""The errors of assessments, each with its status and code."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from lms.exceptions import Conflict, FieldError, PayloadTooLarge


class InvalidKey(FieldError):
    """The key does not fit the kind or the options of the question: docs/question-formats.md has the key of each kind."""

    attr = "key"
    default_code = "invalid_key"
    default_detail = _("This key does not fit the question.")
    advice = "Name options by their place in `options`, from 0."


class InvalidResponse(FieldError):
    """The response does not have the shape of the question's kind, or names an option that the question does not have."""

    attr = "response"
    default_code = "invalid_response"
    default_detail = _("This is not a response to this question.")
    advice = "docs/question-formats.md has the response of each kind."


class AttemptClosed(Conflict):
    """The attempt takes no responses any more: it was submitted, its time is over, or access to the course has ended."""

    default_code = "attempt_closed"
    default_detail = _("This attempt is closed. What was saved before is graded.")
    advice = "Load `GET /attempts/{id}`: it says by whom and when it was submitted."


class AttemptOpen(Conflict):
    """The attempt cannot be graded, because the student still works on it."""

    default_code = "attempt_open"
    default_detail = _("The student still works on this attempt. Grade it once it is submitted.")


class ResponsesTooLarge(PayloadTooLarge):
    """All responses of the attempt together have more bytes than an attempt keeps."""

    default_code = "responses_too_large"
    default_detail = _(
        "The responses of an attempt may have at most {max_bytes} together. Shorten this one."
    )
    example: ClassVar[Mapping[str, Any]] = {"max_bytes": 4_194_304}
