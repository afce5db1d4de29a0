"""What a student consumed of a course decides about refunds: it only grows, whatever they or the instructor undo."""

import pytest

from courses.models import Course, Lecture
from learning.models import Enrollment
from learning.queries.enrollments import consumed_percentage
from learning.services.enrollment import enroll as give
from learning.services.enrollment import revoke
from media.tests.factories import FileFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def consumed(student, course):
    """Return a function that returns the consumed share in percent."""
    return lambda: consumed_percentage(student.pk, course.pk)


def test_a_completed_lecture_stays_consumed_when_it_is_undone(
    enrolled, lecture_url, lectures, consumed
):
    assert consumed() == 0
    enrolled.patch(lecture_url(lectures[0]))
    assert consumed() == 33
    enrolled.patch(lecture_url(lectures[0]), {"completed": False})
    assert consumed() == 33
    enrolled.patch(lecture_url(lectures[0]))
    assert consumed() == 33


def test_a_course_that_is_started_again_stays_consumed(enrolled, progress_url, consumed):
    enrolled.post(f"{progress_url}/complete")
    assert enrolled.post(f"{progress_url}/reset").json()["percentage"] == 0
    assert consumed() == 100


def test_a_video_is_consumed_when_enough_of_it_was_watched(
    enrolled, lecture_url, lectures, consumed
):
    enrolled.patch(lecture_url(lectures[0]), {"watched": [[0, 530]], "position_seconds": 530})
    assert consumed() == 0
    enrolled.patch(lecture_url(lectures[0]), {"watched": [[530, 600]]})
    assert consumed() == 33


def test_a_video_is_consumed_though_the_same_update_undoes_it(
    enrolled, lecture_url, lectures, consumed
):
    body = {"watched": [[0, 600]], "completed": False}
    assert enrolled.patch(lecture_url(lectures[0]), body).json()["completed_lectures"] == 0
    assert consumed() == 33


def test_a_position_consumes_nothing(enrolled, lecture_url, lectures, consumed):
    enrolled.patch(lecture_url(lectures[0]), {"position_seconds": 600})
    assert consumed() == 0


@pytest.mark.parametrize("way", ["read", "play"])
def test_a_file_is_consumed_when_it_is_handed_out(
    way, course, instructor, student, enroll, client_of, lectures_of, consumed, commands
):
    asset = FileFactory(owner=instructor)
    file, _ = lectures_of(course, 2, kind="file", body="", asset=asset)
    enroll(student, course)
    client, url = client_of(student), f"/api/v1/lectures/{file.pk}"

    def ask() -> int:
        with commands() as sent:
            answer = client.get(url) if way == "read" else client.post(f"{url}/playback")
        assert answer.status_code == 200
        return len(sent)

    first = ask()
    assert consumed() == 50
    assert client.get(f"/api/v1/courses/{course.pk}/progress").json()["percentage"] == 0
    assert ask() == first - 2
    assert first <= 4


def test_a_file_that_is_not_ready_is_not_consumed(
    course, instructor, student, enroll, client_of, lectures_of, consumed
):
    asset = FileFactory(owner=instructor, status="processing")
    [file] = lectures_of(course, 1, kind="file", body="", asset=asset)
    enroll(student, course)
    assert client_of(student).get(f"/api/v1/lectures/{file.pk}").json()["file"] is None
    assert client_of(student).post(f"/api/v1/lectures/{file.pk}/playback").status_code == 409
    assert consumed() == 0


def test_nobody_but_students_consumes_a_file(
    course, instructor, staff, visitor, student, client_of, lectures_of, enroll
):
    asset = FileFactory(owner=instructor)
    [file] = lectures_of(course, 1, kind="file", body="", asset=asset, is_preview=True)
    for client in (visitor, client_of(instructor), client_of(staff), client_of(student)):
        assert client.get(f"/api/v1/lectures/{file.pk}").json()["file"]["url"]
    assert not Enrollment.objects.exists()


def test_lectures_that_come_later_do_not_lower_the_share(
    course, enrolled, lecture_url, lectures, lectures_of, consumed
):
    enrolled.patch(lecture_url(lectures[0]))
    added = lectures_of(course, 7)
    assert consumed() == 33
    for lecture in added[:2]:
        enrolled.patch(lecture_url(lecture))
    assert consumed() == 33
    enrolled.patch(lecture_url(added[2]))
    assert consumed() == 40


def test_lectures_that_go_do_not_lower_the_share(course, enrolled, lecture_url, lectures, consumed):
    enrolled.patch(lecture_url(lectures[0]))
    Lecture.objects.filter(pk=lectures[0].pk).delete()
    assert consumed() == 33
    Lecture.objects.filter(course=course).update(is_published=False)
    assert consumed() == 33


def test_what_was_consumed_before_counts_in_the_next_purchase(
    course, student, enrolled, lecture_url, lectures, consumed
):
    enrolled.patch(lecture_url(lectures[0]))
    revoke(student.pk, course.pk, source="free")
    assert consumed() == 33
    give(student.pk, course.pk, source="staff")
    assert consumed() == 33
    enrolled.patch(lecture_url(lectures[1]))
    assert consumed() == 66


def test_who_has_no_access_consumes_nothing(course, student, enrolled, lecture_url, lectures):
    revoke(student.pk, course.pk, source="free")
    assert enrolled.patch(lecture_url(lectures[0])).status_code == 403
    assert Enrollment.objects.get().consumed_lectures == []


def test_a_refused_completion_consumes_nothing(
    course, enrolled, progress_url, lecture_url, lectures, consumed
):
    Course.objects.filter(pk=course.pk).update(completion=Course.Completion.WATCHED)
    assert enrolled.patch(lecture_url(lectures[0])).status_code == 409
    assert enrolled.post(f"{progress_url}/complete").status_code == 409
    assert consumed() == 0


def test_shares_are_rounded_down(course, student, enroll, client_of, lectures_of, consumed):
    lectures = lectures_of(course, 201)
    enroll(student, course)
    url = f"/api/v1/courses/{course.pk}/progress/lectures"
    for lecture in lectures[:4]:
        client_of(student).patch(f"{url}/{lecture.pk}")
    assert consumed() == 1
    assert Enrollment.objects.get().consumed_percent == 1
