"""Many requests at once: nothing is lost, and nothing is counted twice."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from bson import encode
from django.db import connection
from django.utils import timezone

from accounts.tests.factories import UserFactory
from certificates.models import Certificate
from courses.models import Course
from learning.models import AccessChange, Enrollment
from learning.services import enrollment, study

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(calls: list[Callable], threads: int = 8) -> list:
    with ThreadPoolExecutor(threads) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


def document() -> dict:
    return connection.get_collection(Enrollment._meta.db_table).find_one()


def test_a_hundred_updates_of_thirty_lectures_at_once_lose_none(
    course, student, enroll, client_of, lectures_of, progress_url, lecture_url
):
    lectures = lectures_of(course, 30, kind="video", duration_seconds=600)
    enroll(student, course)
    updates = [(lectures[number % 30], number) for number in range(100)]
    random.shuffle(updates)

    def update(lecture, number):
        body = {"completed": True, "position_seconds": number}
        return client_of(student).patch(lecture_url(lecture), body)

    responses = at_once([lambda u=u: update(*u) for u in updates])
    assert {response.status_code for response in responses} == {200}
    progress = client_of(student).get(progress_url).json()
    assert (progress["percentage"], progress["completed_lectures"]) == (100, 30)
    sent = {str(lecture.pk): set() for lecture in lectures}
    for lecture, number in updates:
        sent[str(lecture.pk)].add(number)
    assert all(each["position_seconds"] in sent[each["id"]] for each in progress["lectures"])
    assert len(document()["completed_lectures"]) == 30


def test_the_last_lectures_completed_at_once_issue_one_certificate(
    course, student, enroll, lectures_of
):
    lectures = lectures_of(course, 8)
    enroll(student, course)
    results = at_once(
        [
            lambda pk=each.pk: study.record(student.pk, course.pk, pk, completed=True)
            for each in lectures
        ]
    )
    assert Certificate.objects.count() == 1
    completed = Enrollment.objects.get()
    assert completed.completed_at is not None
    assert completed.certificate == Certificate.objects.get().code
    assert {each["certificate"] for each in results} <= {None, completed.certificate}


def test_what_two_devices_watched_is_merged(course, lectures, enrolled, student):
    lecture = lectures[0]
    parts = [(start, start + 10) for start in range(0, 540, 10)] * 2
    random.shuffle(parts)
    results = at_once(
        [
            lambda part=part: study.record(student.pk, course.pk, lecture.pk, watched=[part])
            for part in parts
        ]
    )
    assert max(each["completed_lectures"] for each in results) == 1
    assert document()["completed_lectures"] == [lecture.pk]


def test_the_latest_of_many_positions_is_kept(course, lectures, enrolled, student):
    now = timezone.now()
    seconds = list(range(100))
    random.shuffle(seconds)
    at_once(
        [
            lambda second=second: study.record(
                student.pk,
                course.pk,
                lectures[0].pk,
                position_seconds=second,
                at=now - timedelta(seconds=1000 - second),
            )
            for second in seconds
        ]
    )
    progress = study.record(student.pk, course.pk, lectures[1].pk, completed=True)
    assert progress["lectures"][0]["position_seconds"] == 99


def test_enrolling_many_times_at_once_creates_one_enrollment(course, client_of, student):
    responses = at_once(
        [lambda: client_of(student).post(f"/api/v1/courses/{course.pk}/enroll") for _ in range(12)]
    )
    assert sorted(response.status_code for response in responses) == [200] * 11 + [201]
    assert len({response.json()["id"] for response in responses}) == 1
    assert Course.objects.get().student_count == 1
    assert AccessChange.objects.count() == 1


def test_the_number_of_students_is_exact_after_many_changes_at_once(course, student, other_student):
    third = UserFactory()
    people = [student, other_student, third]
    calls = [
        lambda act=act, person=person: act(person.pk, course.pk, source="staff")
        for _ in range(6)
        for person in people
        for act in (enrollment.enroll, enrollment.revoke)
    ]
    random.shuffle(calls)
    at_once(calls)
    active = Enrollment.objects.active().count()
    assert Course.objects.get().student_count == active
    for row in Enrollment.objects.all():
        assert len(row.grants) == 1
        assert (row.status == "active") == row.grants[0].active
    given = AccessChange.objects.filter(action="granted").count()
    assert given - AccessChange.objects.filter(action="revoked").count() == active


def test_a_thousand_lectures_fit_into_128_kilobytes(course, student, enroll, lectures_of):
    [lecture] = lectures_of(course, 1, duration_seconds=600)
    enroll(student, course)
    everything = {"position_seconds": 600, "watched": [(0, 600)], "completed": True}
    study.record(student.pk, course.pk, lecture.pk, **everything)
    found = document()
    [mark] = found["positions"].values()
    assert len(mark) == 3
    ids = [lecture.pk.__class__() for _ in range(1000)]
    found["completed_lectures"] = found["consumed_lectures"] = ids
    found["positions"] = {str(pk): mark for pk in ids}
    assert len(encode(found)) < 128_000
