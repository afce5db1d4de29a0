"""What is kept of a student: its export and its erasure."""

import json
import re

import pytest
from bson import ObjectId

from accounts.personal_data import erase_everything, export_everything
from learning.models import AccessChange, Enrollment
from learning.services import study
from lms.renderers import JSONRenderer

pytestmark = pytest.mark.django_db
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"


def test_a_student_exports_everything(course, lectures, student, enroll):
    order = ObjectId()
    enroll(student, course, source="purchase", order=order, reason="Paid.")
    study.record(student.pk, course.pk, lectures[0].pk, completed=True, position_seconds=44)
    study.complete(student.pk, course.pk)
    exported = json.loads(JSONRenderer().render(export_everything(student)["learning"]))
    [enrollment] = exported["enrollments"]
    assert (enrollment["course"], enrollment["percentage"]) == (course.title, 100)
    first, *_ = (enrollment["lectures"][str(each.pk)] for each in lectures)
    assert (first["position_seconds"], first["watched_percent"], first["completed"]) == (
        44,
        0,
        True,
    )
    assert re.fullmatch(TIME, first["position_at"])
    assert re.fullmatch(TIME, first["completed_at"])
    assert enrollment["last_lecture"] == str(lectures[0].pk)
    assert enrollment["consumed_lectures"] == [str(each.pk) for each in lectures]
    assert enrollment["consumed_percent"] == 100
    assert enrollment["grants"][0]["order"] == str(order)
    assert re.fullmatch(TIME, enrollment["completed_at"])
    assert re.fullmatch(TIME, enrollment["grants"][0]["since"])
    assert exported["access_changes"][0]["reason"] == "Paid."
    assert "certificates" not in exported


def test_an_erased_student_keeps_the_enrollment_that_an_order_refers_to(
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
    assert (enrollment.consumed_lectures, enrollment.consumed_percent) == ([], 0)
    assert (enrollment.last_lecture, enrollment.completed_at) == (None, None)
    assert (enrollment.grants[0].order, enrollment.grants[0].reason) == (order, "")
    assert AccessChange.objects.get(user=student).reason == ""
