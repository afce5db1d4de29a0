"""What students hand in: their own work, and the instructor's inbox."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bson import ObjectId
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from accounts.queries import DELETED_NAME, render_person
from assessments.models import Assignment, Submission
from assessments.queries.assignments import read_assignment
from courses.exceptions import EnrollmentRequired, Locked
from courses.models import Course
from courses.visibility import Reason, is_author
from learning.queries.lectures import WatchableLecture
from lms.mongodb.indexes import EPOCH
from lms.mongodb.pipelines import instance_of
from lms.pagination import Page
from media.models import Asset
from media.serializers import AssetSerializer

Status = Submission.Status
NEWEST_FIRST = ("-submitted_at", "-id")
OLDEST_FIRST = ("submitted_at", "id")

type Files = Mapping[ObjectId, Asset]
"""Files by their ids; one that was erased is missing."""


@dataclass(frozen=True)
class Work:
    """A student's work at an assignment: an empty draft until something was saved."""

    watchable: WatchableLecture
    assignment: Assignment
    submission: Submission
    files: Files

    def require_open(self) -> None:
        """Raise `Locked` if the lecture is locked for the student."""
        if self.watchable.lock:
            raise Locked(self.watchable.lock)


def get_work(lecture_id: ObjectId, user: User) -> Work:
    """Return a student's own work at an assignment, also at one that is locked.

    Raises `EnrollmentRequired` for those who are not enrolled, though they may watch, and 404 as `read_assignment` does.
    """
    own = {
        "$lookup": {
            "from": Submission._meta.db_table,
            "pipeline": [
                {"$match": {"user_id": user.pk, "lecture_id": lecture_id}},
                {
                    "$lookup": {
                        "from": Asset._meta.db_table,
                        "localField": "files",
                        "foreignField": "_id",
                        "as": "assets",
                    }
                },
            ],
            "as": "submission",
        }
    }
    watchable, assignment, row = read_assignment(lecture_id, user, own)
    if watchable.access.reason != Reason.ENROLLED:
        raise EnrollmentRequired
    if not row["submission"]:
        empty = Submission(pk=None, user=user, lecture_id=lecture_id)
        return Work(watchable, assignment, empty, {})
    [document] = row["submission"]
    files = {each["_id"]: instance_of(Asset, each) for each in document["assets"]}
    return Work(watchable, assignment, instance_of(Submission, document), files)


def render_work(work: Work) -> dict[str, Any]:
    """Render a student's own work, as `SubmissionSerializer` declares it; `is_late` only where late work is marked."""
    is_marked = work.assignment.late == Assignment.Late.MARK
    is_late = work.submission.is_late if is_marked else None
    return {**_render(work.submission, work.files), "is_late": is_late}


@dataclass(frozen=True)
class Found:
    """A submission with its course and its files."""

    submission: Submission
    course: Course
    files: Files


def get_submission(submission_id: ObjectId, user: User) -> Found:
    """Return a submission for its student, the course's instructor and staff; raise 404 for others."""
    submission = get_object_or_404(Submission, pk=submission_id)
    course = get_object_or_404(Course, pk=submission.course_id)
    if submission.user_id != user.pk and not is_author(user, course):
        raise Http404
    return Found(submission, course, _find_files([submission]))


def get_file(submission_id: ObjectId, asset_id: ObjectId, user: User) -> Asset:
    """Return a file that was handed in; raise 404 as `get_submission` does, and for a draft of somebody else."""
    found = get_submission(submission_id, user)
    is_hidden = found.submission.status == Status.DRAFT and found.submission.user_id != user.pk
    if is_hidden or asset_id not in found.files:
        raise Http404
    return found.files[asset_id]


def render_found(found: Found) -> dict[str, Any]:
    """Render a submission for the instructor: with its student."""
    student = _find_students([found.submission])
    return {**_render(found.submission, found.files), "student": student[found.submission.user_id]}


def list_submissions(lecture_id: ObjectId, page: Page, status: str | None) -> list[Submission]:
    """Return a page of the submissions of a lecture plus one row, without drafts, or those of one status."""
    return list(page.narrow(_handed_in(lecture_id, status)))


def _handed_in(lecture_id: ObjectId, status: str | None) -> QuerySet[Submission]:
    found = Submission.objects.filter(lecture=lecture_id)
    return found.filter(status=status) if status else found.filter(submitted_at__gt=EPOCH)


def render_page(page: Page, rows: list[Submission]) -> dict[str, Any]:
    """Render a page of submissions for the instructor: with their students and files, read by two commands."""
    students = _find_students(rows)
    files = _find_files(rows)

    def render_row(row: Submission) -> dict[str, Any]:
        return {**_render(row, files), "student": students[row.user_id]}

    return page.render(rows, render_row)


def _find_students(submissions: Iterable[Submission]) -> dict[ObjectId, dict[str, Any]]:
    """Return the students of submissions, rendered, by their ids; one whose row is gone has no name."""
    ids = [each.user_id for each in submissions]
    gone = {pk: {"_id": pk, "name": DELETED_NAME, "avatar": ""} for pk in ids}
    found = {
        each.pk: {"_id": each.pk, "name": each.name, "avatar": each.avatar.name}
        for each in User.objects.filter(pk__in=ids)
    }
    return {pk: render_person(document) for pk, document in (gone | found).items()}


def _find_files(submissions: Iterable[Submission]) -> Files:
    ids = [pk for each in submissions for pk in each.files]
    return {each.pk: each for each in Asset.objects.filter(pk__in=ids)} if ids else {}


def _render(submission: Submission, files: Files) -> dict[str, Any]:
    return {
        "id": submission.pk,
        "lecture": submission.lecture_id,
        "status": submission.status,
        "text": submission.text,
        "files": [AssetSerializer(files[pk]).data for pk in submission.files if pk in files],
        "is_late": submission.is_late,
        "submitted_at": submission.submitted_at,
        "score": submission.score,
        "max_score": submission.max_score,
        "percentage": submission.percentage,
        "passed": submission.passed,
        "rubric": submission.rubric,
        "feedback": submission.feedback,
    }
