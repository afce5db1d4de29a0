"""What assessments keep of a person: its export and its erasure.

Who graded stays in a grade line by the id of a person, whose row has no name after an erasure.
"""

from contextlib import suppress
from typing import Any

from bson import ObjectId

from accounts.models import User
from assessments.exceptions import QuestionInUse
from assessments.models import Allowance, Assignment, Attempt, Grade, Question, Submission
from assessments.queries.attempts import get_attempt, render_attempt
from assessments.services import questions
from courses.models import Course, Lecture
from courses.personal_data import erase as erase_courses
from learning.models import Enrollment
from lms.mongodb import connection
from lms.mongodb.transaction import atomic


def export(user: User) -> dict[str, Any]:
    """Return a person's attempts as they may see them, what they handed in, and what they ask as a teacher."""
    attempts = Attempt.objects.filter(user=user).order_by("-started_at", "-pk")
    submissions = Submission.objects.filter(user=user).order_by("pk")
    allowances = Allowance.objects.filter(enrollment__in=_enrollments(user)).order_by("pk")
    return {
        "attempts": [_export_attempt(pk, user) for pk in attempts.values_list("pk", flat=True)],
        "submissions": [_export_submission(each) for each in submissions],
        "allowances": list(
            allowances.values("extra_seconds", "extra_attempts", "reason", "created_at")
        ),
        "questions": [
            _export_question(each) for each in Question.objects.owned_by(user).order_by("pk")
        ],
        "assignments": _export_assignments(user),
    }


def erase(user: User) -> None:
    """Delete a person's attempts and submissions with their grades, and their questions that nothing uses; repeatable.

    Their files are deleted by media, which comes later.
    """
    Allowance.objects.filter(enrollment__in=_enrollments(user)).delete()
    _delete_with_grades(Attempt, "attempt_id", user.pk)
    _delete_with_grades(Submission, "submission_id", user.pk)
    erase_courses(user)  # first, since the quizzes of a course that is deleted name questions
    for question in Question.objects.owned_by(user):
        with suppress(QuestionInUse):
            questions.remove(question)


@atomic
def _delete_with_grades(model: type[Attempt | Submission], column: str, user_id: ObjectId) -> None:
    """Delete the rows of a person and their grade lines, which are deleted by nothing else."""
    rows = connection.get_collection(model._meta.db_table)
    lines = connection.get_collection(Grade._meta.db_table)
    ids = list(model.objects.filter(user=user_id).values_list("pk", flat=True))
    lines.delete_many({column: {"$in": ids}}, session=connection.session)
    rows.delete_many({"_id": {"$in": ids}}, session=connection.session)


def _enrollments(user: User) -> list[ObjectId]:
    return list(Enrollment.objects.filter(user=user).values_list("pk", flat=True))


def _export_attempt(attempt_id: ObjectId, user: User) -> dict[str, Any]:
    """Render an attempt: with keys, explanations and results only if its student sees them."""
    found = get_attempt(attempt_id)
    body = render_attempt(found.document, quiz=found.quiz, others=found.others, viewer=user)
    return {name: value for name, value in body.items() if name != "server_time"}


def _export_submission(submission: Submission) -> dict[str, Any]:
    columns = ("lecture_id", "status", "text", "files", "is_late", "created_at", "submitted_at")
    grade = ("graded_at", "score", "max_score", "percentage", "passed", "rubric", "feedback")
    return {name.removesuffix("_id"): getattr(submission, name) for name in columns + grade}


def _export_question(question: Question) -> dict[str, Any]:
    columns = ("id", "kind", "prompt", "key", "points", "explanation", "tags", "created_at")
    return {
        **{name: getattr(question, name) for name in columns},
        "options": [{"id": each.pk, "text": each.text} for each in question.options],
    }


def _export_assignments(user: User) -> list[dict[str, Any]]:
    courses = list(Course.objects.taught_by(user).values_list("pk", flat=True))
    lectures = Lecture.objects.filter(course__in=courses).values_list("pk", flat=True)
    assignments = Assignment.objects.filter(lecture__in=list(lectures)).order_by("pk")
    columns = ("lecture", "instructions", "rubric")
    return [dict(each) for each in assignments.values(*columns)]
