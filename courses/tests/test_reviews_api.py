"""Everybody reads reviews; instructors and staff report bad ones."""

import pytest

from accounts.tests.factories import UserFactory
from courses.models import Review
from courses.services import reviews
from courses.tests.factories import CourseFactory

pytestmark = pytest.mark.django_db

URL = "/api/v1"


@pytest.fixture
def course():
    return CourseFactory(published=True)


def test_reviews_are_listed_newest_first_with_the_name_and_picture_of_the_author(
    visitor, course, student
):
    reviews.write(UserFactory(), course, rating=4)
    reviews.write(student, course, rating=5, comment="Good")
    response = visitor.get(f"{URL}/courses/{course.pk}/reviews")
    newest, oldest = response.json()["results"]
    assert oldest["rating"] == 4
    assert newest == {
        "id": newest["id"],
        "rating": 5,
        "comment": "Good",
        "reply": None,
        "author": {"name": "Sam Student", "avatar": None},
        "created_at": newest["created_at"],
        "updated_at": newest["updated_at"],
    }
    assert student.email.encode() not in response.content
    assert str(student.pk).encode() not in response.content


def test_pages_of_reviews_follow_each_other(visitor, course):
    for rating in (1, 2, 3):
        reviews.write(UserFactory(), course, rating=rating)
    page = visitor.get(f"{URL}/courses/{course.pk}/reviews?page_size=2").json()
    rest = visitor.get(page["next"]).json()
    assert [each["rating"] for each in page["results"] + rest["results"]] == [3, 2, 1]
    assert rest["next"] is None
    assert visitor.get(rest["previous"]).json()["results"] == page["results"]


def test_a_hidden_review_is_not_listed(visitor, course, student):
    reviews.hide(reviews.write(student, course, rating=1, comment="Spam"))
    assert visitor.get(f"{URL}/courses/{course.pk}/reviews").json()["results"] == []


@pytest.mark.parametrize("status", ["draft", "archived"])
def test_reviews_of_a_hidden_course_are_hidden_from_everybody(visitor, client_of, status):
    course = CourseFactory(status=status)
    url = f"{URL}/courses/{course.pk}/reviews"
    assert client_of(course.instructor).get(url).status_code == 404
    assert visitor.get(url).status_code == 404
    assert visitor.get(f"{URL}/courses/{'0' * 24}/reviews").status_code == 404


def test_a_page_of_reviews_costs_two_commands(visitor, commands, course):
    for _ in range(3):
        reviews.write(UserFactory(), course, rating=3)
    with commands() as sent:
        assert len(visitor.get(f"{URL}/courses/{course.pk}/reviews").json()["results"]) == 3
    assert len(sent) == 2


def test_instructors_and_staff_report_a_review(client_of, course, student, staff):
    review = reviews.write(student, course, rating=1, comment="Spam")
    for person, reason in ((course.instructor, "Advertises"), (staff, "")):
        response = client_of(person).post(f"{URL}/reviews/{review.pk}/report", {"reason": reason})
        assert response.status_code == 204
        review.refresh_from_db()
        assert review.reported_at is not None
        assert review.report_reason == reason
    assert client_of(staff).post(f"{URL}/reviews/{review.pk}/report").status_code == 204


def test_students_and_visitors_cannot_report_a_review(client_of, course, student, visitor):
    review = reviews.write(student, course, rating=1)
    assert client_of(student).post(f"{URL}/reviews/{review.pk}/report").status_code == 403
    assert visitor.post(f"{URL}/reviews/{review.pk}/report").status_code == 401
    assert Review.objects.get().reported_at is None


def test_a_hidden_or_unknown_review_cannot_be_reported(client_of, course, student, staff):
    review = reviews.write(student, course, rating=1)
    reviews.hide(review)
    client = client_of(staff)
    assert client.post(f"{URL}/reviews/{review.pk}/report").status_code == 404
    assert client.post(f"{URL}/reviews/{'0' * 24}/report").status_code == 404
    reviews.unhide(review)
    too_long = client.post(f"{URL}/reviews/{review.pk}/report", {"reason": "x" * 501})
    assert too_long.status_code == 400
