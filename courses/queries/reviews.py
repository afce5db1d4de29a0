"""The reviews of a course."""

from datetime import datetime
from typing import Any, TypedDict

from bson import ObjectId
from pymongo.collection import Collection

from accounts.models import User
from accounts.queries import joined_person, render_person
from courses.models import Review
from courses.models.review import LISTED
from lms.mongodb import connection
from lms.mongodb.pipelines import Document, Pipeline, lookup
from lms.pagination import Page

NEWEST = ("-created_at", "-id")


class ReviewDocument(TypedDict):
    """A review with its author, as `list_reviews` reads it."""

    _id: ObjectId
    rating: int
    comment: str
    user: Document
    created_at: datetime
    updated_at: datetime


def list_reviews(course_id: ObjectId, page: Page) -> list[ReviewDocument]:
    """List a page of a course's reviews plus one row: those that are not hidden, of people who have access."""
    pipeline: Pipeline = [
        {"$match": {"course_id": course_id} | LISTED | page.match()},
        {"$sort": page.sort()},
        {"$limit": page.limit},
        lookup(User, "user_id", "user", "name", "avatar"),
        {"$set": {"user": joined_person("user", "user_id")}},
    ]
    reviews: Collection = connection.get_collection(Review._meta.db_table)
    return list(reviews.aggregate(pipeline, session=connection.session))


def render_review(document: ReviewDocument) -> dict[str, Any]:
    """Render a review, with the name and picture of its author and nothing else that identifies them."""
    author = render_person(document["user"])
    return {
        "id": document["_id"],
        "rating": document["rating"],
        "comment": document["comment"],
        "author": {"name": author["name"], "avatar": author["avatar"]},
        "created_at": document["created_at"],
        "updated_at": document["updated_at"],
    }
