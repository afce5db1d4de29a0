"""What a person has of a course, in one pipeline."""

from typing import Any, TypedDict, cast

from bson import ObjectId
from django.db.models import Model

from accounts.models import User
from courses.models import Review
from courses.queries.reviews import WITH_AUTHOR, ReviewDocument
from learning.access import EnrollmentDocument
from learning.models import Enrollment, WishlistItem
from learning.queries.progress import GATED
from lms.mongodb import connection
from lms.mongodb.pipelines import Pipeline

COLUMNS = (
    "user_id",
    "course_id",
    "grants",
    *GATED,
    "completed_at",
    "certificate",
    "last_lecture",
)
"""What is read of the enrollment: all that progress needs but the positions, which may be many."""


class Held(TypedDict):
    """A person's enrollment, wishlist item and review of one course, each in a list of at most one."""

    enrollment: list[EnrollmentDocument]
    wishlist: list[dict[str, Any]]
    review: list[ReviewDocument]


NOTHING = Held(enrollment=[], wishlist=[], review=[])


def find_held(user: User, course_id: ObjectId) -> Held:
    """Return what a person has of a course."""
    studied = dict.fromkeys(COLUMNS, 1)
    held: Pipeline = [
        {"$match": {"_id": user.pk}},
        {"$project": {"_id": 1}},
        _lookup(Enrollment, "enrollment", course_id, {"$project": studied}),
        _lookup(WishlistItem, "wishlist", course_id, {"$project": {"_id": 1}}),
        _lookup(Review, "review", course_id, *WITH_AUTHOR),
    ]
    people = connection.get_collection(User._meta.db_table)
    return cast(Held, next(people.aggregate(held, session=connection.session), NOTHING))


def _lookup(
    model: type[Model], name: str, course_id: ObjectId, *stages: dict[str, Any]
) -> dict[str, Any]:
    """Join the person's row of a course."""
    return {
        "$lookup": {
            "from": model._meta.db_table,
            "localField": "_id",
            "foreignField": "user_id",
            "pipeline": [{"$match": {"course_id": course_id}}, *stages],
            "as": name,
        }
    }
