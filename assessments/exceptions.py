"""The errors of assessments, each with its status and code."""

from collections.abc import Mapping
from math import ceil
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from rest_framework import exceptions, status
from rest_framework.exceptions import ErrorDetail

from lms.exceptions import Conflict, DomainError, ErrorCode, FieldError, PayloadTooLarge, fill
from lms.locales import Sentence


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


class InvalidRubric(FieldError):
    """The points of the rubric do not add up, or a criterion is unknown, missing or named twice."""

    attr = "rubric"
    default_code = "invalid_rubric"
    default_detail = _(
        "The points of the rubric add up to {total}. They must add up to {points}, the points of the assignment."
    )
    example: ClassVar[Mapping[str, Any]] = {"total": 9000, "points": 10_000}


class NotAccepted(FieldError):
    """The assignment takes files alone, or text alone."""

    default_code = "not_accepted"
    sentences: ClassVar[Mapping[str, Sentence]] = {
        "text": _("This assignment takes no text. Hand in files."),
        "files": _("This assignment takes no files. Write your answer as text."),
    }
    advice = "Show what `accept` of `GET /lectures/{id}/assignment` lists."
    example: ClassVar[Mapping[str, Any]] = {"attr": "files"}

    def __init__(self, attr: str) -> None:
        self.attr = attr
        super().__init__(self.sentences[attr])


class TooManyFiles(FieldError):
    """The assignment takes fewer files."""

    attr = "files"
    default_code = "too_many_files"
    default_detail = ngettext_lazy(
        "Hand in at most {max_files} file.", "Hand in at most {max_files} files.", "max_files"
    )
    example: ClassVar[Mapping[str, Any]] = {"max_files": 5}


class NotYourFiles(FieldError):
    """A file is not the student's own, was deleted, or was not uploaded as `submission`."""

    attr = "files"
    default_code = "does_not_exist"
    default_detail = _("These are not files of yours to hand in. Upload them first.")
    advice = "Upload with kind `submission`."


class FilesNotReady(FieldError):
    """A file is still being uploaded, or its upload has failed."""

    attr = "files"
    default_code = "not_ready"
    default_detail = _("Not all files are uploaded. Wait for them, or take them out.")
    advice = "Poll `GET /media/assets/{id}` until `status` is `ready` or `failed`."


class EmptySubmission(DomainError):
    """Nothing is handed in: no text and no file."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "empty_submission"
    default_detail = _("There is nothing to hand in. Write a text or add a file first.")


class PastDue(Conflict):
    """The assignment takes nothing after its due date, and that is over."""

    default_code = "past_due"
    default_detail = _("The time to hand this in is over.")
    advice = "Show `due_at` beside the form. What was handed in before is graded."


class AlreadyGraded(Conflict):
    """What was handed in is graded, and was not returned for another try."""

    default_code = "already_graded"
    default_detail = _(
        "This is graded already. Ask your instructor to return it if you want to change it."
    )
    advice = "Load `GET /lectures/{id}/submission` and show the grade."


class NothingSubmitted(Conflict):
    """The student has saved a draft, and not handed it in yet."""

    default_code = "nothing_submitted"
    default_detail = _("The student has not handed this in yet. Grade it once it is submitted.")


class ScoreRequired(FieldError):
    """The grade has no score, or, of an assignment with a rubric, no scores of its criteria."""

    default_code = "required"
    default_detail = _("Give a score.")
    example: ClassVar[Mapping[str, Any]] = {"attr": "score"}

    def __init__(self, attr: str) -> None:
        self.attr = attr
        super().__init__()


class ScoreTooHigh(FieldError):
    """A score is above the points of its assignment or criterion."""

    default_code = "max_value"
    default_detail = _("At most {max_value} hundredths of a point can be given here.")
    example: ClassVar[Mapping[str, Any]] = {"attr": "score", "max_value": 10_000}

    def __init__(self, attr: str, max_value: int) -> None:
        self.attr = attr
        super().__init__(max_value=max_value)


class InvalidFile(FieldError):
    """The file is not what its format says, is not in UTF-8, or declares entities."""

    attr = "file"
    default_code = "invalid_file"
    default_detail = _("This file cannot be read. Choose its format, and save it as Unicode text.")


class TooManyQuestions(FieldError):
    """The file has more questions than one file may have."""

    attr = "file"
    default_code = "too_many_questions"
    default_detail = _("A file may have at most {max_questions} questions. Divide it.")
    example: ClassVar[Mapping[str, Any]] = {"max_questions": 500}
