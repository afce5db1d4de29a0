"""What a student does in a course: watch, complete and undo lectures, complete the course, start it again.

Each function sends one atomic command to the enrollment, so that two devices may send at once, and renders the
progress from its response.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from bson import ObjectId
from django.conf import settings
from django.http import Http404
from django.utils import timezone
from pymongo import ReturnDocument

from courses.exceptions import EnrollmentRequired
from courses.models import Course, Lecture
from learning import marks
from learning.access import EnrollmentDocument
from learning.exceptions import MustBeWatched
from learning.models import Enrollment
from learning.queries.progress import STUDIED, Outline, OutlineLecture, get_outline
from learning.services.completion import complete_and_render
from lms.mongodb.pipelines import Document, Pipeline

type Ranges = Sequence[tuple[float, float]]
"""Parts of a lecture, as pairs of seconds."""

type Ids = list[ObjectId] | marks.Expression
"""Ids of lectures, or the expression of an array of them."""


def record(
    user_id: ObjectId,
    course_id: ObjectId,
    lecture_id: ObjectId,
    *,
    completed: bool | None = None,
    position_seconds: int | None = None,
    watched: Ranges = (),
    at: datetime | None = None,
) -> dict[str, Any]:
    """Record what was done with a lecture, and return the progress.

    `at` is the time of the position, if it is not now. Raises `Http404` for a lecture that is not published in the
    course, `EnrollmentRequired`, and `MustBeWatched` for a video that may only be completed by watching it.
    """
    outline = get_outline(user_id, course_id)
    lecture = next((each for each in outline["lectures"] if each["_id"] == lecture_id), None)
    if lecture is None:
        raise Http404
    if completed and _must_be_watched(outline, lecture):
        raise MustBeWatched
    now = timezone.now()
    at = min(at or now, now)
    done = [lecture_id] if completed else _if_watched(lecture_id)
    stages = _mark(lecture, position_seconds, watched, at)
    if completed or watched:
        stages += _consume(outline, done)
    if completed is False:
        stages += _undo(lecture_id)
    elif completed or watched:
        stages += _complete(done)
    stages += _visit(lecture_id, at)
    return complete_and_render(outline, _update(outline, stages, now))


def complete(user_id: ObjectId, course_id: ObjectId) -> dict[str, Any]:
    """Complete every published lecture, and return the progress.

    Raises `EnrollmentRequired`, and `MustBeWatched` if a video that may only be completed by watching it is not
    completed.
    """
    outline = get_outline(user_id, course_id)
    held_back = [each["_id"] for each in outline["lectures"] if _must_be_watched(outline, each)]
    lectures = [each["_id"] for each in outline["lectures"]]
    now = timezone.now()
    stages = [*_consume(outline, lectures), *_complete(lectures)]
    stages += [{"$set": {"last_activity_at": now}}]
    return complete_and_render(outline, _update(outline, stages, now, required=held_back))


def hand_out(user_id: ObjectId, course_id: ObjectId, lecture_id: ObjectId) -> None:
    """Count a lecture as consumed because its file is handed out. Raises what `get_outline` raises."""
    outline = get_outline(user_id, course_id)
    _update(outline, _consume(outline, [lecture_id]), timezone.now())


def reset(user_id: ObjectId, course_id: ObjectId) -> dict[str, Any]:
    """Start the course again, and return the progress.

    A certificate that was issued stays valid, and what was consumed stays consumed.
    """
    outline = get_outline(user_id, course_id)
    now = timezone.now()
    blank: Document = {
        "completed_lectures": [],
        "positions": {"$literal": {}},
        "completed_at": None,
        "last_lecture": None,
        "last_activity_at": now,
    }
    return complete_and_render(outline, _update(outline, [{"$set": blank}], now))


def _must_be_watched(outline: Outline, lecture: OutlineLecture) -> bool:
    """Return whether a lecture may only be completed by watching it.

    That needs the video's length: browsers record videos without one, and nobody could complete those.
    """
    is_watched_only: bool = outline["course"]["completion"] == Course.Completion.WATCHED
    is_video = lecture["kind"] == Lecture.Kind.VIDEO
    return is_watched_only and is_video and lecture["duration_seconds"] > 0


def _mark(lecture: OutlineLecture, position: int | None, watched: Ranges, at: datetime) -> Pipeline:
    """Merge a position in seconds and the watched parts into the lecture's mark."""
    if position is None and not watched:
        return []
    path, duration = _path(lecture["_id"]), lecture["duration_seconds"]
    new_stamp = (
        marks.NO_STAMP if position is None else marks.stamp(at, min(position, duration or position))
    )
    new_slices = marks.slices(watched, duration)
    return [{"$set": {path: marks.merge(path, new_stamp=new_stamp, new_slices=new_slices)}}]


