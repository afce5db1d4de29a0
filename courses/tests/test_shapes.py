"""Rendered courses and reviews have the keys and values that the serializers declare."""

from types import SimpleNamespace

import orjson
import pytest
from rest_framework.request import Request

from courses.models import Course, Review
from courses.queries.cards import render_card, render_own_card
from courses.queries.courses import find_course, render_course
from courses.queries.instructors import render_instructor
from courses.queries.reviews import list_reviews, render_review
from courses.serializers import (
    CourseCardSerializer,
    CourseDetailSerializer,
    InstructorSerializer,
    OwnCourseSerializer,
    ReviewSerializer,
)
from courses.services import reviews
from courses.tests.factories import CourseFactory, LectureFactory
from lms.pagination import Page
from lms.renderers import JSONRenderer

pytestmark = pytest.mark.django_db


def plain(data):
    return orjson.loads(JSONRenderer().render(data))


@pytest.fixture
def course(student):
    course = LectureFactory(
        section__course=CourseFactory(
            published=True,
            thumbnail="lms/thumbnails/abc.jpg",
            tags=["a"],
            objectives=["b"],
            requirements=["c"],
            instructor__avatar="lms/avatars/abc.jpg",
        ),
        kind="video",
        duration_seconds=61,
    ).course
    review = reviews.write(student, course, rating=4, comment="Good")
    reviews.reply(course.instructor, review, comment="Thank you")
    return Course.objects.select_related("category", "instructor").get(pk=course.pk)


def declared(serializer, course, **more):
    """Render a course by its serializer; `more` are the values that are no columns of the row."""
    row = SimpleNamespace(
        **{field.name: getattr(course, field.name) for field in Course._meta.fields}
        | {"rejection_reason": course.rejection_reason or None},
        price={"amount": course.price_amount, "currency": course.currency},
        rating={"average": 4.0, "count": 1},
        thumbnail_srcset=render_card(find_course(course.pk))["thumbnail_srcset"],
        **more,
    )
    row.thumbnail = course.thumbnail.url
    return plain(serializer(row).data)


def test_a_card_has_its_declared_shape(course):
    written = plain(render_card(find_course(course.pk)))
    assert written == declared(CourseCardSerializer, course)


def test_a_card_of_an_own_course_has_its_declared_shape(course):
    written = plain(render_own_card(find_course(course.pk)))
    assert written == declared(OwnCourseSerializer, course)


@pytest.mark.parametrize("whole", [True, False])
def test_a_course_in_full_has_its_declared_shape(course, whole):
    written = render_course(find_course(course.slug), whole=whole)
    assert plain(written) == declared(
        CourseDetailSerializer,
        course,
        sections=written["sections"],
        viewer=written["viewer"],
    )
    [section] = written["sections"]
    assert section["lectures"]
    assert ("is_published" in section["lectures"][0]) == whole


def test_a_review_has_its_declared_shape(course, student, rf):
    type(student).objects.filter(pk=student.pk).update(avatar="lms/avatars/abc.jpg")
    page = Page.of(Request(rf.get("/")), ("-created_at", "-id"))
    [document] = list_reviews(course.pk, page)
    review = Review.objects.select_related("user").get()
    row = SimpleNamespace(
        **{name: getattr(review, name) for name in ReviewSerializer().fields if name != "author"},
        user=review.user,
    )
    row.reply = {"comment": review.reply, "created_at": review.replied_at}
    assert plain(render_review(document)) == plain(ReviewSerializer(row).data)


def test_an_instructor_has_the_declared_keys(course):
    written = render_instructor(course.instructor)
    assert written.keys() == InstructorSerializer().fields.keys()
    assert written["courses"][0].keys() == CourseCardSerializer().fields.keys()
    assert written["rating"].keys() == InstructorSerializer().fields["rating"].fields.keys()
