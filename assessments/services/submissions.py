"""Save and hand in a student's work at an assignment."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from bson import ObjectId
from django.db.models import F
from django.http import Http404
from django.utils import timezone

from accounts.models import User
from accounts.services.erasure import refer_to_person
from assessments.exceptions import (
    AlreadyGraded,
    EmptySubmission,
    FilesNotReady,
    NotAccepted,
    NotYourFiles,
    PastDue,
    TooManyFiles,
)
from assessments.models import Assignment, Submission
from courses.models import Lecture
from lms import events
from lms.mongodb.references import refer_to
from lms.mongodb.transaction import atomic
from media.models import Asset

Status = Submission.Status


def save(
    user: User, lecture: Lecture, assignment: Assignment, *, text: str, files: list[ObjectId]
) -> None:
    """Save a draft, or replace what waits to be graded. Repeatable. Raises what `submit` does."""
    _write(user, lecture, assignment, submits=False, text=text, files=files)


def submit(user: User, lecture: Lecture, assignment: Assignment, **content: Any) -> None:
    """Hand in `text` and `files`, each by default as it was saved. The same again changes nothing.

    Raises `AlreadyGraded`, `PastDue`, `EmptySubmission`, what `_require_acceptable` raises, 404 if the assignment was just
    deleted, and `SessionRevoked` if the account was.
    """
    _write(user, lecture, assignment, submits=True, **content)


def is_handed_in(asset: Asset) -> bool:
    """Return whether a file is part of a submission, or of the draft of one."""
    return Submission.objects.filter(files=asset.pk).exists()


@atomic
def _write(
    user: User, lecture: Lecture, assignment: Assignment, *, submits: bool, **content: Any
) -> None:
    """Write a student's work; a transaction that grades it at the same time conflicts with this one."""
    row = Submission.objects.filter(user=user, lecture=lecture).first()
    before = row or Submission(user=user, lecture=lecture, course_id=lecture.course_id)
    after = {"text": before.text, "files": before.files} | content
    after["files"] = list(dict.fromkeys(after["files"]))
    if before.status == Status.GRADED:
        raise AlreadyGraded
    was_waiting = before.status == Status.SUBMITTED
    is_same = row is not None and (before.text, before.files) == (after["text"], after["files"])
    if is_same and (was_waiting or not submits):
        return
    now = timezone.now()
    _require_in_time(assignment, before, now)
    _require_acceptable(assignment, user, **after)
    if submits or was_waiting:
        if not after["text"].strip() and not after["files"]:
            raise EmptySubmission
        is_late = before.is_late if _was_returned(before) else _is_over(assignment, now)
        after |= {"status": Status.SUBMITTED, "submitted_at": now, "is_late": is_late}
    if row is None:
        row = _create(before, assignment, after)
    else:
        changes = after | {"version": F("version") + 1, "updated_at": now}
        Submission.objects.filter(pk=row.pk).update(**changes)
    if submits or was_waiting:
        ids = {"user": user.pk, "course": lecture.course_id, "lecture": lecture.pk}
        events.record("submission.submitted", row.pk, **ids)


def _create(submission: Submission, assignment: Assignment, fields: dict[str, Any]) -> Submission:
    """Create the row, and note on the assignment that it is used, so that its lecture is deleted no more."""
    refer_to_person(submission.user_id)
    try:
        refer_to(Lecture, submission.lecture_id)
    except Lecture.DoesNotExist:
        raise Http404 from None
    Assignment.objects.filter(pk=assignment.pk).update(has_submissions=True)
    for name, value in fields.items():
        setattr(submission, name, value)
    submission.save(force_insert=True)
    return submission


def _require_in_time(assignment: Assignment, before: Submission, now: datetime) -> None:
    """Raise `PastDue` where nothing is taken after the due date; what the instructor returned may always come again."""
    if (
        assignment.late == Assignment.Late.REFUSE
        and _is_over(assignment, now)
        and not _was_returned(before)
    ):
        raise PastDue


def _is_over(assignment: Assignment, now: datetime) -> bool:
    return assignment.due_at is not None and now > assignment.due_at


def _was_returned(submission: Submission) -> bool:
    """Return whether the instructor returned the work once: its next tries are as late as the first was."""
    return submission.graded_at is not None


def _require_acceptable(
    assignment: Assignment, user: User, *, text: str, files: Collection[ObjectId]
) -> None:
    """Raise unless the assignment takes this; refer to the files, so that none is deleted meanwhile.

    Raises `NotAccepted`, `TooManyFiles`, `NotYourFiles`, `FilesNotReady`.
    """
    if text.strip() and Assignment.Accept.TEXT not in assignment.accept:
        raise NotAccepted("text")
    if not files:
        return
    if Assignment.Accept.FILES not in assignment.accept:
        raise NotAccepted("files")
    if len(files) > assignment.max_files:
        raise TooManyFiles(max_files=assignment.max_files)
    own = Asset.objects.owned_by(user).filter(pk__in=files, kind=Asset.Kind.SUBMISSION)
    statuses = list(own.values_list("status", flat=True))
    if len(statuses) < len(files):
        raise NotYourFiles
    if any(each != Asset.Status.READY for each in statuses):
        raise FilesNotReady
    refer_to(Asset, *files)