def _complete(lectures: Ids) -> Pipeline:
    return [{"$set": {"completed_lectures": {"$setUnion": ["$completed_lectures", lectures]}}}]


def _consume(outline: Outline, lectures: Ids) -> Pipeline:
    """Count lectures as consumed, and keep the highest share of the published lectures that was ever consumed."""
    published = [each["_id"] for each in outline["lectures"]]
    held = {"$ifNull": ["$consumed_lectures", []]}
    count = {"$size": {"$setIntersection": ["$consumed_lectures", published]}}
    share = {"$toInt": {"$divide": [{"$multiply": [count, 100]}, max(len(published), 1)]}}
    return [
        {"$set": {"consumed_lectures": {"$setUnion": [held, lectures]}}},
        {"$set": {"consumed_percent": {"$max": ["$consumed_percent", share]}}},
    ]


def _undo(lecture_id: ObjectId) -> Pipeline:
    """Undo a lecture, and the date of completion with it: only the student's own undoing removes that."""
    was_completed = {"$in": [lecture_id, "$completed_lectures"]}
    path = _path(lecture_id)
    changes = {
        "completed_at": {"$cond": [was_completed, None, "$completed_at"]},
        "completed_lectures": {"$setDifference": ["$completed_lectures", [lecture_id]]},
        # Without this, what was watched before would complete the lecture again at the player's next update.
        path: marks.without_slices(path),
    }
    return [{"$set": changes}]


def _if_watched(lecture_id: ObjectId) -> Ids:
    """Return the expression of an array that holds the lecture if enough of it has been watched."""
    watched = marks.is_watched(_path(lecture_id), percent=settings.COMPLETION_PERCENT)
    return {"$cond": [watched, [lecture_id], []]}


def _visit(lecture_id: ObjectId, at: datetime) -> Pipeline:
    """Make the lecture the last one, unless another was visited later, and drop the slices of a completed lecture."""
    is_latest = {"$or": [{"$eq": ["$last_lecture", None]}, {"$gte": [at, "$last_activity_at"]}]}
    is_completed = {"$in": [lecture_id, "$completed_lectures"]}
    path = _path(lecture_id)
    changes = {
        "last_lecture": {"$cond": [is_latest, lecture_id, "$last_lecture"]},
        "last_activity_at": {"$max": ["$last_activity_at", at]},
        path: {"$cond": [is_completed, marks.without_slices(path), f"${path}"]},
    }
    return [{"$set": changes}]


def _path(lecture_id: ObjectId) -> str:
    return f"positions.{lecture_id}"


def _update(
    outline: Outline, stages: Pipeline, now: datetime, *, required: Sequence[ObjectId] = ()
) -> EnrollmentDocument:
    """Run the stages on the enrollment and return it; raise if it is not active or lacks a required lecture."""
    # The person is named too, because MongoDB finds the shard by them.
    match: Document = {"_id": outline["_id"], "user_id": outline["user_id"], "status": "active"}
    if required:
        match = {**match, "completed_lectures": {"$all": list(required)}}
    row = Enrollment.collection().find_one_and_update(
        match,
        [*stages, {"$set": {"updated_at": now}}],
        dict.fromkeys(STUDIED, 1),
        return_document=ReturnDocument.AFTER,
    )
    if row is None:
        raise MustBeWatched if required else EnrollmentRequired
    return cast(EnrollmentDocument, row)
