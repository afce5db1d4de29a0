"""What an instructor sees of the students of a course, and nobody else."""

import codecs
import csv
from datetime import timedelta

import pytest
from bson import ObjectId
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import UserFactory
from courses.models import Course
from learning.models import Enrollment
from learning.serializers import CourseStatisticsSerializer, StudentSerializer
from learning.services import study
from learning.services.enrollment import revoke

pytestmark = pytest.mark.django_db

PATHS = ["students", "students/csv", "statistics"]


def url(course, path) -> str:
    return f"/api/v1/courses/{course.pk}/{path}"


def rows(response) -> list[dict]:
    return list(csv.DictReader(response.getvalue().decode("utf-8-sig").splitlines()))


def test_an_instructor_lists_the_students_with_their_progress(
    course, lectures, instructor, student, other_student, enroll, client_of
):
    for person in (student, other_student, revoked := UserFactory()):
        enroll(person, course)
    revoke(revoked.pk, course.pk, source="free")
    study.record(student.pk, course.pk, lectures[0].pk, completed=True)
    study.complete(other_student.pk, course.pk)
    response = client_of(instructor).get(url(course, "students"))
    assert response.status_code == 200
    body = response.json()["results"]
    assert [each["student"]["name"] for each in body] == [other_student.name, student.name]
    assert [each["percentage"] for each in body] == [100, 33]
    assert [each["completed_at"] is None for each in body] == [False, True]
    assert list(body[0]) == list(StudentSerializer().fields)
    assert student.email not in response.text


def test_the_list_has_pages(course, instructor, enroll, client_of):
    for _ in range(3):
        enroll(UserFactory(), course)
    client, seen, path = client_of(instructor), [], url(course, "students?page_size=2")
    while path:
        page = client.get(path).json()
        seen += [each["id"] for each in page["results"]]
        path = page["next"]
    assert len(seen) == len(set(seen)) == 3


def test_a_page_of_students_costs_as_many_commands_as_one_student(
    course, lectures, instructor, enroll, client_of, commands
):
    client = client_of(instructor)

    def sent() -> int:
        with commands() as events:
            assert client.get(url(course, "students")).status_code == 200
        return len(events)

    enroll(UserFactory(), course)
    alone = sent()
    for _ in range(10):
        enroll(UserFactory(), course)
    assert sent() == alone <= 4


@pytest.mark.parametrize("path", PATHS)
def test_only_the_instructor_and_staff_see_the_students(
    path, course, visitor, student, instructor, other_instructor, staff, enroll, client_of
):
    enroll(student, course)
    assert visitor.get(url(course, path)).status_code == 401
    for person in (student, other_instructor):
        assert client_of(person).get(url(course, path)).status_code == 403
    for person in (instructor, staff):
        assert client_of(person).get(url(course, path)).status_code == 200
    Course.objects.filter(pk=course.pk).update(status="draft")
    assert client_of(other_instructor).get(url(course, path)).status_code == 404
    assert client_of(instructor).get(url(course, path)).status_code == 200
    missing = Course(pk=ObjectId())
    assert client_of(instructor).get(url(missing, path)).status_code == 404


def test_the_csv_has_all_students(course, lectures, instructor, student, enroll, client_of):
    enroll(student, course)
    enroll(UserFactory(name='Zoë, the "second"'), course)
    study.record(student.pk, course.pk, lectures[0].pk, completed=True)
    response = client_of(instructor).get(url(course, "students/csv"))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response.streaming
    found = rows(response)
    assert [each["name"] for each in found] == [student.name, 'Zoë, the "second"']
    assert (found[0]["percentage"], found[0]["completed_lectures"]) == ("33", "1")
    assert found[0]["enrolled_at"].endswith("Z")
    assert found[0]["completed_at"] == ""
    asked = client_of(instructor).get(url(course, "students/csv"), headers={"Accept": "text/csv"})
    assert rows(asked) == found


def test_a_name_is_neither_split_nor_a_formula(course, instructor, enroll, client_of):
    enroll(person := UserFactory(), course)
    User.objects.filter(pk=person.pk).update(name="\uff1d1+1; =2")
    text = client_of(instructor).get(url(course, "students/csv")).getvalue()
    assert text.startswith(codecs.BOM_UTF8 + b'"name",')
    assert text.decode().splitlines()[1].startswith('"\'\uff1d1+1, =2",')


def test_statistics_count_who_completes_and_where_others_stop(
    course, lectures, instructor, enroll, client_of
):
    idle, begun, stuck, done = (UserFactory() for _ in range(4))
    for person in (idle, begun, stuck, done, gone := UserFactory()):
        enroll(person, course)
    study.complete(gone.pk, course.pk)
    revoke(gone.pk, course.pk, source="free")
    study.record(begun.pk, course.pk, lectures[0].pk, position_seconds=20)
    study.record(stuck.pk, course.pk, lectures[0].pk, completed=True)
    study.record(stuck.pk, course.pk, lectures[1].pk, position_seconds=20)
    for lecture in lectures:
        study.record(done.pk, course.pk, lecture.pk, completed=True)
    Enrollment.objects.filter(user=idle).update(
        last_activity_at=timezone.now() - timedelta(days=31)
    )
    body = client_of(instructor).get(url(course, "statistics")).json()
    assert list(body) == list(CourseStatisticsSerializer().fields)
    counts = [
        (each["started"], each["completed"], each["stopped_here"]) for each in body["lectures"]
    ]
    assert counts == [(3, 2, 1), (2, 1, 1), (1, 1, 0)]
    assert [each["id"] for each in body["lectures"]] == [str(each.pk) for each in lectures]
    assert (body["students"], body["completed"], body["active_last_30_days"]) == (4, 1, 3)
    assert body["average_percentage"] == 33


def test_statistics_of_a_course_without_students(course, lectures, instructor, client_of):
    body = client_of(instructor).get(url(course, "statistics")).json()
    assert (body["students"], body["average_percentage"]) == (0, 0)
    assert [each["started"] for each in body["lectures"]] == [0, 0, 0]
