"""Which lectures come before a lecture: `requires` names lectures of the same course, and never leads in a circle."""

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter

from bson import ObjectId

from courses.exceptions import ForeignLecture, RequiresInCircle
from courses.models import Lecture
from lms.mongodb import connection


def check_requires(
    course_id: ObjectId, lecture_id: ObjectId | None, required: Sequence[ObjectId]
) -> None:
    """Raise `ForeignLecture` or `RequiresInCircle` if a lecture, None for a new one, may not require these.

    Call it after `lock_outline`, so that two changes at once cannot close a circle.
    """
    lectures = Lecture.objects.filter(course=course_id)
    graph: dict[ObjectId | None, Sequence[ObjectId]] = {
        pk: others or [] for pk, others in lectures.values_list("pk", "requires")
    }
    if not set(required) <= graph.keys():
        raise ForeignLecture
    try:
        TopologicalSorter(graph | {lecture_id: required}).prepare()
    except CycleError:
        raise RequiresInCircle from None


def forget(course_id: ObjectId, ids: Sequence[ObjectId]) -> None:
    """Remove lectures that are deleted from what the others of the course require."""
    connection.get_collection(Lecture._meta.db_table).update_many(
        {"course_id": course_id, "requires": {"$in": list(ids)}},
        {"$pull": {"requires": {"$in": list(ids)}}},
        session=connection.session,
    )
