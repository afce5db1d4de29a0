"""What students say of a course, and the rating that follows from it.

The course's `rating_sum`, `rating_count` and `rating_average` change here alone, in one transaction with the review.
The course is always written first: of two people who rate it at once, MongoDB then lets one wait or try again.
"""

from collections.abc import Mapping
from typing import Any

from bson import ObjectId
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.queries import render_person
from courses.models import Course, Review
from lms.mongodb import connection
from lms.mongodb.pipelines import lookup
from lms.mongodb.transaction import atomic
from lms.pagination import Page


@atomic
def write(user: Any, course: Course, *, rating: int, comment: str = "") -> Review:
    """Keep a person's one review of a course: a new one, or their old one changed."""
    review = Review.objects.filter(course=course, user=user).first()
    if review is None:
        _rate(course.pk, total=rating, count=1)
        return Review.objects.create(course=course, user=user, rating=rating, comment=comment)
    if review.hidden_at is None and review.rating != rating:
        _rate(course.pk, total=rating - review.rating, count=0)
    review.rating, review.comment = rating, comment
    review.save(update_fields=["rating", "comment", "updated_at"])
    return review


@atomic
def remove(user: Any, course: Course) -> bool:
    """Delete a person's review of a course; False if there is none.

    Of one that staff hid, the words go and the row stays: written anew, it would be in sight again.
    """
    mine = Review.objects.filter(course=course, user=user)
    if mine.exclude(hidden_at=None).update(comment="", updated_at=timezone.now()):
        return True
    return _delete(mine)


def remove_all_of(user: Any) -> None:
    """Delete whatever a person wrote; may be repeated."""
    for review in Review.objects.filter(user=user):
        discard(review)


@atomic
def discard(review: Review) -> bool:
    """Delete a review; False if it is gone already."""
    return _delete(Review.objects.filter(pk=review.pk))


@atomic
def hide(review: Review) -> bool:
    """Take a review from sight and out of the rating; False if it is hidden already."""
    return _show(review, False)


@atomic
def unhide(review: Review) -> bool:
    """Show and count a hidden review again; False if it is not hidden."""
    return _show(review, True)


def report(review: Review, *, reason: str) -> None:
    """Ask staff to look at a review."""
    Review.objects.filter(pk=review.pk).update(reported_at=timezone.now(), report_reason=reason)


def dismiss(reviews: QuerySet[Review]) -> int:
    """Leave reported reviews as they are; return how many there were."""
    return reviews.exclude(reported_at=None).update(reported_at=None, report_reason="")


def page_of(course_id: ObjectId, page: Page) -> list[dict[str, Any]]:
    """Find a page and one more of what is shown of a course's reviews."""
    pipeline: list[dict[str, Any]] = [
        {"$match": {"course_id": course_id, "hidden_at": None} | page.match()},
        {"$sort": page.sort()},
        {"$limit": page.limit},
        lookup(User, "user_id", "user", "name", "avatar"),
        {"$set": {"user": {"$first": "$user"}}},
    ]
    collection = connection.get_collection(Review._meta.db_table)
    return list(collection.aggregate(pipeline, session=connection.session))


def answer(document: Mapping[str, Any]) -> dict[str, Any]:
    """Write a review, and of its author no more than name and picture."""
    author = render_person(document["user"])
    return {
        "id": document["_id"],
        "rating": document["rating"],
        "comment": document["comment"],
        "author": {"name": author["name"], "avatar": author["avatar"]},
        "created_at": document["created_at"],
        "updated_at": document["updated_at"],
    }


def _delete(found: QuerySet[Review]) -> bool:
    review = found.first()
    if review is None:
        return False
    if review.hidden_at is None:
        _rate(review.course_id, total=-review.rating, count=-1)
    review.delete()
    return True


def _show(review: Review, shown: bool) -> bool:
    review = Review.objects.get(pk=review.pk)
    if (review.hidden_at is None) == shown:
        return False
    sign = 1 if shown else -1
    _rate(review.course_id, total=sign * review.rating, count=sign)
    review.hidden_at = None if shown else timezone.now()
    review.save(update_fields=["hidden_at", "updated_at"])
    return True


def _rate(course_id: ObjectId, *, total: int, count: int) -> None:
    """Add to a course's sum and number of ratings, and with them its average, in one update."""
    thousandths = {"$divide": [{"$multiply": ["$rating_sum", 1000]}, "$rating_count"]}
    rounded = {"$toInt": {"$round": [thousandths, 0]}}
    connection.get_collection(Course._meta.db_table).update_one(
        {"_id": course_id},
        [
            {
                "$set": {
                    "rating_sum": {"$add": ["$rating_sum", total]},
                    "rating_count": {"$add": ["$rating_count", count]},
                }
            },
            {"$set": {"rating_average": {"$cond": [{"$gt": ["$rating_count", 0]}, rounded, 0]}}},
        ],
        session=connection.session,
    )
