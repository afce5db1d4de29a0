"""Taking a free course, and the list of your courses."""

import pytest
from bson import ObjectId
from django.http import Http404

from courses.models import Course, Lecture
from courses.tests.factories import CourseFactory
from learning.models import Enrollment
from learning.serializers import EnrollmentSerializer, ProgressSerializer
from learning.services import study
from learning.services.enrollment import enroll, revoke, take_free_course

pytestmark = pytest.mark.django_db


def take(client, course):
    return client.post(f"/api/v1/courses/{course.pk}/enroll")


def code(response) -> str:
    return response.json()["errors"][0]["code"]


def test_a_student_takes_a_free_course_once(course, lectures, student, client_of):
    client = client_of(student)
    first, again = take(client, course), take(client, course)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["course"]["enrolled_count"] == 1
    assert (first.json()["percentage"], first.json()["last_lecture"]) == (0, None)
    assert Course.objects.get().student_count == 1


def test_a_course_that_cannot_be_taken_says_why(course, student, instructor, visitor, client_of):
    paid, draft = CourseFactory(published=True), CourseFactory(price_amount=0)
    assert take(visitor, course).status_code == 401
    response = take(client_of(student), paid)
    assert (response.status_code, code(response)) == (409, "payment_required")
    response = take(client_of(instructor), course)
    assert (response.status_code, code(response)) == (409, "own_course")
    assert take(client_of(student), draft).status_code == 404
    assert client_of(student).post(f"/api/v1/courses/{ObjectId()}/enroll").status_code == 404
    assert Enrollment.objects.count() == 0


def test_a_course_deleted_while_it_is_taken_is_404(student):
    course = CourseFactory(published=True, price_amount=0)
    Course.objects.filter(pk=course.pk).delete()
    with pytest.raises(Http404):
        take_free_course(student, course)
    assert not Enrollment.objects.exists()


def test_a_buyer_who_takes_the_course_is_enrolled_already(student, enroll, client_of):
    paid = CourseFactory(published=True)
    enroll(student, paid, source="purchase", order=ObjectId())
    assert take(client_of(student), paid).status_code == 200


def test_a_free_course_that_staff_revoked_cannot_be_taken_again(course, student, client_of):
    take(client_of(student), course)
    revoke(student.pk, course.pk, source="free", reason="Abuse.")
    response = take(client_of(student), course)
    assert (response.status_code, code(response)) == (409, "access_revoked")


def test_a_bought_course_that_staff_ended_cannot_be_taken_once_it_is_free(
    course, student, staff, client_of
):
    order = ObjectId()
    enroll(student.pk, course.pk, source="purchase", order=order)
    revoke(student.pk, course.pk, order=order, reason="Cheated.", by=staff.pk)
    response = take(client_of(student), course)
    assert (response.status_code, code(response)) == (409, "access_revoked")


def test_a_student_lists_their_courses_the_last_studied_first(
    course, lectures, student, other_student, enroll, client_of
):
    other, gone = CourseFactory(published=True), CourseFactory(published=True)
    for each in (course, other, gone):
        enroll(student, each)
    enroll(other_student, CourseFactory(published=True))
    revoke(student.pk, gone.pk, source="free")
    study.record(student.pk, course.pk, lectures[1].pk, completed=True)
    Course.objects.filter(pk=other.pk).update(status="archived")
    body = client_of(student).get("/api/v1/enrollments").json()
    assert [each["course"]["id"] for each in body["results"]] == [str(course.pk), str(other.pk)]
    first = body["results"][0]
    assert (first["percentage"], first["completed_lectures"], first["total_lectures"]) == (33, 1, 3)
    assert first["last_lecture"] == str(lectures[1].pk)
    assert first["course"]["title"] == course.title
    Lecture.objects.filter(pk=lectures[1].pk).update(is_published=False)
    first = client_of(student).get("/api/v1/enrollments").json()["results"][0]
    assert (first["percentage"], first["last_lecture"]) == (0, None)


def test_the_list_has_pages(student, enroll, client_of, visitor):
    for _ in range(3):
        enroll(student, CourseFactory(published=True))
    client, seen, url = client_of(student), [], "/api/v1/enrollments?page_size=1"
    while url:
        page = client.get(url).json()
        seen += [each["id"] for each in page["results"]]
        url = page["next"]
    assert len(seen) == len(set(seen)) == 3
    assert client.get("/api/v1/enrollments?page_size=101").status_code == 400
    assert client.get("/api/v1/enrollments?cursor=forged").status_code == 400
    assert visitor.get("/api/v1/enrollments").status_code == 401


def test_enrollments_and_progress_have_the_declared_shape(
    course, lectures, student, enroll, client_of
):
    enroll(student, course)
    body = client_of(student).get("/api/v1/enrollments").json()["results"][0]
    assert list(body) == list(EnrollmentSerializer().fields)
    assert list(body["course"]) == list(EnrollmentSerializer().fields["course"].fields)
    body = client_of(student).get(f"/api/v1/courses/{course.pk}/progress").json()
    assert list(body) == list(ProgressSerializer().fields)
    declared = ProgressSerializer().fields["lectures"].child.fields
    assert list(body["lectures"][0]) == list(declared)


@pytest.mark.parametrize("count", [1, 60])
def test_hot_paths_cost_few_database_commands_with_many_lectures(
    course, student, enroll, client_of, lectures_of, commands, count
):
    lectures = lectures_of(course, count)
    for _ in range(5):
        enroll(student, CourseFactory(published=True))
    enroll(student, course)
    client, url = client_of(student), f"/api/v1/courses/{course.pk}/progress"

    def sent(method, path, *body):
        with commands() as events:
            assert getattr(client, method)(path, *body).status_code == 200
        return [event.command_name for event in events]

    lecture = f"{url}/lectures/{lectures[0].pk}"
    body = {"position_seconds": 3, "watched": [[0, 3]]}
    assert sent("patch", lecture, body) == ["aggregate", "findAndModify"]
    assert sent("get", url) == ["aggregate"]
    assert sent("get", "/api/v1/enrollments") == ["aggregate"]
