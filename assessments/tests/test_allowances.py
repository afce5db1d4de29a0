"""More time or more attempts at a quiz for one student."""

from datetime import timedelta

import pytest
from bson import ObjectId
from django.utils import timezone

from accounts.services.erasure import erase_account
from accounts.tests.factories import UserFactory
from assessments.models import Allowance, Attempt, Quiz
from assessments.services.starting import start
from assessments.tests.factories import AttemptFactory
from learning.tests.factories import EnrollmentFactory
from lms.models import AuditEntry

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


@pytest.fixture
def path(quiz, enrollment) -> str:
    return f"/api/v1/lectures/{quiz.lecture_id}/quiz/allowances/{enrollment.pk}"


def test_a_student_gets_more_attempts_and_more_time_than_others(
    path, teacher, quiz, student, enrollment, course, client_of
):
    Quiz.objects.update(max_attempts=1, time_limit_seconds=600)
    for person in (student, other := UserFactory()):
        AttemptFactory(
            user=person, lecture=quiz.lecture, status="graded", submitted_at=timezone.now() - SECOND
        )
    EnrollmentFactory(user=other, course=course)
    body = {"extra_seconds": 300, "extra_attempts": 1, "reason": "Was ill."}
    for _ in range(2):
        response = teacher.put(path, body)
        assert response.status_code == 200
        assert response.json() == {
            "enrollment": str(enrollment.pk), **body, "updated_at": response.json()["updated_at"],
        }  # fmt: skip
    own = f"/api/v1/lectures/{quiz.lecture_id}/quiz"
    seen = client_of(student).get(own).json()
    assert (seen["attempts_left"], seen["extra_seconds"], seen["reason"]) == (1, 300, "ready")
    assert client_of(other).get(own).json()["attempts_left"] == 0
    document, _ = start(student, quiz.lecture_id)
    assert document["expires_at"] - document["started_at"] == 900 * SECOND
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.person_id) == ("allow", student.pk)
    assert entry.after["reason"] == "Was ill."
    for _ in range(2):
        assert teacher.delete(path).status_code == 204
    assert not Allowance.objects.exists()
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")] == ["allow", "disallow"]
    AuditEntry.objects.forget(student.pk)  # as their erasure does
    assert "Was ill." not in str(AuditEntry.objects.values_list())


def test_no_reason_is_kept_of_an_erased_student(path, teacher, student):
    erase_account(student)
    body = {"extra_seconds": 0, "extra_attempts": 1, "reason": "Was ill."}
    assert teacher.put(path, body).status_code == 404
    assert not Allowance.objects.exists()


def test_extra_time_moves_the_end_of_an_open_attempt_and_never_into_the_past(
    path, teacher, quiz, student
):
    now = timezone.now()
    attempt = AttemptFactory(
        user=student, lecture=quiz.lecture, started_at=now - 500 * SECOND, time_limit_seconds=600, expires_at=now + 100 * SECOND
    )  # fmt: skip

    def end() -> timedelta:
        return Attempt.objects.get(pk=attempt.pk).expires_at - attempt.started_at

    teacher.put(path, {"extra_seconds": 300, "reason": "Ill."})
    assert (round(end() / SECOND), Attempt.objects.get().version) == (900, 1)
    teacher.put(path, {"extra_seconds": 60, "reason": "Less."})
    assert round(end() / SECOND) == 660
    Attempt.objects.update(time_limit_seconds=60)
    assert teacher.delete(path).status_code == 204
    assert Attempt.objects.get().expires_at >= now
    assert round(end() / SECOND) < 600


def test_an_allowance_is_for_an_enrollment_of_the_course(path, teacher, quiz, enrollment):
    lecture = f"/api/v1/lectures/{quiz.lecture_id}/quiz/allowances"
    body = {"extra_attempts": 1, "reason": "Ill."}
    for pk in (ObjectId(), EnrollmentFactory().pk):
        assert teacher.put(f"{lecture}/{pk}", body).status_code == 404
        assert teacher.delete(f"{lecture}/{pk}").status_code == 404
    assert teacher.put(path, {"extra_attempts": 1}).status_code == 400
    assert teacher.put(path, {"extra_seconds": -1, "reason": "x"}).status_code == 400
    Quiz.objects.all().delete()
    assert teacher.put(path, body).status_code == 404
