"""Merge what was done with lectures into an enrollment: in any order and any number of times, to the same end.

The updates of a request are merged first, lecture by lecture; the pipeline then merges one mark for each lecture.
docs/decisions/0026-progress-in-any-order.md
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bson import ObjectId
from django.conf import settings

from courses.models import Course, Lecture
from learning import marks
from learning.access import EnrollmentDocument
from learning.kinds import is_passed
from learning.marks import Claim, Expression, Mark
from learning.queries.progress import Outline, OutlineLecture
from lms.mongodb.pipelines import Document, Pipeline

type Ranges = Sequence[Sequence[float]]
"""Parts of a lecture, as pairs of seconds."""


@dataclass(frozen=True)
class Update:
    """What somebody did with a lecture at a time, which has whole milliseconds as MongoDB's have."""

    lecture: ObjectId
    at: datetime
    completed: bool | None = None
    position_seconds: int | None = None
    watched: Ranges = ()


def must_be_watched(outline: Outline, lecture: OutlineLecture) -> bool:
    """Return whether a lecture may only be completed by watching it.

    That needs the video's length: browsers record videos without one, and nobody could complete those.
    """
    is_watched_only: bool = outline["course"]["completion"] == Course.Completion.WATCHED
    is_video = lecture["kind"] == Lecture.Kind.VIDEO
    return is_watched_only and is_video and lecture["duration_seconds"] > 0


def must_be_passed(outline: Outline, lecture: OutlineLecture, update: Update) -> bool:
    """Return whether an update says other than the passing of a lecture whether it is completed."""
    if update.completed is None or not is_passed(lecture["kind"]):
        return False
    return update.completed != (update.lecture in outline["completed_lectures"])


def was_reset(outline: Outline, at: datetime) -> bool:
    """Return whether what was done at a time was reset since."""
    reset_at = outline.get("reset_at")
    return reset_at is not None and at <= reset_at.replace(tzinfo=UTC)


def waits_for_watching(outline: Outline, studied: EnrollmentDocument, update: Update) -> bool:
    """Return whether an update completes a lecture that was not watched enough for that, the update's parts included."""
    [lecture] = [each for each in outline["lectures"] if each["_id"] == update.lecture]
    if not update.completed or not must_be_watched(outline, lecture):
        return False
    is_watched = is_watched_enough(studied, update, lecture["duration_seconds"])
    return not is_watched and update.lecture not in studied.get("completed_lectures", ())


def is_watched_enough(studied: EnrollmentDocument, update: Update, duration: int) -> bool:
    """Return whether so much of an update's lecture is watched that it is completed, the update's parts included."""
    mark = held_mark(studied, update.lecture) or ()
    slices = sum(mark[1:2]) | marks.slices(update.watched, duration)
    return marks.has_watched(slices, percent=settings.COMPLETION_PERCENT)


def held_mark(studied: EnrollmentDocument, lecture_id: ObjectId) -> Sequence[int] | None:
    """Return the mark of a lecture as it was read."""
    mark: Sequence[int] | None = studied.get("positions", {}).get(str(lecture_id))
    return mark


def _mark(update: Update, outline: Outline, lecture: OutlineLecture) -> Mark:
    """Return what an update says of its lecture; never whether one is completed that is completed by passing it."""
    at, duration, seconds = update.at, lecture["duration_seconds"], update.position_seconds
    claim = Claim.NONE
    if update.completed is not None and not is_passed(lecture["kind"]):
        claim = Claim.COMPLETED if update.completed else Claim.NOT_COMPLETED
        if update.completed and must_be_watched(outline, lecture):
            claim = Claim.COMPLETED_IF_WATCHED
    return Mark(
        0 if seconds is None else marks.stamp(at, min(seconds, duration or seconds)),
        marks.slices(update.watched, duration),
        marks.claim(at, claim) if claim else 0,
    )


def completed_by(
    outline: Outline, studied: EnrollmentDocument, updates: Iterable[Update]
) -> set[ObjectId]:
    """Return the lectures that these updates complete, whether they were so before and stay so or not."""
    held = studied.get("positions", {})
    lectures = {each["_id"]: each for each in outline["lectures"]}
    merged: dict[ObjectId, Mark] = {}
    completed = set()
    for update in updates:
        pk = update.lecture
        before = merged.get(pk) or Mark(*held.get(str(pk), ()))
        mark = _mark(update, outline, lectures[pk])
        merged[pk] = before | mark
        if mark.claim & marks.CLAIM_MASK == Claim.COMPLETED:
            completed.add(pk)
    return completed.union(pk for pk, mark in merged.items() if _is_completed(mark))


def _is_completed(mark: Mark) -> bool:
    """Return whether a mark completes its lecture: as `_complete` decides it."""
    claim = mark.claim & marks.CLAIM_MASK
    is_watched = marks.has_watched(mark.slices, percent=settings.COMPLETION_PERCENT)
    return claim == Claim.COMPLETED or (is_watched and claim != Claim.NOT_COMPLETED)


