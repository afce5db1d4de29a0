"""Keep the terms by which courses are found in step with what they are made of."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import batched

from bson import ObjectId
from pymongo import UpdateOne

from accounts.models import User
from courses.models import Course
from courses.queries.cards import courses
from courses.terms import list_terms
from lms.mongodb import connection
from lms.mongodb.transaction import atomic

BATCH_SIZE = 100

INDEXED = {"title", "subtitle", "tags", "description"}
"""The columns that the terms are made of, beside the instructor's name."""


def index_course(course_id: ObjectId) -> None:
    """Write the terms of a course, in the transaction that changes what they are made of."""
    _index([course_id])


def index_courses_of(user: User) -> None:
    """Write the terms of the courses that an instructor teaches, after a change of the name."""
    if not user.is_instructor:
        return
    theirs = Course.objects.taught_by(user).order_by("-created_at", "-id")
    for batch in batched(theirs.values_list("pk", flat=True), BATCH_SIZE, strict=False):
        _index(batch)


def index_all() -> Iterator[int]:
    """Write the terms of all courses, batch by batch; yield how many each batch had. It may be ended and run again."""
    last = ObjectId("0" * 24)
    ids = Course.objects.order_by("id").values_list("pk", flat=True)
    while batch := list(ids.filter(pk__gt=last)[:BATCH_SIZE]):
        _index(batch)
        yield len(batch)
        last = batch[-1]


@atomic
def _index(ids: Sequence[ObjectId]) -> None:
    rows = list(Course.objects.filter(pk__in=list(ids)))
    teachers = User.objects.filter(pk__in={row.instructor_id for row in rows})
    names = dict(teachers.values_list("pk", "name"))
    writes = [
        UpdateOne({"_id": row.pk}, {"$set": {"terms": _terms_of(row, names)}}) for row in rows
    ]
    if writes:
        courses().bulk_write(writes, session=connection.session)


def _terms_of(course: Course, names: Mapping[ObjectId, str]) -> list[str]:
    """Return the terms of a course; none unless it is published, so that no search can find it."""
    if not course.is_published:
        return []
    return list_terms(course, names.get(course.instructor_id, ""))
