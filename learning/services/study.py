"""What a student does with a course: watch, tick off, take back, complete, start again.

Each is one atomic command on the enrollment, which two devices may send at once, and the progress is told from its
answer.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bson import ObjectId
from django.conf import settings
from django.http import Http404
from django.utils import timezone
from pymongo import ReturnDocument

from courses.models import Course, Lecture
from learning import marks
from learning.exceptions import EnrollmentRequired, MustBeWatched
from learning.queries import progress
from lms.mongodb.pipelines import Document

type Stages = list[dict[str, Any]]


def record(
    user_id: ObjectId,
    course_id: ObjectId,
    lecture_id: ObjectId,
    *,
    completed: bool | None = None,
    position_seconds: int | None = None,
    watched: Sequence[tuple[float, float]] = (),
    at: datetime | None = None,
) -> dict[str, Any]:
    """Keep what was done with a lecture, and tell the progress.

    `watched` holds ranges in seconds; `at` is the time of the position, if it is not now. Raises `Http404` for a
    lecture that the course does not show, and `MustBeWatched` for a video that may not be ticked off.
    """
    outline = progress.read(user_id, course_id, ())
    lecture = next((each for each in outline["lectures"] if each["_id"] == lecture_id), None)
    if lecture is None:
        raise Http404
    if completed and _must_be_watched(outline, lecture):
        raise MustBeWatched
    now = timezone.now()
    at = min(at or now, now)
    stages = _marked(lecture, position_seconds, watched, at)
    if completed is not None:
        stages += _ticked(lecture_id) if completed else _taken_back(lecture_id)
    elif watched:
        stages += _done_if_watched(lecture_id)
    return progress.told(outline, _update(outline, [*stages, *_visited(lecture_id, at)], now))


def complete(user_id: ObjectId, course_id: ObjectId) -> dict[str, Any]:
    """Tick off every published lecture. Raises `MustBeWatched` if one of them may not be and is not done."""
    outline = progress.read(user_id, course_id, ())
    held = [each["_id"] for each in outline["lectures"] if _must_be_watched(outline, each)]
    every = [each["_id"] for each in outline["lectures"]]
    now = timezone.now()
    stages = [
        {
            "$set": {
                "completed_lectures": {"$setUnion": ["$completed_lectures", every]},
                "last_activity_at": now,
            }
        }
    ]
    return progress.told(outline, _update(outline, stages, now, done=held))


def reset(user_id: ObjectId, course_id: ObjectId) -> dict[str, Any]:
    """Start the course again. A certificate, once issued, stays."""
    outline = progress.read(user_id, course_id, ())
    now = timezone.now()
    blank = {"completed_lectures": [], "positions": {"$literal": {}}}
    nothing = {"completed_at": None, "last_lecture": None, "last_activity_at": now}
    return progress.told(outline, _update(outline, [{"$set": blank | nothing}], now))


def _must_be_watched(outline: Document, lecture: Document) -> bool:
    watched_only = outline["course"]["completion"] == Course.Completion.WATCHED
    return watched_only and lecture["kind"] == Lecture.Kind.VIDEO


def _marked(
    lecture: Document,
    position: int | None,
    watched: Sequence[tuple[float, float]],
    at: datetime,
) -> Stages:
    """Merge a position and what was watched into the lecture's mark."""
    if position is None and not watched:
        return []
    path, duration = _path(lecture["_id"]), lecture["duration_seconds"]
    new_stamp = (
        marks.NO_STAMP if position is None else marks.stamp(at, min(position, duration or position))
    )
    new_slices = marks.slices(watched, duration)
    return [{"$set": {path: marks.merge(path, new_stamp=new_stamp, new_slices=new_slices)}}]


def _ticked(lecture_id: ObjectId) -> Stages:
    return [{"$set": {"completed_lectures": {"$setUnion": ["$completed_lectures", [lecture_id]]}}}]


def _taken_back(lecture_id: ObjectId) -> Stages:
    """Undo a lecture. The date of completion goes with it: the student's own undoing is all that takes it back."""
    done = {"$in": [lecture_id, "$completed_lectures"]}
    path = _path(lecture_id)
    return [
        {
            "$set": {
                "completed_at": {"$cond": [done, None, "$completed_at"]},
                "completed_lectures": {"$setDifference": ["$completed_lectures", [lecture_id]]},
                # What was watched before must not tick it off again at the player's next word.
                path: marks.without_slices(path),
            }
        }
    ]


def _done_if_watched(lecture_id: ObjectId) -> Stages:
    watched = marks.is_watched(_path(lecture_id), percent=settings.COMPLETION_PERCENT)
    done = {"$setUnion": ["$completed_lectures", [lecture_id]]}
    return [{"$set": {"completed_lectures": {"$cond": [watched, done, "$completed_lectures"]}}}]


def _visited(lecture_id: ObjectId, at: datetime) -> Stages:
    """Make the lecture the last one, unless another was visited later, and drop what is no longer of use."""
    latest = {"$or": [{"$eq": ["$last_lecture", None]}, {"$gte": [at, "$last_activity_at"]}]}
    done = {"$in": [lecture_id, "$completed_lectures"]}
    path = _path(lecture_id)
    return [
        {
            "$set": {
                "last_lecture": {"$cond": [latest, lecture_id, "$last_lecture"]},
                "last_activity_at": {"$max": ["$last_activity_at", at]},
                path: {"$cond": [done, marks.without_slices(path), f"${path}"]},
            }
        }
    ]


def _path(lecture_id: ObjectId) -> str:
    return f"positions.{lecture_id}"


def _update(
    outline: Document, stages: Stages, now: datetime, *, done: Sequence[ObjectId] = ()
) -> Document:
    """Run the stages on an enrollment that is still active and has `done` these lectures."""
    # The person is named as well: by them MongoDB knows the shard.
    person = outline["user_id"]
    only: dict[str, Any] = {"_id": outline["_id"], "user_id": person, "status": "active"}
    if done:
        only["completed_lectures"] = {"$all": list(done)}
    found = progress.enrollments().find_one_and_update(
        only,
        [*stages, {"$set": {"updated_at": now}}],
        dict.fromkeys(progress.STUDIED, 1),
        return_document=ReturnDocument.AFTER,
    )
    if found is None:
        raise MustBeWatched if done else EnrollmentRequired
    return found
