"""Export and erasure of what courses keep of a person."""

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


def test_courses_is_registered_as_a_keeper():
    assert Keeper("courses", export=export, erase=erase) in list(keepers)


def test_an_export_has_the_courses_and_reviews_of_a_person(instructor, student):
    lecture = LectureFactory(section__course__instructor=instructor, body="My words")
    reviews.write(instructor, CourseFactory(), rating=3, comment="Well")
    reviews.write(student, lecture.course, rating=5)
    kept = orjson.loads(JSONRenderer().render(export(instructor)))
    assert [course["title"] for course in kept["courses"]] == [lecture.course.title]
    assert kept["courses"][0]["lectures"][0]["body"] == "My words"
    assert [review["comment"] for review in kept["reviews"]] == ["Well"]


def test_erased_reviews_are_not_counted(student, other_student):
    course = CourseFactory(published=True)
    reviews.write(student, course, rating=1)
    reviews.write(other_student, course, rating=5)
    erase(student)
    erase(student)
    course.refresh_from_db()
    assert list(Review.objects.values_list("user", flat=True)) == [other_student.pk]
    assert (course.rating_sum, course.rating_count) == (5, 1)


def test_courses_with_students_are_archived_and_the_others_deleted(instructor, student):
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
