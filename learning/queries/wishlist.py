"""A person's wishlist, as cards."""

from datetime import datetime
from typing import Any, TypedDict, cast

from bson import ObjectId

from courses.models import Course
from courses.queries.cards import CARD, CardDocument, render_card
from learning.models import WishlistItem
from lms.mongodb import connection
from lms.mongodb.pipelines import Pipeline
from lms.pagination import Page

NEWEST = ("-created_at", "-id")


class Wish(TypedDict):
    """A course on a wishlist, with its card."""

    _id: ObjectId
    created_at: datetime
    course: CardDocument


def _with_course(stages: Pipeline) -> Pipeline:
    """Join the course of each wish, if it is published, as these stages read it; drop the other wishes."""
    published = {"$match": {"status": Course.Status.PUBLISHED}}
    return [
        {
            "$lookup": {
                "from": Course._meta.db_table,
                "localField": "course_id",
                "foreignField": "_id",
                "pipeline": [published, *stages],
                "as": "course",
            }
        },
        {"$unwind": "$course"},
    ]


def list_wishes(user_id: ObjectId, page: Page) -> list[Wish]:
    """Return a page of a person's wishes plus one row, the newest first, without courses that are not published.

    Whether a course is published is joined before the limit, so that no page is short: a wishlist is small.
    """
    wishes = connection.get_collection(WishlistItem._meta.db_table)
    pipeline: Pipeline = [
        {"$match": {"user_id": user_id} | page.match()},
        {"$sort": page.sort()},
        *_with_course([{"$project": {"_id": 1}}]),
        {"$limit": page.limit},
        *_with_course(CARD),
    ]
    return cast(list[Wish], list(wishes.aggregate(pipeline, session=connection.session)))


def render_wish(wish: Wish) -> dict[str, Any]:
    """Render a wish as the card of its course."""
    return render_card(wish["course"])
