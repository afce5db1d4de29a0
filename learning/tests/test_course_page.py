"""What a course is to the person who looks at it: `viewer` on its page, and what stands beside its outline."""

import pytest
from bson import ObjectId

from certificates.models import Certificate
from courses.models import Course, Lecture, Review
from courses.services import reviews
from learning.models import WishlistItem
from learning.services.enrollment import revoke

pytestmark = pytest.mark.django_db

NOTHING = {"percentage": None, "certificate": None, "in_wishlist": False, "review": None}
BESIDE = ("percentage", "resume", "is_completed", "certificate")


@pytest.fixture
def url(course):
    return f"/api/v1/courses/{course.pk}"


def viewer(client, url):
    return client.get(url).json()["viewer"]


def beside(client, url):
    """Return what stands beside the outline."""
    body = client.get(f"{url}/lectures").json()
    return {name: body[name] for name in body if name not in {"course", "sections"}}


def test_a_visitor_is_no_viewer(course, lectures, url, visitor):
    assert viewer(visitor, url) is None
    assert beside(visitor, url) == dict.fromkeys(BESIDE)


def test_an_outline_names_its_course(course, visitor):
    outline = visitor.get(f"/api/v1/courses/{course.slug}/lectures").json()
    names = {"id": str(course.pk), "slug": course.slug, "title": course.title}
    assert outline["course"] == names


def test_people_who_are_not_enrolled_see_why_they_may_or_may_not_watch(
    course, lectures, url, student, instructor, staff, client_of
):
    for person, can_watch, reason in (
        (student, False, "not_enrolled"),
        (instructor, True, "instructor"),
        (staff, True, "staff"),
    ):
        client = client_of(person)
        assert viewer(client, url) == {"can_watch": can_watch, "reason": reason} | NOTHING
        assert beside(client, url) == dict.fromkeys(BESIDE)
        access = client.get(f"{url}/access").json()
        assert (access["can_watch"], access["reason"]) == (can_watch, reason)


def test_a_student_sees_the_same_on_the_page_in_the_outline_and_in_the_progress(
    course, lectures, url, student, enrolled, lecture_url
):
    enrolled.patch(lecture_url(lectures[0]))
    enrolled.patch(lecture_url(lectures[1]), {"position_seconds": 90})
    progress = enrolled.get(f"{url}/progress").json()
    assert progress["resume"] == {"lecture": str(lectures[1].pk), "position_seconds": 90}
    assert beside(enrolled, url) == {name: progress[name] for name in BESIDE}
    seen = viewer(enrolled, url)
    assert seen == {"can_watch": True, "reason": "enrolled"} | NOTHING | {"percentage": 33}
    assert seen["percentage"] == progress["percentage"]
    for status in ("archived", "draft"):
        Course.objects.filter(pk=course.pk).update(status=status)
        assert viewer(enrolled, url) == seen


def test_a_lecture_that_is_not_published_counts_nowhere(
    course, lectures, url, staff, enroll, client_of
):
    Lecture.objects.filter(pk=lectures[0].pk).update(is_published=False)
    enroll(staff, course)
    client = client_of(staff)
    client.patch(f"{url}/progress/lectures/{lectures[1].pk}")
    progress = client.get(f"{url}/progress").json()
    assert progress["percentage"] == 50
    assert beside(client, url) == {name: progress[name] for name in BESIDE}
    assert viewer(client, url)["percentage"] == 50
    assert len(client.get(f"{url}/lectures").json()["sections"][0]["lectures"]) == 3


def test_the_page_and_the_outline_complete_a_course_whose_last_lecture_was_hidden(
    course, lectures, url, enrolled, lecture_url, student
):
    for lecture in lectures[:2]:
        enrolled.patch(lecture_url(lecture))
    assert viewer(enrolled, url)["certificate"] is None
    Lecture.objects.filter(pk=lectures[2].pk).update(is_published=False)
    outline = beside(enrolled, url)
    code = Certificate.objects.get(user=student).code
    assert (outline["is_completed"], outline["certificate"]) == (True, code)
    assert viewer(enrolled, url)["certificate"] == code


def test_what_was_studied_and_the_review_are_hidden_after_access_has_ended(
    course, url, student, enrolled
):
    enrolled.post(f"{url}/progress/complete")
    review = enrolled.put(f"{url}/reviews/mine", {"rating": 4, "comment": "Good."}).json()
    seen = viewer(enrolled, url)
    assert (seen["percentage"], seen["review"]) == (100, review)
    assert seen["certificate"]
    revoke(student.pk, course.pk, source="free")
    assert viewer(enrolled, url) == {"can_watch": False, "reason": "revoked"} | NOTHING
    assert beside(enrolled, url) == dict.fromkeys(BESIDE)


def test_people_see_their_own_review_while_staff_hide_it(course, url, enrolled, visitor):
    review = enrolled.put(f"{url}/reviews/mine", {"rating": 1, "comment": "Spam."}).json()
    reviews.hide(Review.objects.get(pk=ObjectId(review["id"])))
    assert visitor.get(f"{url}/reviews").json()["results"] == []
    assert viewer(enrolled, url)["review"] == review


def test_people_see_only_what_is_their_own(
    course, lectures, url, student, other_student, enroll, enrolled, client_of
):
    enrolled.put(f"{url}/reviews/mine", {"rating": 4})
    WishlistItem.objects.create(user=other_student, course=course)
    assert viewer(enrolled, url)["in_wishlist"] is False
    other = client_of(other_student)
    assert viewer(other, url) == {
        "can_watch": False,
        "reason": "not_enrolled",
        **NOTHING,
        "in_wishlist": True,
    }


def test_no_cache_shares_the_page_of_a_person(course, lectures, url, enrolled, visitor):
    public, own = visitor.get(url), enrolled.get(url)
    assert public["ETag"] != own["ETag"]
    for response in (public, own, enrolled.get(f"{url}/lectures")):
        assert "private" in response["Cache-Control"]
    assert enrolled.get(url, HTTP_IF_NONE_MATCH=public["ETag"]).status_code == 200
    assert enrolled.get(url, HTTP_IF_NONE_MATCH=own["ETag"]).status_code == 304


@pytest.mark.parametrize("status", ["published", "archived"])
def test_the_page_and_the_outline_cost_three_commands(
    course, lectures, url, student, enrolled, visitor, commands, status
):
    enrolled.put(f"{url}/reviews/mine", {"rating": 4})
    Course.objects.filter(pk=course.pk).update(status=status)
    for path in (url, f"/api/v1/courses/{course.slug}", f"{url}/lectures"):
        with commands() as sent:
            assert enrolled.get(path).status_code == 200
        assert len(sent) == 3
