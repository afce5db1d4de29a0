"""What is kept of a person is shown to them, and goes when they go."""

import orjson
import pytest

from accounts.personal_data import Keeper, keepers
from courses.models import Course, Review
from courses.personal_data import erase, export
from courses.services import reviews
from courses.tests.factories import CourseFactory, LectureFactory
from learning.services.enrollment import enroll
from lms.renderers import JSONRenderer

pytestmark = pytest.mark.django_db


def test_the_register_knows_of_courses():
    assert Keeper("courses", export=export, erase=erase) in list(keepers)


def test_a_person_gets_their_courses_and_reviews(instructor, student):
    lecture = LectureFactory(section__course__instructor=instructor, body="My words")
    reviews.write(instructor, CourseFactory(), rating=3, comment="Well")
    reviews.write(student, lecture.course, rating=5)
    kept = orjson.loads(JSONRenderer().render(export(instructor)))
    assert [course["title"] for course in kept["courses"]] == [lecture.course.title]
    assert kept["courses"][0]["lectures"][0]["body"] == "My words"
    assert [review["comment"] for review in kept["reviews"]] == ["Well"]


def test_reviews_go_and_no_longer_count(student, other_student):
    course = CourseFactory(published=True)
    reviews.write(student, course, rating=1)
    reviews.write(other_student, course, rating=5)
    erase(student)
    erase(student)
    course.refresh_from_db()
    assert list(Review.objects.values_list("user", flat=True)) == [other_student.pk]
    assert (course.rating_sum, course.rating_count) == (5, 1)


def test_courses_that_others_study_are_archived_and_the_rest_deleted(instructor, student):
    studied = CourseFactory(instructor=instructor, published=True)
    CourseFactory(instructor=instructor, published=True)
    foreign = CourseFactory(published=True)
    enroll(student.pk, studied.pk, source="free")
    erase(instructor)
    erase(instructor)
    assert dict(Course.objects.values_list("pk", "status")) == {
        studied.pk: "archived",
        foreign.pk: "published",
    }
