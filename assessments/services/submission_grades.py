"""Grade what a student handed in: each grade is a line that is never changed, and the last one counts."""

from collections.abc import Mapping
from typing import Any

from bson import ObjectId
from django.db.models import F
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services.notices import inform
from assessments.exceptions import InvalidRubric, NothingSubmitted, ScoreRequired, ScoreTooHigh
from assessments.models import Assignment, Grade, Submission
from assessments.scores import percentage
from courses.exceptions import EnrollmentRequired
from courses.models import Lecture
from learning.queries.progress import STUDIED, get_outline
from learning.services.completion import pass_lecture
from lms import events
from lms.mongodb.transaction import atomic

Status = Submission.Status


@atomic
def grade(
    submission_id: ObjectId,
    by: User,
    *,
    score: int | None = None,
    rubric: Mapping[str, int] | None = None,
    feedback: str = "",
    returned: bool = False,
) -> None:
    """Grade what was handed in, or return it with a score for another try; a score that passes completes the lecture.

    What was completed stays so after a lower grade. The same grade again changes nothing. Raises `NothingSubmitted`, what
    `score_of` raises, and 404 if the submission was just erased.
    """
    submission = Submission.objects.filter(pk=submission_id).first()
    if submission is None:
        raise Http404
    assignment = Assignment.objects.get(lecture=submission.lecture_id)
    if submission.status == Status.DRAFT:
        raise NothingSubmitted
    given, scores = score_of(assignment, score, rubric or {})
    percent = percentage(given, assignment.points)
    result = {
        "status": Status.RETURNED if returned else Status.GRADED,
        "score": given,
        "max_score": assignment.points,
        "percentage": percent,
        "passed": percent >= assignment.passing_percent,
        "rubric": scores,
        "feedback": feedback,
    }
    if all(getattr(submission, name) == value for name, value in result.items()):
        return
    now = timezone.now()
    last = Grade.objects.filter(submission=submission).order_by("-id").first()
    Grade.objects.create(
        submission=submission,
        number=last.number + 1 if last else 1,
        source=Grade.Source.MANUAL,
        by=by.pk,
        created_at=now,
        **{name: result[name] for name in ("score", "max_score", "rubric", "feedback")},
    )
    changes = result | {"graded_at": now, "version": F("version") + 1, "updated_at": now}
    Submission.objects.filter(pk=submission.pk).update(**changes)
    _follow(submission, result)


def score_of(
    assignment: Assignment, score: int | None, rubric: Mapping[str, int]
) -> tuple[int, dict[str, int]]:
    """Return a score in hundredths and the scores of the criteria: where there is a rubric, of exactly all of them.

    Raises `ScoreRequired`, `InvalidRubric`, `ScoreTooHigh`.
    """
    if not assignment.rubric:
        if rubric:
            raise InvalidRubric(_("The assignment has no rubric. Send `score`."))
        if score is None:
            raise ScoreRequired("score")
        if score > assignment.points:
            raise ScoreTooHigh("score", assignment.points)
        return score, {}
    if not rubric:
        raise ScoreRequired("rubric")
    points = {each["id"]: each["points"] for each in assignment.rubric}
    if rubric.keys() != points.keys():
        raise InvalidRubric(_("Score each criterion of the rubric, and no other."))
    for criterion, given in rubric.items():
        if given > points[criterion]:
            raise ScoreTooHigh(f"rubric.{criterion}", points[criterion])
    return sum(rubric.values()), dict(rubric)


def _follow(submission: Submission, result: Mapping[str, Any]) -> None:
    """Record the event, write to the student, and complete the lecture if it is passed, in the present transaction."""
    lecture: Lecture = submission.lecture
    events.record(
        "submission.graded",
        submission.pk,
        user=submission.user_id,
        course=submission.course_id,
        lecture=lecture.pk,
        score=result["score"],
        max_score=result["max_score"],
    )
    if result["passed"]:
        try:
            outline = get_outline(submission.user_id, submission.course_id, *STUDIED)
        except (EnrollmentRequired, Http404):
            pass  # the access has ended: nothing is completed until it is back
        else:
            pass_lecture(submission.user_id, submission.course_id, lecture.pk, outline)
    student = User.objects.filter(pk=submission.user_id, is_active=True).first()
    if student:
        subject, text = MAILS[result["status"]]
        inform(student, subject, text, title=lecture.title)


MAILS = {
    Status.GRADED: (
        _("Your work was graded"),
        _(
            "Your work for “{title}” was graded. Open the assignment to see the score and the feedback."
        ),
    ),
    Status.RETURNED: (
        _("Your work was returned"),
        _(
            "Your instructor returned your work for “{title}”. Open the assignment, read the feedback and hand it in again."
        ),
    ),
}
"""The subject and the text of the mail to the student."""
