"""The reviews of a course, and how its ratings are spread."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, TypedDict

from bson import ObjectId
from django.http import Http404
from pymongo.collection import Collection

from accounts.models import User
from accounts.queries import joined_person, render_person
from courses.models import Course, Review
from courses.models.course import no_ratings
from courses.models.review import LISTED
from courses.queries.cards import render_rating
from lms.mongodb import connection
from lms.mongodb.pipelines import Document, Pipeline, lookup
from lms.pagination import Page

NEWEST = ("-created_at", "-id")


class ReviewDocument(TypedDict):
    """A review with its author, as `WITH_AUTHOR` reads it."""

    _id: ObjectId
    rating: int
    comment: str
    reply: str
    replied_at: datetime | None
    user: Document
    created_at: datetime
    updated_at: datetime


WITH_AUTHOR: Pipeline = [
    lookup(User, "user_id", "user", "name", "avatar"),
    {"$set": {"user": joined_person("user", "user_id")}},
]
"""The stages that join the author of a review; put them after `$limit`."""


def list_reviews(course_id: ObjectId, page: Page) -> list[ReviewDocument]:
    """List a page of a course's reviews plus one row: those that are not hidden, of people who have access."""
    match = {"course_id": course_id} | LISTED | page.match()
    return list(_read([{"$match": match}, {"$sort": page.sort()}, {"$limit": page.limit}]))


def find_review(**columns: ObjectId) -> ReviewDocument | None:
    """Find a review by `_id`, or by `course_id` and `user_id`, whether it is listed or not."""
    return next(_read([{"$match": columns}]), None)


def get_review(**columns: ObjectId) -> ReviewDocument:
    """Find a review as `find_review` does; raise 404 if there is none."""
    review = find_review(**columns)
    if review is None:
        raise Http404
    return review


def render_review(document: ReviewDocument) -> dict[str, Any]:
    """Render a review, with the name and picture of its author and nothing else that identifies them.

    `reply` is the answer of the course's instructor, or None.
    """
    author = render_person(document["user"])
    return {
        "id": document["_id"],
        "rating": document["rating"],
        "comment": document["comment"],
        "reply": _render_reply(document),
        "author": {"name": author["name"], "avatar": author["avatar"]},
        "created_at": document["created_at"],
        "updated_at": document["updated_at"],
    }


def render_ratings(course: Course) -> dict[str, Any]:
    """Render the average and number of a course's ratings, and how many there are of each number of stars."""
    by_star = dict(enumerate(course.rating_counts or no_ratings(), start=1))
    total = sum(star * count for star, count in by_star.items())
    return {
        **render_rating(total, sum(by_star.values())),
        "histogram": {str(star): count for star, count in by_star.items()},
    }


def _render_reply(document: ReviewDocument) -> dict[str, Any] | None:
    if not document.get("replied_at"):  # the column is absent if an earlier version wrote the row
        return None
    return {"comment": document["reply"], "created_at": document["replied_at"]}


def _read(stages: Pipeline) -> Iterator[ReviewDocument]:
    reviews: Collection = connection.get_collection(Review._meta.db_table)
    return reviews.aggregate([*stages, *WITH_AUTHOR], session=connection.session)
