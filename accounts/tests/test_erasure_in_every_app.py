"""The erasure of a person who has data in every app."""

import pytest
from bson import json_util
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.services.sessions import open_session
from accounts.tests.clients import bearer, picture
from accounts.tests.factories import PASSWORD, UserFactory
from assessments.tests.factories import SubmissionFactory, ask
from certificates.models import Certificate
from courses.models import Course
from courses.services import reviews
from courses.tests.factories import CategoryFactory, CourseFactory, LectureFactory, SectionFactory
from learning.models import Enrollment, WishlistItem
from learning.services import notes, wishlist
from learning.services.enrollment import enroll
from media.models import Asset, PlaybackGrant
from media.tests.factories import AssetFactory
from payments.models import Coupon, Order, Refund

pytestmark = pytest.mark.django_db

MARK = "zelda"
"""Part of everything that is Zelda's: a document that contains it, in upper or lower case, is a trace."""

APPS = ("media", "courses", "learning", "assessments", "payments")


def traces(mark: str) -> dict[str, int]:
    """Return how many documents of each collection contain the mark."""
    connection.ensure_connection()
    counts = {}
    for name in connection.database.list_collection_names():
        texts = map(json_util.dumps, connection.database[name].find())
        if count := sum(mark in text.lower() for text in texts):
            counts[name] = count
    return counts


def client_for(user: User) -> APIClient:
    return bearer(open_session(user, user_agent="Zelda's browser", ip="198.51.100.77"))


@pytest.fixture
def zelda(sandbox):
    user = UserFactory(
        name="Zelda Zimmermann",
        email="zelda@private.test",
        headline="Zelda plays the zither",
        bio="I am Zelda.",
        role="instructor",
    )
    image = {"avatar": picture()}
    client_for(user).put("/api/v1/users/me/avatar", image, format="multipart")
    user.refresh_from_db()
    return user


@pytest.fixture
def somebody():
    return UserFactory(name="Sam Student", email="sam@example.test")


@pytest.fixture
def studied(zelda):
    """A course that she bought, studied and reviewed."""
    course = CourseFactory(published=True, category=CategoryFactory())
    lecture = LectureFactory(section=SectionFactory(course=course))
    order = Order.objects.create(
        user=zelda,
        course=course,
        status="paid",
        list_amount=4999,
        total_amount=4999,
        currency="usd",
        paid_at=timezone.now(),
        receipt_url="https://stripe.test/receipts/zelda",
    )
    Refund.objects.create(order=order, amount=100, reason="Zelda wants her money back")
    enroll(zelda.pk, course.pk, source="purchase", order=order.pk, reason="Zelda paid")
    SubmissionFactory(
        user=zelda,
        lecture=LectureFactory(section=lecture.section, kind="assignment"),
        text="Zelda's essay.",
    )
    reviews.write(zelda, course, rating=5, comment="Zelda was here.")
    notes.create(zelda, lecture, body="Zelda noted this.")
    wishlist.add(zelda, CourseFactory(published=True))
    Certificate.objects.create(
        code="c" * 22,
        user=zelda,
        course=course,
        person_name=zelda.name,
        course_title=course.title,
        instructor_name="Ina",
        issued_at=timezone.now(),
    )
    return order


@pytest.fixture
def taught(zelda, somebody):
    """Two courses that she teaches: one that somebody studies, and one that nobody does."""
    category = CategoryFactory()
    kept = CourseFactory(instructor=zelda, category=category, published=True, slug="kept")
    LectureFactory(section=SectionFactory(course=kept))
    enroll(somebody.pk, kept.pk, source="staff")
    review = reviews.write(somebody, kept, rating=4)
    reviews.reply(zelda, review, comment="Zelda thanks you.")
    dropped = CourseFactory(
        instructor=zelda, category=category, title="By Zelda", description="Zelda's own."
    )
    LectureFactory(section=SectionFactory(course=dropped), body="Zelda wrote this.")
    AssetFactory(owner=zelda, original_name="zelda-at-home.mp4")
    ask(zelda, prompt="Who is Zelda?")
    Coupon.objects.create(code="HALF", owner=zelda, percent=50)
    return kept


def delete(user):
    response = client_for(user).delete("/api/v1/users/me", {"current_password": PASSWORD})
    assert response.status_code == 204


def test_the_search_for_traces_covers_every_app(zelda, studied, taught):
    assert {name.partition("_")[0] for name in traces(MARK)} == {
        "accounts",
        "assessments",
        "courses",
        "learning",
        "media",
        "payments",
    }


def test_no_collection_contains_a_trace_of_an_erased_person(zelda, studied, taught):
    avatar = zelda.avatar
    delete(zelda)
    assert traces(MARK) == {}
    assert traces("198.51.100.77") == {}
    assert not avatar.storage.exists(avatar.name)
    assert not PlaybackGrant.objects.filter(user=zelda).exists()
    assert not WishlistItem.objects.filter(user=zelda).exists()
    assert not Asset.objects.filter(owner=zelda).exclude(status="deleted").exists()


def test_the_orders_of_an_erased_person_stay(zelda, studied, taught):
    delete(zelda)
    order = Order.objects.get(pk=studied.pk)
    assert (order.status, order.total_amount, order.user_id) == ("paid", 4999, zelda.pk)
    assert Enrollment.objects.filter(user=zelda).count() == 1


def test_students_keep_a_course_whose_instructor_was_erased(zelda, taught, somebody):
    delete(zelda)
    assert list(Course.objects.filter(instructor=zelda)) == [taught]
    taught.refresh_from_db()
    assert taught.status == "archived"
    course = client_for(somebody).get(f"/api/v1/courses/{taught.pk}")
    assert course.status_code == 200
    assert course.json()["instructor"]["name"] == "Deleted user"
    assert APIClient().get("/api/v1/courses/kept").status_code == 404


def test_the_export_contains_the_persons_data_from_every_app(zelda, studied, taught):
    export = client_for(zelda).get("/api/v1/users/me/export").json()
    assert set(export) >= {"account", *APPS}
    for name in ("account", *APPS):
        assert MARK in str(export[name]).lower(), name
