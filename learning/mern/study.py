"""What people did: lectures that they viewed, courses that they completed, reviews that they wrote."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from bson import ObjectId
from rest_framework.exceptions import APIException

from accounts.models import User
from courses.models import Course, Lecture, Review
from courses.services import reviews
from learning.mern.access import COURSE, PERSON, is_given
from learning.mern.documents import (
    Document,
    as_id,
    as_list,
    as_number,
    as_text,
    as_time,
    created_at,
    first,
    is_true,
)
from learning.mern.move import Move
from learning.mern.report import Finding, already_here, merged, refused
from learning.mern.texts import cut, plain
from learning.models import Enrollment
from learning.queries.progress import percent

ENTRIES = ("lectureProgress", "lecturesProgress", "progress")
IDS = ("completedLectures", "lectureCompleted", "completedVideos")
VIEWED = ("viewed", "isCompleted", "completed", "viwed", "Viewed")


def import_progress(move: Move, document: Document, findings: list[Finding]) -> None:
    """Complete the lectures that a person viewed, if nobody has studied in that enrollment here."""
    user_id = move.person(first(document, *PERSON))
    course_id = move.course(first(document, *COURSE))
    pair = f"{course_id} {user_id}"
    if not is_given(move, user_id, course_id):
        raise refused("not_enrolled", "The person does not have the course.")
    lectures = _viewed(move, document, course_id, findings)
    completed = is_true(first(document, "completed", "isCompleted"))
    _check_percentage(document, findings)
    total = int(move.known.get("lectures", course_id) or 0)
    if completed and len(lectures) < total:
        sentence = f"It says completed, with {len(lectures)} of {total} lectures viewed: the date is kept, and a certificate comes with the last lecture."
        findings.append(Finding("completed_early", sentence))
    if not lectures and not completed:
        raise merged("nothing_viewed", "No lecture of the course was viewed.")
    row = Enrollment.objects.filter(user=user_id, course=course_id).first()
    is_second = move.known.has("studied", pair)
    if row and not is_second and row.last_activity_at != row.enrolled_at:
        raise already_here()
    move.known.keep("studied", pair)
    if move.writes and row:
        _write(row, lectures, document, completed=completed)
    if is_second:
        raise merged("same_course", "The person's other progress in the course has it, too.")


def _write(
    row: Enrollment, lectures: list[ObjectId], document: Document, *, completed: bool
) -> None:
    """Add completed lectures to an enrollment by one command, and the date of completion.

    Raises for an enrollment in which somebody has studied since it was read.
    """
    rows = Lecture.objects.filter(course=row.course_id, is_published=True)
    published = set(rows.values_list("pk", flat=True))
    done = sorted({*row.completed_lectures, *lectures})
    consumed = sorted({*row.consumed_lectures, *done})
    share = percent(len(published.intersection(consumed)), len(published))
    at = as_time(first(document, "lastAccessed", "updatedAt", "completionDate"))
    # Later than the enrollment in any case: so it is known that somebody has studied.
    at = max(at or row.enrolled_at, row.enrolled_at + timedelta(milliseconds=1))
    completed_at = as_time(first(document, "completionDate", "completedAt", "updatedAt")) or at
    changes: Document = {
        "completed_lectures": done,
        "ever_completed": sorted({*row.ever_completed, *done}),
        "consumed_lectures": consumed,
        "consumed_percent": max(share, row.consumed_percent),
        "last_activity_at": max(at, row.last_activity_at),
    }
    if lectures:
        changes |= {"last_lecture": lectures[-1], "last_lecture_at": at}
    if completed and row.completed_at is None:
        changes["completed_at"] = completed_at
    match = {
        "_id": row.pk,
        "user_id": row.user_id,
        "last_activity_at": row.last_activity_at,
    }
    if not Enrollment.collection().update_one(match, {"$set": changes}).matched_count:
        raise already_here()


def _viewed(
    move: Move, document: Document, course_id: ObjectId, findings: list[Finding]
) -> list[ObjectId]:
    """Return our ids of the lectures that were viewed, each once, in the order in which they are named."""
    theirs: list[Any] = [each for name in IDS for each in as_list(document.get(name))]
    for entry in (each for name in ENTRIES for each in as_list(document.get(name))):
        if isinstance(entry, dict) and any(is_true(entry.get(name)) for name in VIEWED):
            theirs.append(first(entry, "lectureId", "lecture"))
    ours = [move.known.get_id("lecture", f"{course_id} {as_id(each)}") for each in theirs]
    if unknown := ours.count(None):
        sentence = f"Of the lectures that were viewed, the course does not have {unknown}."
        findings.append(Finding("lectures_unknown", sentence))
    return list(dict.fromkeys(each for each in ours if each is not None))


def _check_percentage(document: Document, findings: list[Finding]) -> None:
    given = first(document, "completionPercentage", "progressPercentage", "percentage")
    number = as_number(given)
    if given is not None and (number is None or not 0 <= number <= 100):
        sentence = f"A progress of {given!r} % is ignored: it is computed from the lectures."
        findings.append(Finding("percentage_ignored", sentence))


# --- Reviews ------------------------------------------------------------------------------------------------


def reviews_of_courses(move: Move, name: str) -> Iterator[Document]:
    """Iterate over the reviews inside courses, as documents of their own."""
    for course in move.source.each(name, "reviews", "createdAt"):
        for number, review in enumerate(as_list(course.get("reviews"))):
            if isinstance(review, dict):
                yield {"createdAt": created_at(course), **review} | {
                    "_id": f"{course['_id']}/{number}",
                    "course": course["_id"],
                    "courseId": course["_id"],
                }


def import_review(move: Move, document: Document, findings: list[Finding]) -> None:
    """Keep a person's one review of a course that they have."""
    user_id = move.person(first(document, *PERSON))
    course_id = move.course(first(document, *COURSE))
    pair = f"{course_id} {user_id}"
    if not is_given(move, user_id, course_id):
        raise refused("not_enrolled", "The person does not have the course.")
    rating = as_number(document.get("rating"))
    if rating is None or not 1 <= rating <= 5:
        raise refused("bad_rating", f"{document.get('rating')!r} is no rating from 1 to 5.")
    if rating != int(rating):
        findings.append(Finding("rating_rounded", f"The rating {rating} was rounded."))
    if move.known.has("reviewed", pair):
        raise merged("same_course", "The person has reviewed the course already.")
    if Review.objects.filter(user=user_id, course=course_id).exists():
        raise already_here()
    move.known.keep("reviewed", pair)
    comment = plain(as_text(first(document, "comment", "review", "text"))).strip()
    comment = cut(comment, 2000, findings, "comment")
    if move.writes:
        user, course = User.objects.get(pk=user_id), Course.objects.get(pk=course_id)
        try:
            review = reviews.write(user, course, rating=round(rating), comment=comment)
        except APIException as error:
            raise refused("just_deleted", str(error.detail)) from None
        Review.objects.filter(pk=review.pk).update(created_at=created_at(document))
