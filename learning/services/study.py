"""What a student does in a course: watch, complete and undo lectures, complete the course, start it again.

Each function sends one atomic command to the enrollment, so that two devices may send at once, and renders the
progress from its response. What may complete a lecture does so in a transaction, with the event of it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any, cast

from bson import ObjectId
from django.http import Http404
from django.utils import timezone
from pymongo import ReturnDocument

from courses.exceptions import EnrollmentRequired, Locked
from learning.access import EnrollmentDocument
from learning.exceptions import MustBePassed, MustBeWatched
from learning.gates import find_locks
from learning.kinds import is_passed
from learning.models import Enrollment
from learning.queries.progress import GATED, STUDIED, Outline, get_outline
from learning.services.completion import complete_and_render, record_lecture
from learning.services.updates import (
    Update,
    completed_by,
    consume,
    held_mark,
    is_watched_enough,
    merge,
    must_be_passed,
    must_be_watched,
    visit,
    waits_for_watching,
    was_reset,
)
from lms.mongodb import connection
from lms.mongodb.pipelines import Document, Pipeline
from lms.mongodb.transaction import atomic

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
    MUST_BE_PASSED = "must_be_passed"
    LOCKED = "locked"


def record(
    user_id: ObjectId,
    course_id: ObjectId,
    lecture_id: ObjectId,
    *,
    at: datetime | None = None,
    rows: list[Document] | None = None,
    **what: Any,
) -> dict[str, Any]:
    """Record what was done with a lecture (the further fields of `Update`), and return the progress.

    `at` is the time of that, if it is not now; `rows` are those of `get_outline` with the columns of `columns_of`, if they
    were read already. What is older than the last reset changes nothing. Raises `Http404` for a
    lecture that is not published in the course, `EnrollmentRequired`, `Locked`, `MustBePassed` for what is completed by
    passing it, and `MustBeWatched` for a video that is completed by watching it and was not watched enough.
    """
    now = timezone.now()
    if at is None or at > now + CLOCK_SKEW:
        at = None
    update = Update(lecture_id, _whole(at or now), **what)
    report = partial(_report, user_id, course_id, update, is_late=at is not None)
    # Most reports complete nothing: they are spared the transaction.
    progress = report(rows, may_complete=False) or atomic(report)(may_complete=True)
    return cast(dict[str, Any], progress)


def columns_of(lecture_id: ObjectId) -> Sequence[str]:
    """Return the columns of an enrollment that `record` reads."""
    return ("reset_at", *GATED, f"positions.{lecture_id}")


def _report(
    user_id: ObjectId,
    course_id: ObjectId,
    update: Update,
    rows: list[Document] | None = None,
    *,
    is_late: bool,
    may_complete: bool,
) -> dict[str, Any] | None:
    """Do the work of `record`; return None, and change nothing, if that would complete a lecture and may not."""
    if update.completed and not may_complete:
        return None
    row, lecture_id = None, update.lecture
    while row is None:
        outline = get_outline(user_id, course_id, *columns_of(lecture_id), rows=rows)
        rows = None  # if the enrollment has changed since, it is read again
        lecture = next((each for each in outline["lectures"] if each["_id"] == lecture_id), None)
        if lecture is None:
            raise Http404
        if lock := find_locks(outline, outline, timezone.now())[lecture_id]:
            raise Locked(lock)
        if must_be_passed(outline, lecture, update):
            raise MustBePassed
        if waits_for_watching(outline, outline, update):
            raise MustBeWatched
        as_read: Document = {}
        if update.watched and not may_complete:
            is_watched = is_watched_enough(outline, update, lecture["duration_seconds"])
            if is_watched and lecture_id not in outline["completed_lectures"]:
                return None
            # What another device sends meanwhile might complete the lecture together with this.
            as_read = {f"positions.{lecture_id}": held_mark(outline, lecture_id)}
        is_reset = is_late and was_reset(outline, update.at)
        row = _record(outline, [] if is_reset else [update], timezone.now(), **as_read)
    if may_complete:
        _record_completed(outline, row)
    return complete_and_render(outline, row)


@atomic
def record_batch(
    user_id: ObjectId, course_id: ObjectId, updates: Sequence[Update]
) -> dict[str, Any]:
    """Record what was done with lectures, and return the progress with what was `skipped`, by index.

    The same updates lead to the same end, in whatever order they arrive, together or apart, once or twice; but what is
    locked is skipped, so that an update which opens a lecture must not arrive after those of that lecture. Raises what
    `get_outline` raises.
    """
    now = timezone.now()
    updates = [replace(update, at=_whole(update.at)) for update in updates]
    row = None
    while row is None:
        columns = ("reset_at", *GATED, "positions")
        outline = get_outline(user_id, course_id, *columns)
        skipped = _sort_out(outline, updates, now)
        counted = [update for index, update in enumerate(updates) if index not in skipped]
        row = _record(outline, counted, now)
    _record_completed(outline, row)
    for index, update in enumerate(updates):
        if index not in skipped and waits_for_watching(outline, row, update):
            skipped[index] = Skipped.MUST_BE_WATCHED
    return {
        **complete_and_render(outline, row),
        "skipped": [
            {"index": index, "lecture": updates[index].lecture, "code": code}
            for index, code in sorted(skipped.items())
        ],
    }


@atomic
def complete(user_id: ObjectId, course_id: ObjectId) -> dict[str, Any]:
    """Complete every published lecture that is open, or opens by that, and return the progress with those that are `left`.

    What is completed by passing it is left, and what that locks. Raises `EnrollmentRequired`, and `MustBeWatched` if a
    video that may only be completed by watching it is not completed.
    """
    outline = get_outline(user_id, course_id, *GATED)
    lectures = outline["lectures"]
    held_back = {each["_id"] for each in lectures if must_be_watched(outline, each)}
    if not held_back <= set(outline["completed_lectures"]):
        raise MustBeWatched
    now = timezone.now()
    by_hand = {each["_id"] for each in lectures if not is_passed(each["kind"])}
    locks = find_locks(outline, outline, now, completing=by_hand)
    to_do = [pk for pk, lock in locks.items() if pk in by_hand and not lock]
    updates = [Update(pk, _whole(now), completed=True) for pk in to_do]
    stages = [*merge(outline, updates), {"$set": {"last_activity_at": now}}]
    row = _change(outline, {}, stages, now)
    if row is None:
        raise EnrollmentRequired
    _record_completed(outline, row)
    progress = complete_and_render(outline, row)
    left = [each["id"] for each in progress["lectures"] if not each["completed"]]
    return {**progress, "left": left}


def hand_out(user_id: ObjectId, course_id: ObjectId, lecture_id: ObjectId) -> None:
    """Count a lecture as consumed because its file is handed out. Raises what `get_outline` raises."""
    outline = get_outline(user_id, course_id)
    if _change(outline, {}, consume(outline, [lecture_id]), timezone.now()) is None:
        raise EnrollmentRequired


def reset(user_id: ObjectId, course_id: ObjectId) -> dict[str, Any]:
    """Start the course again, and return the progress.

    What was passed stays so. A certificate that was issued stays valid, and what was consumed stays consumed. Updates of the time before have no
    effect, also if they arrive later.
    """
    outline = get_outline(user_id, course_id)
    now = timezone.now()
    blank: Document = {
        "completed_lectures": {"$ifNull": ["$passed_lectures", []]},
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
    """Return the indexes of the updates that have no effect, and why.

    Of what is locked counts what the others open, in whatever order they stand.
    """
    lectures = {each["_id"]: each for each in outline["lectures"]}
    skipped = {}
    for index, update in enumerate(updates):
        if update.lecture not in lectures:
            skipped[index] = Skipped.UNKNOWN_LECTURE
        elif update.at < now - MAX_AGE or was_reset(outline, update.at):
            skipped[index] = Skipped.TOO_OLD
        elif update.at > now + CLOCK_SKEW:
            skipped[index] = Skipped.IN_THE_FUTURE
    counted = {index: update for index, update in enumerate(updates) if index not in skipped}
    completing = completed_by(outline, outline, counted.values())
    locks = find_locks(outline, outline, now, completing=completing)
    for index, update in counted.items():
        if locks[update.lecture]:
            skipped[index] = Skipped.LOCKED
        elif must_be_passed(outline, lectures[update.lecture], update):
            skipped[index] = Skipped.MUST_BE_PASSED
    return skipped


def _record(
    outline: Outline, updates: Sequence[Update], now: datetime, **as_read: Any
) -> EnrollmentDocument | None:
    """Merge updates into an enrollment; return None if it was reset or ended, or is not `as_read`, since that was read."""
    stages = merge(outline, updates)
    if updates:
        stages += visit(max(updates, key=lambda each: (each.at, each.lecture)))
    return _change(outline, {"reset_at": outline.get("reset_at"), **as_read}, stages, now)


def _record_completed(outline: Outline, row: EnrollmentDocument) -> None:
    """Record each lecture that the present transaction, which has read the outline, completes."""
    completed = set(row["completed_lectures"]) - set(outline["completed_lectures"])
    for lecture in outline["lectures"]:
        if lecture["_id"] in completed:
            record_lecture(outline, lecture["_id"])


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
        session=connection.session,
    )
    return cast(EnrollmentDocument | None, row)


def _whole(at: datetime) -> datetime:
    """Return a time in whole milliseconds, as MongoDB keeps it."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
