"""The grades of a course: a student's own, and those of all students for the instructor, page by page and as CSV."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any, cast

from bson import ObjectId

from accounts.models import User
from accounts.queries import DELETED_NAME, joined_person, render_person
from assessments.models import Assignment, Attempt, Question, Quiz, Submission
from assessments.scores import find_counted
from courses.models import Lecture, Section
from learning.models import Enrollment
from learning.queries.progress import in_order
from learning.queries.students import active_in
from lms import spreadsheets
from lms.mongodb import connection
from lms.mongodb.pipelines import Document, Pipeline, joined, lookup
from lms.pagination import Page

KINDS = [Lecture.Kind.QUIZ.value, Lecture.Kind.ASSIGNMENT.value]
NEWEST_FIRST = ("-enrolled_at", "-id")
CSV_BATCH = 500
"""How many students are read from the database at a time."""
MAX_BATCH = 100_000
"""How many small documents MongoDB may send at once, so that a page costs as many commands as one student."""
ATTEMPT = ("user_id", "lecture_id", "number", "status", "percentage", "passed")
SUBMISSION = ("user_id", "lecture_id", "submitted_at", "percentage", "passed")


@dataclass(frozen=True)
class Column:
    """A published quiz or assignment; `max_score` is null for a quiz that draws questions: each attempt may have its own."""

    lecture: ObjectId
    title: str
    kind: str
    max_score: int | None
    counts: str
    due_at: datetime | None


@dataclass(frozen=True)
class Result:
    """What a student has at one quiz or assignment. Percentages are null while nothing is graded."""

    attempts: int = 0
    best: int | None = None
    last: int | None = None
    counted: int | None = None
    passed: bool | None = None


type Results = Mapping[tuple[ObjectId, ObjectId], Result]
"""Results by student and lecture."""


def find_columns(course_id: ObjectId) -> list[Column]:
    """Return the published quizzes and assignments of a course that were set, in their order."""
    match = {"course_id": course_id, "is_published": True, "kind": {"$in": KINDS}}
    fields = dict.fromkeys(("title", "kind", "section_id", "position"), 1)
    found = connection.get_collection(Lecture._meta.db_table).find(match, fields)
    sections = Section.objects.filter(course=course_id).values_list("pk", "position")
    lectures = in_order(list(found), [{"_id": pk, "position": at} for pk, at in sections])
    ids = [each["_id"] for each in lectures]
    quizzes = {each.lecture_id: each for each in Quiz.objects.filter(lecture__in=ids)}
    assignments = {each.lecture_id: each for each in Assignment.objects.filter(lecture__in=ids)}
    points = _find_points(quizzes.values())
    columns = []
    for lecture in lectures:
        pk, title, kind = lecture["_id"], lecture["title"], lecture["kind"]
        if pk in quizzes:
            quiz = quizzes[pk]
            columns.append(Column(pk, title, kind, _max_score(quiz, points), quiz.counts, None))
        elif pk in assignments:
            task = assignments[pk]
            columns.append(Column(pk, title, kind, task.points, Quiz.Counts.LAST, task.due_at))
    return columns


def find_results(
    course_id: ObjectId, columns: Iterable[Column], students: list[ObjectId]
) -> Results:
    """Return what these students have at the quizzes and assignments of a course, read by two commands."""
    match = {"course_id": course_id, "user_id": {"$in": students}}
    counts = {column.lecture: column.counts for column in columns}
    attempts = defaultdict(list)
    for each in _find(Attempt, match, ATTEMPT):
        attempts[each["user_id"], each["lecture_id"]].append(each)
    results = {
        key: _result_of_attempts(found, counts[key[1]])
        for key, found in attempts.items()
        if key[1] in counts
    }
    for each in _find(Submission, match, SUBMISSION):
        results[each["user_id"], each["lecture_id"]] = _result_of_submission(each)
    return results


def _result_of_attempts(attempts: list[Document], counts: str) -> Result:
    best, last = (find_counted(attempts, each) for each in (Quiz.Counts.BEST, Quiz.Counts.LAST))
    counted = last if counts == Quiz.Counts.LAST else best
    if best is None or last is None or counted is None:
        return Result(attempts=len(attempts))
    return Result(
        attempts=len(attempts),
        best=best["percentage"],
        last=last["percentage"],
        counted=counted["percentage"],
        passed=counted["passed"],
    )


def _result_of_submission(submission: Document) -> Result:
    """Return the result of an assignment, whose last grade counts: there is one submission, which may be replaced."""
    percentage = submission["percentage"]
    return Result(
        attempts=int(submission["submitted_at"] is not None),
        best=percentage,
        last=percentage,
        counted=percentage,
        passed=submission["passed"],
    )


def render_own(user: User, course_id: ObjectId) -> list[dict[str, Any]]:
    """Render a student's own grades in a course, as `GradeSerializer` declares each."""
    columns = find_columns(course_id)
    results = find_results(course_id, columns, [user.pk])
    return [
        {
            "lecture": column.lecture,
            "title": column.title,
            "kind": column.kind,
            "due_at": column.due_at,
            **vars(results.get((user.pk, column.lecture), Result())),
        }
        for column in columns
    ]


