"""Count a course's ratings: how many people give 1, 2, 3, 4 and 5 stars, and the sum, number and average of them all.

Only this module changes these columns. The last three are made from the first in the same command, so that they always
agree.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from bson import ObjectId

from courses.models import Course, Review
from courses.models.course import STARS
from courses.models.review import LISTED
from lms.mongodb import connection
from lms.mongodb.transaction import atomic


def add(course_id: ObjectId, changes: Mapping[int, int]) -> bool:
    """Add to the numbers of ratings, `{4: 1, 2: -1}`, in the present transaction; return False if the course is deleted.

    The course is always written, so that of two people who rate it at the same time MongoDB makes one wait or retry.
    """
    return _set(course_id, [{"$add": [_number(star), changes.get(star, 0)]} for star in STARS])


@atomic
def recount(course_id: ObjectId) -> None:
    """Count the listed reviews of a course again. May be repeated."""
    reviews = connection.get_collection(Review._meta.db_table)
    groups: list[dict[str, Any]] = [
        {"$match": {"course_id": course_id} | LISTED},
        {"$group": {"_id": "$rating", "count": {"$sum": 1}}},
    ]
    rows = reviews.aggregate(groups, session=connection.session)
    counts = Counter({row["_id"]: row["count"] for row in rows})
    _set(course_id, [counts[star] for star in STARS])


def recount_all() -> int:
    """Count the ratings of all courses again, each in a transaction of its own; return how many courses there are."""
    counted, last = 0, ObjectId("0" * 24)
    ids = Course.objects.order_by("pk").values_list("pk", flat=True)
    while following := ids.filter(pk__gt=last).first():
        last = following
        recount(last)
        counted += 1
    return counted


def _set(course_id: ObjectId, counts: list[Any]) -> bool:
    """Set the numbers of ratings, values or expressions, and what follows from them."""
    total = {"$sum": [{"$multiply": [_number(star), star]} for star in STARS]}
    thousandths = {"$divide": [{"$multiply": ["$rating_sum", 1000]}, "$rating_count"]}
    rounded = {"$toInt": {"$round": [thousandths, 0]}}
    rated = connection.get_collection(Course._meta.db_table).update_one(
        {"_id": course_id},
        [
            {"$set": {"rating_counts": counts}},
            {"$set": {"rating_sum": total, "rating_count": {"$sum": "$rating_counts"}}},
            {"$set": {"rating_average": {"$cond": [{"$gt": ["$rating_count", 0]}, rounded, 0]}}},
        ],
        session=connection.session,
    )
    return rated.matched_count == 1


def _number(star: int) -> dict[str, Any]:
    return {"$ifNull": [{"$arrayElemAt": ["$rating_counts", star - 1]}, 0]}
