"""How the students of a course get on: how many complete it, and at which lecture the others stop."""

from datetime import timedelta
from typing import Any

from bson import ObjectId
from django.utils import timezone

from courses.models import Lecture, Section
from learning.models import Enrollment
from learning.queries.progress import percent
from learning.queries.students import active_in
from lms.mongodb.pipelines import Document, Pipeline

RECENT = timedelta(days=30)


def get_statistics(course_id: ObjectId) -> dict[str, Any]:
    """Count a course's students, and per lecture those who began it, completed it and stopped there.

    Returns them as `CourseStatisticsSerializer` declares them.
    """
    lectures = _outline(course_id)
    [counts] = Enrollment.collection().aggregate(
        _counts(course_id, [lecture["pk"] for lecture in lectures])
    )
    [totals] = counts["totals"] or [{"students": 0, "completed": 0, "active": 0, "done": 0}]
    begun, finished, stopped = (
        {each["_id"]: each["count"] for each in counts[name]}
        for name in ("begun", "finished", "stopped")
    )
    return {
        "students": totals["students"],
        "completed": totals["completed"],
        "active_last_30_days": totals["active"],
        "average_percentage": percent(totals["done"], totals["students"] * len(lectures)),
        "lectures": [
            {
                "id": lecture["pk"],
                "title": lecture["title"],
                "started": begun.get(lecture["pk"], 0),
                "completed": finished.get(lecture["pk"], 0),
                "stopped_here": stopped.get(lecture["pk"], 0),
            }
            for lecture in lectures
        ],
    }


def _counts(course_id: ObjectId, lectures: list[ObjectId]) -> Pipeline:
    """Return the pipeline of one document: `totals`, and per lecture `begun`, `finished` and `stopped`."""
    finished = {"$setIntersection": ["$completed_lectures", lectures]}
    begun = {"$map": {"input": {"$objectToArray": "$positions"}, "in": {"$toObjectId": "$$this.k"}}}
    is_completed = {"$ne": ["$completed_at", None]}
    is_active = {"$gte": ["$last_activity_at", timezone.now() - RECENT]}
    stopped = {"$and": [{"$not": [is_completed]}, {"$lt": ["$done", len(lectures)]}]}
    totals = {
        "_id": None,
        "students": {"$sum": 1},
        "completed": {"$sum": {"$cond": [is_completed, 1, 0]}},
        "active": {"$sum": {"$cond": [is_active, 1, 0]}},
        "done": {"$sum": "$done"},
    }
    return [
        {"$match": active_in(course_id)},
        {
            "$project": {
                "completed_at": 1,
                "last_activity_at": 1,
                "last_lecture": 1,
                "finished": finished,
                "begun": {"$setUnion": ["$completed_lectures", begun]},
                "done": {"$size": finished},
            }
        },
        {
            "$facet": {
                "totals": [{"$group": totals}],
                "begun": [{"$unwind": "$begun"}, *_count_by("$begun")],
                "finished": [{"$unwind": "$finished"}, *_count_by("$finished")],
                "stopped": [{"$match": {"$expr": stopped}}, *_count_by("$last_lecture")],
            }
        },
    ]


def _count_by(path: str) -> Pipeline:
    return [{"$group": {"_id": path, "count": {"$sum": 1}}}]


def _outline(course_id: ObjectId) -> list[Document]:
    """Return the published lectures of a course in their order."""
    sections = dict(Section.objects.filter(course=course_id).values_list("pk", "position"))
    published = Lecture.objects.filter(course=course_id, is_published=True)
    lectures = published.values("pk", "title", "section_id", "position")
    return sorted(
        lectures,
        key=lambda each: (sections.get(each["section_id"], 0), each["position"], each["pk"]),
    )
