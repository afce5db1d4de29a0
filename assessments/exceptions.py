"""The errors of assessments, each with its status and code."""

from django.utils.translation import gettext_lazy as _

from lms.exceptions import FieldError


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
