"""Those who lose a course and come back have what they earned meanwhile."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.models import Attempt, Submission
from assessments.services import attempts
from assessments.services.grades import grade_by_hand
from assessments.services.submission_grades import grade
from assessments.tests import exams
from assessments.tests.factories import SubmissionFactory
from learning.models import Enrollment
from learning.services.enrollment import enroll, revoke
from lms.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken(course, student):
    enroll(student.pk, course.pk, source="free")


def leave_and_return(student, course, meanwhile=lambda: None) -> list:
    """Let a student's access end, and begin again; return what is completed then."""
    revoke(student.pk, course.pk, source="free")
    meanwhile()
    assert Enrollment.objects.get().completed_lectures == []
    enroll(student.pk, course.pk, source="staff")
    return Enrollment.objects.get().completed_lectures


def test_what_is_graded_while_they_are_away_completes_its_lectures(
    taken, course, quiz, essay, student, instructor
):
    attempt = exams.begin(student, quiz, exams.essay())
    [question] = attempt.questions
    attempts.submit(student, attempt.pk, {question["id"]: "Because."})
    work = SubmissionFactory(
        lecture=essay.lecture, user=student, status="submitted", submitted_at=timezone.now()
    )

    def grade_both() -> None:
        grade_by_hand(instructor, attempt.pk, question["id"], score=100)
        grade(work.pk, instructor, score=100)

    completed = leave_and_return(student, course, grade_both)
    assert set(completed) == {quiz.lecture_id, essay.lecture_id}
    enrollment = Enrollment.objects.get()
    assert enrollment.certificate  # these are all lectures of the course
    kinds = Event.objects.filter(object_id=enrollment.pk).order_by("number")
    assert list(kinds.values_list("type", flat=True)) == [
        "enrollment.created", "enrollment.ended", "enrollment.restored",
        "lecture.completed", "lecture.completed", "enrollment.completed",
    ]  # fmt: skip


def test_what_was_submitted_because_they_lost_access_completes_nothing(
    taken, course, quiz, student
):
    sample = exams.choice()
    attempt = exams.begin(student, quiz, sample)
    attempts.respond(student, attempt.pk, attempt.question_ids[0], sample.right)
    assert leave_and_return(student, course) == []
    assert Attempt.objects.get().passed


def test_what_the_clock_submitted_at_its_end_completes_its_lecture(taken, course, quiz, student):
    sample = exams.choice()
    ends = timezone.now() - timedelta(minutes=1)
    attempt = exams.begin(student, quiz, sample)
    attempts.respond(student, attempt.pk, attempt.question_ids[0], sample.right)
    Attempt.objects.update(expires_at=ends)
    assert leave_and_return(student, course) == [quiz.lecture_id]


def test_what_failed_completes_nothing(taken, course, essay, student, instructor):
    work = SubmissionFactory(
        lecture=essay.lecture, user=student, status="submitted", submitted_at=timezone.now()
    )
    assert leave_and_return(student, course, lambda: grade(work.pk, instructor, score=1)) == []
    assert Submission.objects.get().passed is False
