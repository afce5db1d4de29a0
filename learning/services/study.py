"""What a student does in a course: watch, complete and undo lectures, complete the course, start it again.

Each function sends one atomic command to the enrollment, so that two devices may send at once, and renders the
progress from its response.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, cast

from bson import ObjectId
from django.conf import settings
from django.http import Http404
from django.utils import timezone
from pymongo import ReturnDocument

from courses.exceptions import EnrollmentRequired
from learning import marks
from learning.access import EnrollmentDocument
from learning.exceptions import MustBeWatched
from learning.models import Enrollment
from learning.queries.progress import STUDIED, Outline, get_outline
from learning.services.completion import complete_and_render
from learning.services.updates import Update, consume, merge, must_be_watched, visit
from lms.mongodb.pipelines import Document, Pipeline

MAX_AGE = timedelta(days=30)
"""How long a device may keep what was done offline."""

CLOCK_SKEW = timedelta(minutes=1)
"""How far a device's clock may be ahead of ours. Such a time is kept as it is, so that a repeated update is the same."""


class Skipped(StrEnum):
    """Why an update of a batch has no effect, or a part of it none yet."""

    UNKNOWN_LECTURE = "unknown_lecture"
    TOO_OLD = "too_old"
    IN_THE_FUTURE = "in_the_future"
    MUST_BE_WATCHED = "must_be_watched"


def record(
    user_id: ObjectId,
    course_id: ObjectId,
    lecture_id: ObjectId,
    *,
    at: datetime | None = None,
    **what: Any,
) -> dict[str, Any]:
    """Record what was done with a lecture (the further fields of `Update`), and return the progress.

    `at` is the time of that, if it is not now. What is older than the last reset changes nothing. Raises `Http404` for a
    lecture that is not published in the course, `EnrollmentRequired`, and `MustBeWatched` for a video that is completed
    by watching it and was not watched enough.
    """
    now = timezone.now()
    if at is None or at > now + CLOCK_SKEW:
        at = None
    update = Update(lecture_id, _whole(at or now), **what)
    row = None
    while row is None:
        columns = ("reset_at", "completed_lectures", f"positions.{lecture_id}")
        outline = get_outline(user_id, course_id, *columns)
        if not any(each["_id"] == lecture_id for each in outline["lectures"]):
            raise Http404
        if _waits(outline, outline, update):
            raise MustBeWatched
        is_reset = at is not None and _is_reset(outline, at)
        row = _record(outline, [] if is_reset else [update], now)
    return complete_and_render(outline, row)


def record_batch(
    user_id: ObjectId, course_id: ObjectId, updates: Sequence[Update]
) -> dict[str, Any]:
    """Record what was done with lectures, and return the progress with what was `skipped`, by index.

    The same updates lead to the same end, in whatever order they arrive, together or apart, once or twice. Raises what
    `get_outline` raises.
    """
    now = timezone.now()
    updates = [replace(update, at=_whole(update.at)) for update in updates]
    row = None
    while row is None:
        outline = get_outline(user_id, course_id, "reset_at")
        skipped = _sort_out(outline, updates, now)
        counted = [update for index, update in enumerate(updates) if index not in skipped]
        row = _record(outline, counted, now)
    for index, update in enumerate(updates):
        if index not in skipped and _waits(outline, row, update):
            skipped[index] = Skipped.MUST_BE_WATCHED
    return {
        **complete_and_render(outline, row),
        "skipped": [
            {"index": index, "lecture": updates[index].lecture, "code": code}
            for index, code in sorted(skipped.items())
        ],
    }


def complete(user_id: ObjectId, course_id: ObjectId) -> dict[str, Any]:
    """Complete every published lecture, and return the progress.

    Raises `EnrollmentRequired`, and `MustBeWatched` if a video that may only be completed by watching it is not
    completed.
    """
    outline = get_outline(user_id, course_id)
    held_back = [each["_id"] for each in outline["lectures"] if must_be_watched(outline, each)]
    now = timezone.now()
    updates = [Update(each["_id"], _whole(now), completed=True) for each in outline["lectures"]]
    stages = [*merge(outline, updates), {"$set": {"last_activity_at": now}}]
    match = {"completed_lectures": {"$all": held_back}} if held_back else {}
    row = _change(outline, match, stages, now)
    if row is None:
        raise MustBeWatched if held_back else EnrollmentRequired
    return complete_and_render(outline, row)


