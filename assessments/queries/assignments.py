"""An assignment: one pipeline reads it with what decides who may read it."""

from typing import Any

from bson import ObjectId
from django.http import Http404

from assessments.models import Assignment
from courses.exceptions import Locked
from courses.models import Lecture
from courses.visibility import Person
from learning.queries.lectures import WatchableLecture, lecture_stages, watchable_of
from lms.mongodb import connection
from lms.mongodb.pipelines import Document, Pipeline, instance_of


def get_assignment(lecture_id: ObjectId, user: Person) -> Assignment:
    """Return the assignment of a lecture for a person who may watch it.

    Raises 404 for another kind of lecture and where no assignment was set, `Locked`, and what `watchable_of` raises.
    """
    watchable, assignment, _ = read_assignment(lecture_id, user)
    if watchable.lock:
        raise Locked(watchable.lock)
    return assignment


def read_assignment(
    lecture_id: ObjectId, user: Person, *stages: dict[str, Any]
) -> tuple[WatchableLecture, Assignment, Document]:
    """Return a lecture, also one that is locked, with its assignment, and the document that these `stages` added to.

    Raises what `get_assignment` does, but `Locked`.
    """
    lectures = connection.get_collection(Lecture._meta.db_table)
    assignment = {
        "$lookup": {
            "from": Assignment._meta.db_table,
            "pipeline": [{"$match": {"lecture_id": lecture_id}}],
            "as": "assignment",
        }
    }
    pipeline: Pipeline = [*lecture_stages(lecture_id, user), assignment, *stages]
    row = next(lectures.aggregate(pipeline), None)
    watchable = watchable_of(row, user)
    if row is None or not row["assignment"]:
        raise Http404
    [document] = row["assignment"]
    return watchable, instance_of(Assignment, document), row


def render_assignment(assignment: Assignment) -> dict[str, Any]:
    """Render an assignment, as `AssignmentSerializer` declares it."""
    return {
        "lecture": assignment.lecture_id,
        "instructions": assignment.instructions,
        "instructions_html": assignment.instructions_html,
        "points": assignment.points,
        "rubric": assignment.rubric,
        "due_at": assignment.due_at,
        "late": assignment.late,
        "accept": assignment.accept,
        "max_files": assignment.max_files,
        "passing_percent": assignment.passing_percent,
    }
