"""Events of learning: access, lectures, completion and the certificate, each with its change."""

import pytest
from django.utils import timezone

from certificates import services as certificates
from certificates.models import Certificate
from learning.models import Enrollment
from learning.services import study
from learning.services.enrollment import enroll as give
from learning.services.enrollment import restore, revoke
from learning.services.updates import Update
from lms.models import Event


@pytest.fixture
def told():
    """Return the types of the events since the last call, those of one object in their order."""
    last = []

    def read():
        rows = Event.objects.exclude(pk__in=last).order_by("object_id", "number")
        last.extend(row.pk for row in rows)
        return [row.type for row in rows]

    return read


def test_each_change_of_access_and_of_a_certificate_leaves_one_event(
    course, student, staff, lectures_of, told
):
    lectures_of(course, 1)
    key = {"source": "free"}
    person = (student.pk, course.pk)
    assert give(*person, **key)
    assert not give(*person, **key)
    assert told() == ["enrollment.created"]
    study.complete(*person)
    study.complete(*person)
    assert sorted(told()) == ["certificate.issued", "enrollment.completed", "lecture.completed"]
    revoke(*person, **key)
    revoke(*person, **key, by=staff.pk)
    assert sorted(told()) == ["certificate.revoked", "enrollment.ended"]
    restore(*person, **key)
    assert told() == []  # staff's end holds
    certificate = Certificate.objects.get()
    assert certificates.withdraw(certificate)
    restore(*person, **key, by=staff.pk)
    assert told() == ["enrollment.restored"]  # the certificate is withdrawn
    assert certificates.reinstate(certificate)
    certificates.erase_person(student.pk)
    certificates.erase_person(student.pk)
    assert told() == ["certificate.restored", "certificate.revoked"]
    event = Event.objects.get(type="lecture.completed")
    assert event.object_id == Enrollment.objects.get().pk
    assert event.data.keys() == {"user", "course", "lecture"}


def test_what_another_server_gave_leaves_no_event(course, student, told):
    give(student.pk, course.pk, source="import")
    assert told() == []


def test_a_lecture_is_told_of_when_it_is_completed_in_whatever_way(
    course, student, enroll, lectures_of, told
):
    first, second, video, _ = lectures_of(course, 4, kind="video", body="", duration_seconds=60)
    enroll(student, course)
    told()
    record = lambda lecture, **what: study.record(student.pk, course.pk, lecture.pk, **what)  # noqa: E731
    record(first, position_seconds=9)
    record(video, watched=[[0, 30]])
    assert told() == []
    record(video, watched=[[30, 60]])
    record(video, watched=[[0, 60]])
    assert told() == ["lecture.completed"]
    record(first, completed=True)
    record(first, completed=True)
    record(first, completed=False)
    assert told() == ["lecture.completed"]
    at = timezone.now()
    updates = [Update(each.pk, at, completed=True) for each in (first, second, video)]
    study.record_batch(student.pk, course.pk, updates)
    rows = Event.objects.order_by("-number")[:2]
    assert told() == ["lecture.completed"] * 2
    assert {row.data["lecture"] for row in rows} == {str(first.pk), str(second.pk)}


def test_two_devices_that_complete_a_video_together_leave_one_event(
    course, student, enroll, lectures_of, told, watched
):
    """The second device reports between the first one's look at the enrollment and its write."""
    video, _ = lectures_of(course, 2, kind="video", body="", duration_seconds=60)
    enroll(student, course)
    told()
    sent = []

    def interfere(event):
        if event.command_name == "findAndModify" and not sent:
            sent.append(event)
            study.record(student.pk, course.pk, video.pk, watched=[[30, 60]])

    with watched(interfere):
        study.record(student.pk, course.pk, video.pk, watched=[[0, 30]])
    assert Enrollment.objects.get().completed_lectures == [video.pk]
    assert told() == ["lecture.completed"]
