"""The instructor's answers to reviews, and how ratings are spread."""

from importlib import import_module

import orjson
import pytest
from django.apps import apps
from django.core.management import call_command
from django.urls import reverse

from courses.models import Course, Review
from courses.personal_data import erase, export
from courses.services import reviews
from courses.tests.factories import CourseFactory
from learning.services.enrollment import enroll, restore, revoke
from lms.renderers import JSONRenderer

pytestmark = pytest.mark.django_db

URL = "/api/v1"


@pytest.fixture
def course(instructor, student, other_student):
    course = CourseFactory(instructor=instructor, published=True, price_amount=0)
    for person in (student, other_student):
        enroll(person.pk, course.pk, source="free")
    return course


@pytest.fixture
def review(course, student):
    return reviews.write(student, course, rating=2, comment="Too fast")


@pytest.fixture
def owner(client_of, instructor):
    return client_of(instructor)


def listed(client, course):
    return client.get(f"{URL}/courses/{course.pk}/reviews").json()["results"]


def test_an_answer_is_public_and_keeps_its_time_when_it_is_changed(
    visitor, client_of, student, owner, course, review
):
    path, own = f"{URL}/reviews/{review.pk}/reply", f"{URL}/courses/{course.pk}/reviews/mine"
    assert listed(visitor, course)[0]["reply"] is None
    first = owner.put(path, {"comment": "Slow it down"}).json()
    again = owner.put(path, {"comment": "Play it slowly"}).json()
    assert again["reply"] == first["reply"] | {"comment": "Play it slowly"}
    assert again["updated_at"] == first["updated_at"]
    assert listed(visitor, course) == [again]
    student_client = client_of(student)
    assert student_client.get(own).json() == again
    edited = student_client.put(own, {"rating": 4}).json()
    assert (edited["rating"], edited["reply"]) == (4, again["reply"])
    for _ in range(2):
        assert owner.delete(path).status_code == 204
    assert student_client.get(own).json()["reply"] is None


@pytest.mark.parametrize("comment", ["", " ", "x" * 2001, None, [], {}, 7.5, "a\0b", "\ud800"])
def test_an_answer_is_a_text_of_at_most_2000_characters(owner, review, comment):
    body = orjson.dumps({"comment": comment}) if comment != "\ud800" else b'{"comment": "\\ud800"}'
    path = f"{URL}/reviews/{review.pk}/reply"
    answer = owner.put(path, body, content_type="application/json")
    if comment == 7.5:  # DRF reads a number as text
        assert (answer.status_code, answer.json()["reply"]["comment"]) == (200, "7.5")
    else:
        assert answer.status_code == 400


def test_an_answer_is_hidden_with_its_review_and_comes_back_with_it(
    visitor, client_of, other_instructor, student, owner, course, review
):
    path = f"{URL}/reviews/{review.pk}/reply"
    owner.put(path, {"comment": "Thanks"})
    revoke(student.pk, course.pk, source="free")
    assert listed(visitor, course) == []
    assert owner.put(path, {"comment": "Never mind"}).status_code == 404
    assert client_of(other_instructor).put(path, {"comment": "x"}).status_code == 404
    restore(student.pk, course.pk, source="free")
    assert listed(visitor, course)[0]["reply"]["comment"] == "Thanks"
    reviews.hide(review)
    assert client_of(other_instructor).delete(path).status_code == 404
    assert owner.delete(path).status_code == 204
    reviews.unhide(review)
    assert listed(visitor, course)[0]["reply"] is None


def test_an_answer_goes_with_the_text_that_it_answers(owner, course, student, review):
    owner.put(f"{URL}/reviews/{review.pk}/reply", {"comment": "Spam"})
    reviews.hide(review)
    reviews.remove(student, course)
    review.refresh_from_db()
    assert (review.comment, review.reply, review.replied_at) == ("", "", None)


def test_an_answer_is_exported_to_both_and_erased_with_either(
    instructor, student, other_student, owner, course, review
):
    other = reviews.write(other_student, course, rating=5)
    for each in (review, other):
        owner.put(f"{URL}/reviews/{each.pk}/reply", {"comment": f"To {each.pk}"})
    exported = {
        user: orjson.loads(JSONRenderer().render(export(user))) for user in (instructor, student)
    }
    assert [each["reply"] for each in exported[student]["reviews"]] == [f"To {review.pk}"]
    assert exported[student]["replies"] == []
    assert {each["comment"] for each in exported[instructor]["replies"]} == {
        f"To {review.pk}",
        f"To {other.pk}",
    }
    assert "Too fast" not in str(exported[instructor]["replies"])
    erase(student)
    assert Review.objects.get().reply == f"To {other.pk}"
    for _ in range(2):
        erase(instructor)
    kept = Review.objects.get()
    assert (kept.rating, kept.reply, kept.replied_at) == (5, "", None)


def test_staff_delete_a_bad_answer(office, owner, review):
    owner.put(f"{URL}/reviews/{review.pk}/reply", {"comment": "You are a fool"})
    page = reverse("admin:courses_review_changelist")
    assert "You are a fool" in office.get(page).content.decode()
    office.post(
        page, {"action": "delete_replies", "_selected_action": [review.pk], "reason": "Spam."}
    )
    assert Review.objects.get().reply == ""
    assert Review.objects.get().comment == "Too fast"


def test_the_histogram_agrees_with_the_card_at_every_change(
    visitor, client_of, student, other_student, course
):
    def ratings(*histogram):
        answer = visitor.get(f"{URL}/courses/{course.pk}/ratings").json()
        assert [answer["histogram"][str(star)] for star in range(1, 6)] == list(histogram)
        card = visitor.get(f"{URL}/courses/{course.pk}").json()["rating"]
        assert answer == card | {"histogram": answer["histogram"]}
        return answer["average"]

    assert ratings(0, 0, 0, 0, 0) is None
    reviews.write(student, course, rating=1)
    reviews.write(other_student, course, rating=4)
    assert ratings(1, 0, 0, 1, 0) == 2.5
    reviews.write(student, course, rating=5)
    assert ratings(0, 0, 0, 1, 1) == 4.5
    revoke(other_student.pk, course.pk, source="free")
    assert ratings(0, 0, 0, 0, 1) == 5.0
    enroll(other_student.pk, course.pk, source="staff")
    assert ratings(0, 0, 0, 1, 1) == 4.5
    reviews.remove(student, course)
    assert ratings(0, 0, 0, 1, 0) == 4.0


def test_the_ratings_cost_one_command(visitor, commands, course, review):
    with commands() as sent:
        assert visitor.get(f"{URL}/courses/{course.pk}/ratings").status_code == 200
    assert len(sent) == 1


def test_ratings_of_an_earlier_version_are_counted(visitor, course, other_student, review):
    reviews.hide(reviews.write(other_student, course, rating=5))
    for count in (
        lambda: import_module("courses.migrations.0009_count_ratings").fill(apps, None),
        lambda: call_command("count_ratings", verbosity=0),
    ):
        wrong = {"rating_counts": [9, 0, 0, 0, 0], "rating_sum": 9, "rating_count": 9}
        Course.objects.update(**wrong, rating_average=1000)
        count()
        answer = visitor.get(f"{URL}/courses/{course.pk}/ratings").json()
        assert (answer["average"], answer["count"], answer["histogram"]["2"]) == (2.0, 1, 1)
