"""Grades and submissions at the same time: none is lost, and none counts twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from assessments.models import Grade, Submission
from assessments.services import submission_grades, submissions
from assessments.tests.factories import AssignmentFactory
from certificates.models import Certificate
from courses.tests.factories import CourseFactory
from learning.models import Enrollment
from learning.services.enrollment import enroll
from lms.models import Event


@pytest.mark.django_db(transaction=True)
def test_work_handed_in_and_graded_at_once_is_one_row_with_a_line_for_each_grade(
    student, instructor
):
    course = CourseFactory(instructor=instructor, published=True)
    essay = AssignmentFactory(lecture__section__course=course, points=100)
    enroll(student.pk, course.pk, source="free")

    def at_once(act, values) -> None:
        def call(value) -> None:
            try:
                act(value)
            finally:
                connection.close()

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(call, values))

    texts = [f"Text {number}" for number in range(6)]
    at_once(lambda text: submissions.submit(student, essay.lecture, essay, text=text), texts)
    work = Submission.objects.get()
    assert work.text in texts
    assert (work.status, work.version) == ("submitted", 5)
    scores = [60, 70, 80, 90, 30, 40]
    at_once(lambda score: submission_grades.grade(work.pk, instructor, score=score), scores)
    lines = list(Grade.objects.filter(submission=work).order_by("number"))
    assert [each.number for each in lines] == [1, 2, 3, 4, 5, 6]
    assert sorted(each.score for each in lines) == sorted(scores)
    work.refresh_from_db()
    assert (work.score, work.version) == (lines[-1].score, 11)
    assert Enrollment.objects.get().passed_lectures == [essay.lecture_id]
    assert Certificate.objects.count() == 1
    assert Event.objects.filter(object_id=work.pk).count() == 12
