"""What is kept of a student: shown to them, and erased."""

import json

import pytest
from bson import ObjectId

from accounts.personal_data import erase_everything, export_everything
from learning.models import AccessChange, Enrollment
from learning.services import study

pytestmark = pytest.mark.django_db


def test_a_student_is_shown_everything(course, lectures, student, enroll):
    order = ObjectId()
    enroll(student, course, source="purchase", order=order, reason="Paid.")
    study.record(student.pk, course.pk, lectures[0].pk, completed=True, position_seconds=44)
    study.complete(student.pk, course.pk)
    told = export_everything(student)["learning"]
    assert json.loads(json.dumps(told)) == told
    [enrollment] = told["enrollments"]
    assert (enrollment["course"], enrollment["percentage"]) == (course.title, 100)
    assert enrollment["positions"] == {str(lectures[0].pk): 44}
    assert enrollment["grants"][0]["order"] == str(order)
    assert told["access_changes"][0]["reason"] == "Paid."
    assert "certificates" not in told


def test_a_student_is_erased_but_the_enrollment_stays_for_the_order(
    course, lectures, student, other_student, enroll
):
    order = ObjectId()
    enroll(student, course, source="purchase", order=order, reason="Sam paid.")
    study.complete(student.pk, course.pk)
    enroll(other_student, course)
    study.complete(other_student.pk, course.pk)
    for _ in range(2):
        erase_everything(student)
    enrollment = Enrollment.objects.get(user=student)
    assert (enrollment.completed_lectures, enrollment.positions) == ([], {})
    assert (enrollment.last_lecture, enrollment.completed_at) == (None, None)
    assert (enrollment.grants[0].order, enrollment.grants[0].reason) == (order, "")
    assert AccessChange.objects.get(user=student).reason == ""