def merge(outline: Outline, updates: Iterable[Update]) -> Pipeline:
    """Return the stages that merge updates of the outline's lectures into its enrollment."""
    lectures = {each["_id"]: each for each in outline["lectures"]}
    new: dict[ObjectId, Mark] = {}
    completed: list[ObjectId] = []
    for update in updates:
        mark = _mark(update, outline, lectures[update.lecture])
        new[update.lecture] = new.get(update.lecture, Mark()) | mark
        if mark.claim & marks.CLAIM_MASK == Claim.COMPLETED:
            completed.append(update.lecture)
    stages = _touch(new)
    if any(mark.slices or mark.claim for mark in new.values()):
        watched = _of_touched(if_="$$this.is_watched")
        ever = {"$ifNull": ["$ever_completed", []]}
        stages += [
            {"$set": {"withdrawn": _withdrawn("held")}},
            *consume(outline, completed, watched),
            {"$set": {"ever_completed": {"$setUnion": [ever, completed, watched]}}},
            *_complete(),
        ]
    return [*stages, {"$unset": ["touched", "withdrawn"]}]


def consume(outline: Outline, *lectures: list[ObjectId] | Expression) -> Pipeline:
    """Count lectures as consumed, and keep the highest share of the published lectures that was ever consumed."""
    published = [each["_id"] for each in outline["lectures"]]
    held = {"$ifNull": ["$consumed_lectures", []]}
    count = {"$size": {"$setIntersection": ["$consumed_lectures", published]}}
    share = {"$toInt": {"$divide": [{"$multiply": [count, 100]}, max(len(published), 1)]}}
    return [
        {"$set": {"consumed_lectures": {"$setUnion": [held, *lectures]}}},
        {"$set": {"consumed_percent": {"$max": ["$consumed_percent", share]}}},
    ]


def visit(latest: Update) -> Pipeline:
    """Make the lecture of the latest update the last one, unless another was visited later."""
    known = {"$ifNull": ["$last_lecture_at", "$last_activity_at"]}
    is_later = {"$gt": [latest.at, known]}
    wins_tie = {"$and": [{"$eq": [latest.at, known]}, {"$gt": [latest.lecture, "$last_lecture"]}]}
    is_last = {"$or": [{"$not": ["$last_lecture"]}, is_later, wins_tie]}
    changes = {
        "last_lecture": {"$cond": [is_last, latest.lecture, "$last_lecture"]},
        "last_lecture_at": {"$cond": [is_last, latest.at, known]},
        "last_activity_at": {"$max": ["$last_activity_at", latest.at]},
    }
    return [{"$set": changes}]


def _touch(new: dict[ObjectId, Mark]) -> Pipeline:
    """Merge marks into `positions`, and set `touched`.

    That is of each lecture its mark as it was held, the merged one, and whether enough of it was watched.
    """
    touched = [
        {"lecture": pk, "held": f"$positions.{pk}", "new": list(mark)} for pk, mark in new.items()
    ]
    values = {
        "lecture": "$$this.lecture",
        "held": "$$this.held",
        "mark": "$$mark",
        "is_watched": marks.is_watched("$mark", percent=settings.COMPLETION_PERCENT),
    }
    merged = marks.merge("$this.held", "$this.new")
    each = {"$let": {"vars": {"mark": merged}, "in": values}}
    mark = {"k": {"$toString": "$$this.lecture"}, "v": "$$this.mark"}
    positions = {"$arrayToObject": {"$map": {"input": "$touched", "in": mark}}}
    return [
        {"$set": {"touched": touched}},
        {"$set": {"touched": {"$map": {"input": "$touched", "in": each}}}},
        {"$set": {"positions": {"$mergeObjects": ["$positions", positions]}}},
    ]


def _complete() -> Pipeline:
    """Complete and undo the touched lectures as their marks say, and remove the date of completion with an undone one.

    A lecture of which nothing was said, or only what counts once it is watched, stays completed if it was.
    """
    undone = _of_touched(if_=marks.is_claimed("$this.mark", Claim.NOT_COMPLETED))
    is_completed = marks.is_claimed("$this.mark", Claim.COMPLETED)
    done = _of_touched(if_={"$or": [is_completed, "$$this.is_watched"]})
    left = {"$setDifference": [{"$setUnion": ["$completed_lectures", done]}, undone]}
    is_as_before = {"$setIsSubset": [_withdrawn("mark"), "$withdrawn"]}
    changes = {
        "completed_lectures": left,
        "completed_at": {"$cond": [is_as_before, "$completed_at", None]},
    }
    return [{"$set": changes}]


def _withdrawn(mark: str) -> Expression:
    """Return the expression of the touched lectures that were completed ever, and that a mark says are not."""
    undone = _of_touched(if_=marks.is_claimed(f"$this.{mark}", Claim.NOT_COMPLETED))
    return {"$setIntersection": [undone, {"$ifNull": ["$consumed_lectures", []]}]}


def _of_touched(*, if_: Document | str) -> Expression:
    """Return the expression of the lectures in `touched` of which a condition is true."""
    found = {"$filter": {"input": "$touched", "cond": if_}}
    return {"$map": {"input": found, "in": "$$this.lecture"}}
