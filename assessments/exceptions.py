"""The errors of assessments, each with its status and code."""

from collections.abc import Mapping
from math import ceil
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from rest_framework import exceptions
from rest_framework.exceptions import ErrorDetail

from lms.exceptions import Conflict, ErrorCode, FieldError, PayloadTooLarge, fill


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


class NotEnoughQuestions(exceptions.ValidationError):
    """A draw of the quiz wants more questions than there are with its tags: one error per draw."""

    default_code = "not_enough_questions"
    default_detail = ngettext_lazy(
        "{missing} more question with these tags is needed. Add it, or draw fewer.",
        "{missing} more questions with these tags are needed. Add them, or draw fewer.",
        "missing",
    )
    advice = "Retired questions, and those that the quiz asks anyway, do not count."
    example: ClassVar[Mapping[str, Any]] = {"shortages": {0: 2}}

    def __init__(self, shortages: Mapping[int, int]) -> None:
        """Take how many questions each draw lacks, by its place in `items`."""
        super().__init__(
            {
                f"items.{place}.draw": [
                    ErrorDetail(
                        fill(self.default_detail, {"missing": missing}),
                        ErrorCode(self.default_code, {"missing": missing}),
                    )
                ]
                for place, missing in shortages.items()
            }
        )


class QuizTooLarge(FieldError):
    """The questions that the quiz names are too large together."""

    attr = "items"
    default_code = "quiz_too_large"
    default_detail = _(
        "The questions of a quiz may have at most {max_bytes} together. Shorten some, or ask fewer."
    )
    example: ClassVar[Mapping[str, Any]] = {"max_bytes": 800_000}


class CannotDraw(Conflict):
    """The quiz has no questions, a draw lacks some, or those drawn are too large together."""

    default_code = "not_enough_questions"
    default_detail = _("This quiz is not complete. Please tell the instructor of the course.")
    advice = "Its instructor sees in `problems` of `GET /lectures/{id}/quiz` what it lacks."


class NoAttemptsLeft(Conflict):
    """The student has used all attempts at the quiz."""

    default_code = "no_attempts_left"
    default_detail = _("You have used all your attempts at this quiz.")


class Cooldown(Conflict):
    """The student must wait before the next attempt at the quiz."""

    default_code = "cooldown"
    default_detail = ngettext_lazy(
        "You may start the next attempt in {wait} second.",
        "You may start the next attempt in {wait} seconds.",
        "wait",
    )
    advice = "Show `next_at` of `GET /lectures/{id}/quiz`."
    example: ClassVar[Mapping[str, Any]] = {"wait": 3600}

    def __init__(self, wait: float) -> None:
        self.wait = max(1, ceil(wait))
        super().__init__(wait=self.wait)


class QuestionInUse(Conflict):
    """A quiz names the question, or an attempt has it."""

    default_code = "in_use"
    default_detail = _("A quiz or an attempt has this question. Retire it instead of deleting it.")
    advice = "Offer `retired: true`. `used_in` names the lectures."
