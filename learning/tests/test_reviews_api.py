"""A student's review of a course."""

import pytest

from courses.models import Course

pytestmark = pytest.mark.django_db


def code(response) -> str:
    return response.json()["errors"][0]["code"]


def test_a_student_reviews_a_course_once(course, student, enroll, client_of, visitor):
    enroll(student, course)
    path = f"/api/v1/courses/{course.pk}/reviews/mine"
    client = client_of(student)
    assert client.put(path, {"rating": 5, "comment": "Good."}).status_code == 200
    response = client.put(path, {"rating": 3})
    assert (response.json()["rating"], response.json()["author"]["name"]) == (3, student.name)
    card = visitor.get(f"/api/v1/courses/{course.pk}").json()
    assert card["rating"] == {"average": 3.0, "count": 1}
    assert client.put(path, {"rating": 6}).status_code == 400
    assert client.put(path, {}).status_code == 400
    assert client.delete(path).status_code == 204
    assert client.delete(path).status_code == 404
    card = visitor.get(f"/api/v1/courses/{course.pk}").json()
    assert card["rating"]["count"] == 0


def test_a_student_reads_the_reviews_of_an_archived_course(
    course, student, other_student, enroll, client_of
):
    enroll(student, course)
    Course.objects.filter(pk=course.pk).update(status="archived")
    path = f"/api/v1/courses/{course.pk}/reviews"
    assert client_of(student).get(path).status_code == 200
    assert client_of(other_student).get(path).status_code == 404


def test_only_students_write_reviews(course, visitor, student, instructor, staff, client_of):
    path = f"/api/v1/courses/{course.pk}/reviews/mine"
    assert visitor.put(path, {"rating": 5}).status_code == 401
    for person in (student, instructor, staff):
        for response in (
            client_of(person).put(path, {"rating": 5}),
            client_of(person).delete(path),
        ):
            assert (response.status_code, code(response)) == (403, "enrollment_required")
    Course.objects.filter(pk=course.pk).update(status="draft")
    assert client_of(student).put(path, {"rating": 5}).status_code == 404
