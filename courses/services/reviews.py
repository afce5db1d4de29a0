"""Write, answer, hide and delete reviews, let them follow their author's access, and keep the course's rating in step.

The rating (`ratings.add`) changes in one transaction with the review, and is written first.
"""

from collections import Counter
from datetime import datetime
from functools import partial
from typing import Any

from bson import ObjectId
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils import timezone

from accounts.models import User
from accounts.services.erasure import refer_to_person
from courses.models import Course, Review
from courses.services import ratings
from lms import audit
from lms.mongodb.transaction import atomic

NO_REPLY: dict[str, Any] = {"reply": "", "replied_at": None}
NO_REPORT: dict[str, Any] = {"reported_at": None, "report_reason": ""}


@atomic
def write(user: User, course: Course, *, rating: int, comment: str = "") -> Review:
    """Create a person's one review of a course, or change it if it exists.

    Raises 404 if the course was just deleted, `SessionRevoked` if the account was.
    """
    review = Review.objects.filter(course=course, user=user).first()
    if review is None:
        refer_to_person(user.pk)
        if not ratings.add(course.pk, {rating: 1}):
            raise Http404
        return Review.objects.create(course=course, user=user, rating=rating, comment=comment)
    _change(review, rating=rating, comment=comment, updated_at=timezone.now())
    return review


@atomic
def remove(user: User, course: Course) -> bool:
    """Delete a person's review of a course; return False if there is none.

    A review that staff hid loses its text but stays hidden: if its row were deleted, writing it again would show it.
    """
    reviews = Review.objects.filter(course=course, user=user)
    hidden = reviews.exclude(hidden_at=None)
    if hidden.update(comment="", **NO_REPLY, updated_at=timezone.now()):
        return True
    return _delete_first(reviews)


def remove_all_of(user: User) -> None:
    """Delete all reviews of a person, hidden ones too. May be repeated."""
    for review in Review.objects.filter(user=user):
        discard(review)


@atomic
def discard(review: Review) -> bool:
    """Delete a review; return False if it is deleted already."""
    return _delete_first(Review.objects.filter(pk=review.pk))


@atomic
def hide(review: Review) -> bool:
    """Take a review out of the list and out of the rating, which settles its report; return False if it is hidden."""
    return _set_hidden(review, hidden_at=timezone.now(), **NO_REPORT)


@atomic
def unhide(review: Review) -> bool:
    """List and count a hidden review again; return False if it is not hidden."""
    return _set_hidden(review, hidden_at=None)


@atomic
def end_access(user_id: ObjectId, course_id: ObjectId) -> None:
    """Stop listing and counting the review of a person who has no access to the course any more, if there is one."""
    for review in Review.objects.filter(course=course_id, user=user_id, access_ended_at=None):
        _change(review, access_ended_at=timezone.now())


@atomic
def restore_access(user_id: ObjectId, course_id: ObjectId) -> None:
    """Undo `end_access`. What staff hid stays hidden."""
    ended = Review.objects.filter(course=course_id, user=user_id).exclude(access_ended_at=None)
    for review in ended:
        _change(review, access_ended_at=None)


@atomic
def reply(instructor: User, review: Review, *, comment: str) -> None:
    """Answer a review in public, or change the answer, whose time stays. A review that is edited keeps its answer.

    Raises 404 if the review is not listed any more, `SessionRevoked` if the instructor's account was just deleted.
    """
    refer_to_person(instructor.pk)
    listed = Review.objects.listed().filter(pk=review.pk)
    if not listed.update(reply=comment, replied_at=Coalesce("replied_at", timezone.now())):
        raise Http404


def remove_reply(review: Review) -> bool:
    """Delete the answer to a review; return False if there is none."""
    return bool(Review.objects.answered().filter(pk=review.pk).update(**NO_REPLY))


def remove_replies(course: Course) -> None:
    """Delete the answers to all reviews of a course. May be repeated."""
    Review.objects.answered().filter(course=course).update(**NO_REPLY)


def report(review: Review, *, by: User, reason: str) -> None:
    """Ask staff to look at a review; the audit log keeps a report by staff."""
    rows = Review.objects.filter(pk=review.pk)
    change = partial(rows.update, reported_at=timezone.now(), report_reason=reason)
    if by.is_staff:
        audit.perform(by.pk, review, "report", change)
    else:
        change()


def dismiss(review: Review) -> bool:
    """Remove the report from a review; return False if it is not reported."""
    reported = Review.objects.filter(pk=review.pk).exclude(reported_at=None)
    return bool(reported.update(**NO_REPORT))


def _delete_first(reviews: QuerySet[Review]) -> bool:
    review = reviews.first()
    if review is None:
        return False
    if review.is_listed:
        ratings.add(review.course_id, {review.rating: -1})
    review.delete()
    return True


def _set_hidden(review: Review, *, hidden_at: datetime | None, **others: Any) -> bool:
    review = Review.objects.get(pk=review.pk)
    if bool(review.hidden_at) == bool(hidden_at):
        return False
    _change(review, hidden_at=hidden_at, **others)
    return True


def _change(review: Review, **changes: Any) -> None:
    """Save changes of a review, and change the course's rating by what it counts more or less then."""
    before = _counted(review)
    for name, value in changes.items():
        setattr(review, name, value)
    after = _counted(review)
    if after != before:
        after.subtract(before)
        ratings.add(review.course_id, after)
    review.save(update_fields=list(changes))


def _counted(review: Review) -> Counter[int]:
    """Return what a review adds to the numbers of the course's ratings."""
    return Counter([review.rating] if review.is_listed else [])