def render_page(course_id: ObjectId, page: Page) -> dict[str, Any]:
    """Render a page of the gradebook, as `GradebookRowSerializer` declares each row, and its columns."""
    columns = find_columns(course_id)
    match = active_in(course_id) | page.match()
    stages: Pipeline = [{"$match": match}, {"$sort": page.sort()}, {"$limit": page.limit}]
    student = lookup(User, "user_id", "student", "name", "avatar")
    person = {"$set": {"student": joined_person("student", "user_id")}}
    shown = {"$project": {"student": 1, "user_id": 1, "enrolled_at": 1}}
    rows = list(Enrollment.collection().aggregate([*stages, shown, student, person]))
    results = find_results(course_id, columns, [row["user_id"] for row in rows])

    def render_row(row: Document) -> dict[str, Any]:
        cells = [
            (each.lecture, results.get((row["user_id"], each.lecture), Result()))
            for each in columns
        ]
        return {
            "student": render_person(row["student"]),
            "cells": [
                {
                    "lecture": lecture,
                    "percentage": result.counted,
                    "passed": result.passed,
                    "attempts": result.attempts,
                }
                for lecture, result in cells
            ],
        }

    return {"columns": [_render_column(each) for each in columns], **page.render(rows, render_row)}


def render_csv(course_id: ObjectId) -> Iterator[str]:
    """Render the gradebook as lines of CSV, the student who enrolled first on top, read while they are sent."""
    columns = find_columns(course_id)
    names = ["name", "email", *(column.title for column in columns)]
    return spreadsheets.render_csv(names, _iter_cells(course_id, columns))


def _iter_cells(course_id: ObjectId, columns: list[Column]) -> Iterator[list[spreadsheets.Value]]:
    person = joined("student", "user_id", name=DELETED_NAME, email="")
    stages: Pipeline = [
        {"$match": active_in(course_id)},
        {"$sort": {"enrolled_at": 1, "_id": 1}},
        {"$project": {"user_id": 1}},
        lookup(User, "user_id", "student", "name", "email"),
        {"$set": {"student": person}},
    ]
    rows = Enrollment.collection().aggregate(stages, batchSize=CSV_BATCH)
    for batch in batched(rows, CSV_BATCH, strict=False):
        results = find_results(course_id, columns, [row["user_id"] for row in batch])
        for row in batch:
            cells = [results.get((row["user_id"], each.lecture), Result()) for each in columns]
            yield [
                row["student"]["name"],
                row["student"]["email"],
                *(each.counted for each in cells),
            ]


def _render_column(column: Column) -> dict[str, Any]:
    return {
        "lecture": column.lecture,
        "title": column.title,
        "kind": column.kind,
        "max_score": column.max_score,
    }


def _find_points(quizzes: Iterable[Quiz]) -> dict[str, int]:
    """Return the points of the questions that quizzes name, by the questions' hex digits."""
    ids = {pk for quiz in quizzes for pk in quiz.questions}
    points = Question.objects.filter(pk__in=ids).values_list("pk", "points") if ids else ()
    return {str(pk): each for pk, each in points}


def _max_score(quiz: Quiz, points: Mapping[str, int]) -> int | None:
    named = [item.get("question") for item in quiz.items]
    return None if None in named else sum(points.get(pk, 0) for pk in named)


def _find(
    model: type[Attempt | Submission], match: dict[str, Any], fields: tuple[str, ...]
) -> list[Document]:
    rows = connection.get_collection(model._meta.db_table).find(
        match, {"_id": 0, **dict.fromkeys(fields, 1)}, batch_size=MAX_BATCH
    )
    return cast(list[Document], list(rows))