def hand_out(user_id: ObjectId, course_id: ObjectId, lecture_id: ObjectId) -> None:
    """Count a lecture as consumed because its file is handed out. Raises what `get_outline` raises."""
    outline = get_outline(user_id, course_id)
    if _change(outline, {}, consume(outline, [lecture_id]), timezone.now()) is None:
        raise EnrollmentRequired


def reset(user_id: ObjectId, course_id: ObjectId) -> dict[str, Any]:
    """Start the course again, and return the progress.

    A certificate that was issued stays valid, and what was consumed stays consumed. Updates of the time before have no
    effect, also if they arrive later.
    """
    outline = get_outline(user_id, course_id)
    now = timezone.now()
    blank: Document = {
        "completed_lectures": [],
        "positions": {"$literal": {}},
        "completed_at": None,
        "last_lecture": None,
        "last_lecture_at": None,
        "last_activity_at": now,
        "reset_at": now,
    }
    row = _change(outline, {}, [{"$set": blank}], now)
    if row is None:
        raise EnrollmentRequired
    return complete_and_render(outline, row)


def _sort_out(outline: Outline, updates: Sequence[Update], now: datetime) -> dict[int, Skipped]:
    """Return the indexes of the updates that have no effect, and why."""
    lectures = {each["_id"] for each in outline["lectures"]}
    skipped = {}
    for index, update in enumerate(updates):
        if update.lecture not in lectures:
            skipped[index] = Skipped.UNKNOWN_LECTURE
        elif update.at < now - MAX_AGE or _is_reset(outline, update.at):
            skipped[index] = Skipped.TOO_OLD
        elif update.at > now + CLOCK_SKEW:
            skipped[index] = Skipped.IN_THE_FUTURE
    return skipped


def _is_reset(outline: Outline, at: datetime) -> bool:
    """Return whether what was done at a time was reset since."""
    reset_at = outline.get("reset_at")
    return reset_at is not None and at <= reset_at.replace(tzinfo=UTC)


def _waits(outline: Outline, studied: EnrollmentDocument, update: Update) -> bool:
    """Return whether an update completes a lecture that was not watched enough for that, the update's parts included."""
    [lecture] = [each for each in outline["lectures"] if each["_id"] == update.lecture]
    if not update.completed or not must_be_watched(outline, lecture):
        return False
    mark = studied.get("positions", {}).get(str(update.lecture), ())
    slices = sum(mark[1:2]) | marks.slices(update.watched, lecture["duration_seconds"])
    is_watched = marks.has_watched(slices, percent=settings.COMPLETION_PERCENT)
    return not is_watched and update.lecture not in studied.get("completed_lectures", ())


def _record(
    outline: Outline, updates: Sequence[Update], now: datetime
) -> EnrollmentDocument | None:
    """Merge updates into an enrollment; return None if it was reset or ended since its outline was read."""
    stages = merge(outline, updates)
    if updates:
        stages += visit(max(updates, key=lambda each: (each.at, each.lecture)))
    return _change(outline, {"reset_at": outline.get("reset_at")}, stages, now)


def _change(
    outline: Outline, match: Document, stages: Pipeline, now: datetime
) -> EnrollmentDocument | None:
    """Run the stages on the enrollment and return it; None if it is not active or does not match."""
    # The person is named too, because MongoDB finds the shard by them.
    row = Enrollment.collection().find_one_and_update(
        {"_id": outline["_id"], "user_id": outline["user_id"], "status": "active", **match},
        [*stages, {"$set": {"updated_at": now}}],
        dict.fromkeys(STUDIED, 1),
        return_document=ReturnDocument.AFTER,
    )
    return cast(EnrollmentDocument | None, row)


def _whole(at: datetime) -> datetime:
    """Return a time in whole milliseconds, as MongoDB keeps it."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
