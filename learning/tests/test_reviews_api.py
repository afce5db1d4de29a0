"""A student's review of a course."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.urls import reverse

from courses.exceptions import EnrollmentRequired
from courses.models import Course, Review
from courses.services import reviews
from learning.queries.enrollments import is_enrolled
from learning.services import reviews as study_reviews
from learning.services.enrollment import enroll as give
from learning.services.enrollment import restore, revoke

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


# --- A review follows its author's access


def listed(client, course) -> list[int]:
    """Return the ratings that everybody sees."""
    rows = client.get(f"/api/v1/courses/{course.pk}/reviews").json()["results"]
    return [row["rating"] for row in rows]


def rating(course) -> tuple[int, int, int]:
    course.refresh_from_db()
    return course.rating_sum, course.rating_count, course.rating_average


@pytest.fixture
def rated(course, student, other_student, enroll, client_of):
    """A course that two students rated 1 and 4."""
    for person, given in ((student, 1), (other_student, 4)):
        enroll(person, course)
        path = f"/api/v1/courses/{course.pk}/reviews/mine"
        assert client_of(person).put(path, {"rating": given}).status_code == 200
    return course


def test_a_review_counts_and_shows_while_its_author_has_access(rated, student, visitor):
    assert (sorted(listed(visitor, rated)), rating(rated)) == ([1, 4], (5, 2, 2500))
    revoke(student.pk, rated.pk, source="free", reason="Refunded")
    assert (listed(visitor, rated), rating(rated)) == ([4], (4, 1, 4000))
    restore(student.pk, rated.pk, source="free")
    assert (sorted(listed(visitor, rated)), rating(rated)) == ([1, 4], (5, 2, 2500))


def test_a_review_comes_back_with_another_purchase(rated, student, visitor):
    before = Review.objects.get(user=student)
    revoke(student.pk, rated.pk, source="free")
    give(student.pk, rated.pk, source="staff")
    assert rating(rated) == (5, 2, 2500)
    assert Review.objects.get(user=student).updated_at == before.updated_at


def test_a_review_stays_while_one_of_two_grants_is_left(rated, student):
    give(student.pk, rated.pk, source="staff")
    revoke(student.pk, rated.pk, source="free")
    assert rating(rated) == (5, 2, 2500)


def test_a_review_that_staff_hid_stays_hidden_when_access_comes_back(rated, student, visitor):
    reviews.hide(Review.objects.get(user=student))
    revoke(student.pk, rated.pk, source="free")
    restore(student.pk, rated.pk, source="free")
    assert (listed(visitor, rated), rating(rated)) == ([4], (4, 1, 4000))


def test_a_review_that_staff_show_again_does_not_count_without_access(rated, student, visitor):
    reviews.hide(Review.objects.get(user=student))
    revoke(student.pk, rated.pk, source="free")
    assert reviews.unhide(Review.objects.get(user=student))
    assert (listed(visitor, rated), rating(rated)) == ([4], (4, 1, 4000))
    restore(student.pk, rated.pk, source="free")
    assert rating(rated) == (5, 2, 2500)


def test_who_has_no_access_may_delete_their_review_but_not_change_it(rated, student, client_of):
    revoke(student.pk, rated.pk, source="free")
    path = f"/api/v1/courses/{rated.pk}/reviews/mine"
    assert client_of(student).put(path, {"rating": 5}).status_code == 403
    assert client_of(student).delete(path).status_code == 204
    assert rating(rated) == (4, 1, 4000)
    restore(student.pk, rated.pk, source="free")
    assert rating(rated) == (4, 1, 4000)


def test_a_review_without_access_cannot_be_reported(rated, student, instructor, client_of):
    revoke(student.pk, rated.pk, source="free")
    path = f"/api/v1/reviews/{Review.objects.get(user=student).pk}/report"
    assert client_of(instructor).post(path).status_code == 404


def test_staff_see_a_review_without_access(rated, student, office):
    Review.objects.filter(user=student).update(comment="Refund, please")
    revoke(student.pk, rated.pk, source="free")
    page = office.get(reverse("admin:courses_review_changelist"))
    assert "Refund, please" in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_review_written_while_access_ends_never_counts_without_access(
    course, student, enroll, client_of
):
    enroll(student, course)

    def write(given: int) -> None:
        with suppress(EnrollmentRequired):
            study_reviews.write(student, course, rating=given)

    def end(_: int) -> None:
        revoke(student.pk, course.pk, source="free")
        restore(student.pk, course.pk, source="free")
        revoke(student.pk, course.pk, source="free")

    with ThreadPoolExecutor(4) as threads:
        calls = [threads.submit(act, given) for given in (1, 2, 3) for act in (write, end)]
        for call in calls:
            call.result()
    assert not is_enrolled(student.pk, course.pk)
    assert rating(course) == (0, 0, 0)
    assert not Review.objects.listed().exists()


def test_a_review_is_written_with_the_enrollment_that_permits_it(course, student, enroll, commands):
    """Both in one transaction: on MongoDB, access that ends at the same moment conflicts with it."""
    enroll(student, course)
    with commands() as sent:
        study_reviews.write(student, course, rating=3)
    updated = [event for event in sent if event.command.get("update") == "learning_enrollment"]
    assert [event.command["autocommit"] for event in updated] == [False]
    revoke(student.pk, course.pk, source="free")
    with pytest.raises(EnrollmentRequired):
        study_reviews.write(student, course, rating=5)
