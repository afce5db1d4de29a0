"""Migrations of data that exists already, which may be repeated after they were stopped in the middle."""

from datetime import UTC, datetime
from importlib import import_module

import pytest
from bson import ObjectId
from django.apps import apps

from accounts.tests.factories import UserFactory
from courses.models import Review
from courses.services import reviews
from learning import marks
from learning.models import Enrollment
from learning.queries.enrollments import consumed_percentage
from learning.services.enrollment import enroll as give
from learning.services.enrollment import revoke

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 1, 5, tzinfo=UTC)


def watched(seconds: int) -> list[int]:
    """Return the mark of a video of ten minutes that was watched for so long."""
    return [int(marks.stamp(NOW, seconds)), int(marks.slices([(0, seconds)], 600))]


def test_what_was_completed_or_watched_before_counts_as_consumed(
    course, lectures, student, other_student, enroll
):
    first, second, third = lectures
    gone = ObjectId()
    enroll(
        student,
        course,
        completed_lectures=[first.pk, gone],
        positions={str(second.pk): watched(600), str(third.pk): watched(300)},
    )
    enroll(other_student, course)
    columns = {"consumed_lectures": "", "consumed_percent": ""}
    Enrollment.collection().update_many({}, {"$unset": columns})  # as the version before left them
    migration = import_module("learning.migrations.0004_fill_consumed")
    for _ in range(2):
        migration.fill(apps, None)
        row = Enrollment.objects.get(user=student)
        assert set(row.consumed_lectures) == {first.pk, second.pk, gone}
        assert row.consumed_percent == 66
        assert Enrollment.objects.get(user=other_student).consumed_lectures == []


def test_what_was_completed_or_consumed_before_stays_open(course, lectures, student, enroll):
    first, second, third = (each.pk for each in lectures)
    enroll(student, course, completed_lectures=[first], consumed_lectures=[first, second])
    Enrollment.collection().update_many({}, {"$unset": {"ever_completed": ""}})
    migration = import_module("learning.migrations.0014_ever_completed")
    for _ in range(2):
        migration.fill(apps, None)
        assert set(Enrollment.objects.get().ever_completed) == {first, second}
    Enrollment.objects.update(ever_completed=[third])
    migration.fill(apps, None)
    assert set(Enrollment.objects.get().ever_completed) == {first, second, third}


def test_filling_never_lowers_what_was_consumed_since(course, lectures, student, enroll):
    ids = [lecture.pk for lecture in lectures]
    enroll(student, course, consumed_lectures=ids, consumed_percent=100)
    import_module("learning.migrations.0004_fill_consumed").fill(apps, None)
    row = Enrollment.objects.get()
    assert (set(row.consumed_lectures), row.consumed_percent) == (set(ids), 100)


def test_an_enrollment_that_is_not_filled_yet_counts_what_is_completed(
    course, lectures, student, enroll, client_of, lecture_url
):
    enroll(student, course, completed_lectures=[lectures[0].pk])
    columns = {"consumed_lectures": "", "consumed_percent": ""}
    Enrollment.collection().update_many({}, {"$unset": columns})
    assert consumed_percentage(student.pk, course.pk) == 33
    client_of(student).patch(lecture_url(lectures[1]))
    assert consumed_percentage(student.pk, course.pk) == 66


def test_each_ended_grant_keeps_who_ended_it(course, student, other_student, staff):
    order = ObjectId()
    give(student.pk, course.pk, source="purchase", order=order)
    give(student.pk, course.pk, source="free")
    give(other_student.pk, course.pk, source="free")
    revoke(student.pk, course.pk, order=order)
    revoke(student.pk, course.pk, source="free", by=staff.pk)
    expected = list(Enrollment.collection().find())
    fields = ("grants.$[].ended_by_staff", "grants.$[].ended_by_settlement")
    active = Enrollment.collection().update_many({}, {"$unset": dict.fromkeys(fields, "")})
    assert active.modified_count == 2

    step = import_module("learning.migrations.0005_who_ended_a_grant")
    for _ in range(2):  # it may be killed and run again
        step.fill(apps, None)
        rows = {row["user_id"]: row["grants"] for row in Enrollment.collection().find()}
        bought, free = rows[student.pk]
        assert (bought["ended_by_staff"], bought["ended_by_settlement"]) == (None, True)
        assert (free["ended_by_staff"], free["ended_by_settlement"]) == (staff.pk, False)
        assert rows[student.pk] == expected[0]["grants"]
        assert "ended_by_staff" not in rows[other_student.pk][0]


def test_reviews_of_people_without_access_stop_counting(course, student, other_student, enroll):
    for person in (student, other_student, stranger := UserFactory()):
        reviews.write(person, course, rating=4)
    reviews.hide(reviews.write(hidden := UserFactory(), course, rating=1))
    enroll(student, course)
    enroll(hidden, course)
    enroll(other_student, course)
    Enrollment.objects.filter(user=other_student).update(status="revoked")
    migration = import_module("learning.migrations.0006_end_reviews")
    for _ in range(2):
        migration.end(apps, None)
        course.refresh_from_db()
        assert (course.rating_sum, course.rating_count, course.rating_average) == (4, 1, 4000)
        ended = Review.objects.exclude(access_ended_at=None)
        assert {review.user_id for review in ended} == {other_student.pk, stranger.pk}


def test_an_interrupted_migration_of_reviews_is_finished(course, student):
    review = reviews.write(student, course, rating=4)
    Review.objects.filter(pk=review.pk).update(access_ended_at=NOW)  # stopped before it counted
    import_module("learning.migrations.0006_end_reviews").end(apps, None)
    course.refresh_from_db()
    assert course.rating_count == 0
