"""When a lecture and a course are completed, and when they stay completed."""

import pytest
from django.urls import reverse

from certificates.models import Certificate
from courses.models import Course, Lecture
from learning.models import Enrollment
from learning.queries.progress import STUDIED, get_outline
from learning.services import study
from learning.services.completion import complete_and_render
from learning.services.enrollment import revoke

pytestmark = pytest.mark.django_db


def watch(client, url, *ranges):
    return client.patch(url, {"watched": list(ranges)}).json()


def test_a_video_is_completed_when_nine_tenths_were_watched(enrolled, lecture_url, lectures):
    url = lecture_url(lectures[0])
    assert watch(enrolled, url, [0, 530])["completed_lectures"] == 0
    assert watch(enrolled, url, [530, 540])["completed_lectures"] == 1


def test_watched_parts_count_once_in_any_order(enrolled, lecture_url, lectures):
    url = lecture_url(lectures[0])
    watch(enrolled, url, [400, 600], [0, 100])
    watch(enrolled, url, [400, 600], [0, 100])
    assert watch(enrolled, url, [90, 320])["completed_lectures"] == 0
    assert watch(enrolled, url, [250, 350], [0, 1], [5000, 6000])["completed_lectures"] == 1


def test_a_minute_that_is_watched_many_times_counts_once(enrolled, lecture_url, lectures):
    for _ in range(12):
        progress = watch(enrolled, lecture_url(lectures[0]), [0, 60])
    assert progress["completed_lectures"] == 0


def test_the_share_that_must_be_watched_is_a_setting(enrolled, lecture_url, lectures, settings):
    settings.COMPLETION_PERCENT = 50
    assert watch(enrolled, lecture_url(lectures[0]), [0, 300])["completed_lectures"] == 1


def test_an_article_is_not_completed_by_watching(course, enrolled, lecture_url, lectures_of):
    [article] = lectures_of(course, 1)
    assert watch(enrolled, lecture_url(article), [0, 10_000])["completed_lectures"] == 0


def test_an_undone_video_stays_undone_until_it_is_said_to_be_completed(
    enrolled, lecture_url, lectures
):
    url = lecture_url(lectures[0])
    watch(enrolled, url, [0, 500])
    enrolled.patch(url, {"completed": False})
    assert watch(enrolled, url, [0, 600])["completed_lectures"] == 0
    assert enrolled.patch(url).json()["completed_lectures"] == 1


def test_one_update_carries_the_position_and_the_watched_parts(enrolled, lecture_url, lectures):
    body = {"position_seconds": 590, "watched": [[0, 590]]}
    progress = enrolled.patch(lecture_url(lectures[0]), body).json()
    assert progress["lectures"][0] == {
        "id": str(lectures[0].pk),
        "completed": True,
        "position_seconds": 590,
        "locked": None,
    }


def test_a_video_that_must_be_watched_is_not_completed_in_another_way(
    course, enrolled, lecture_url, progress_url, lectures, lectures_of
):
    Course.objects.filter(pk=course.pk).update(completion=Course.Completion.WATCHED)
    [article] = lectures_of(course, 1)
    for response in (
        enrolled.patch(lecture_url(lectures[0])),
        enrolled.post(f"{progress_url}/complete"),
    ):
        assert response.status_code == 409
        assert response.json()["errors"][0]["code"] == "must_be_watched"
    assert enrolled.patch(lecture_url(article)).json()["completed_lectures"] == 1
    for lecture in lectures:
        watch(enrolled, lecture_url(lecture), [0, 600])
    response = enrolled.post(f"{progress_url}/complete")
    assert (response.status_code, response.json()["percentage"]) == (200, 100)


def test_a_video_of_unknown_length_is_completed_by_hand_where_others_must_be_watched(
    course, enrolled, lecture_url, progress_url, lectures, lectures_of
):
    Course.objects.filter(pk=course.pk).update(completion=Course.Completion.WATCHED)
    [recorded] = lectures_of(course, 1, kind="video", body="", duration_seconds=0)
    assert watch(enrolled, lecture_url(recorded), [0, 600])["completed_lectures"] == 0
    assert enrolled.patch(lecture_url(recorded)).json()["completed_lectures"] == 1
    enrolled.patch(lecture_url(recorded), {"completed": False})
    for lecture in lectures:
        watch(enrolled, lecture_url(lecture), [0, 600])
    assert enrolled.post(f"{progress_url}/complete").json()["is_completed"]


def test_completing_a_course_sets_the_date_and_issues_a_certificate(
    enrolled, progress_url, course, student
):
    progress = enrolled.post(f"{progress_url}/complete").json()
    certificate = Certificate.objects.get()
    assert progress["completed_at"].endswith("Z")
    assert progress["certificate"] == certificate.code
    assert certificate.person_name == student.name
    assert certificate.course_title == course.title
    assert certificate.instructor_name == course.instructor.name


def test_a_completed_course_stays_completed_when_lectures_are_added(
    course, enrolled, progress_url, lectures_of, visitor
):
    before = enrolled.post(f"{progress_url}/complete").json()
    lectures_of(course, 1)
    after = enrolled.get(progress_url).json()
    assert (after["percentage"], after["completed_lectures"]) == (75, 3)
    assert after["is_completed"]
    assert after["completed_at"] == before["completed_at"]
    assert after["certificate"] == before["certificate"]
    response = visitor.get(reverse("certificate", args=[before["certificate"]]))
    assert response.json()["valid"]
    again = enrolled.post(f"{progress_url}/complete").json()
    assert again["completed_at"] == before["completed_at"]
    assert Certificate.objects.count() == 1


def test_hiding_the_last_missing_lecture_completes_the_course(
    enrolled, lecture_url, progress_url, lectures
):
    for lecture in lectures[:2]:
        enrolled.patch(lecture_url(lecture))
    assert not enrolled.get(progress_url).json()["is_completed"]
    Lecture.objects.filter(pk=lectures[2].pk).update(is_published=False)
    progress = enrolled.get(progress_url).json()
    assert (progress["percentage"], progress["is_completed"]) == (100, True)
    assert progress["certificate"] == Certificate.objects.get().code


def test_undoing_a_lecture_removes_the_date_but_not_the_certificate(
    enrolled, lecture_url, progress_url, lectures
):
    before = enrolled.post(f"{progress_url}/complete").json()
    undone = enrolled.patch(lecture_url(lectures[0]), {"completed": False}).json()
    assert (undone["is_completed"], undone["completed_at"]) == (False, None)
    assert undone["certificate"] == before["certificate"]
    enrolled.post(f"{progress_url}/reset")
    again = enrolled.post(f"{progress_url}/complete").json()
    assert again["is_completed"]
    assert again["certificate"] == before["certificate"]
    assert Certificate.objects.count() == 1


def test_undoing_a_lecture_that_is_not_completed_keeps_the_date(
    course, enrolled, lecture_url, progress_url, lectures_of
):
    enrolled.post(f"{progress_url}/complete")
    [added] = lectures_of(course, 1)
    assert enrolled.patch(lecture_url(added), {"completed": False}).json()["is_completed"]


def test_a_certificate_lost_in_a_crash_is_issued_at_the_next_read(
    enrolled, progress_url, course, student
):
    enrolled.post(f"{progress_url}/complete")
    Certificate.objects.all().delete()
    Enrollment.objects.update(certificate="", completed_at=None)
    progress = enrolled.get(progress_url).json()
    assert progress["is_completed"]
    assert progress["certificate"] == Certificate.objects.get().code
    assert study.complete(student.pk, course.pk)["certificate"] == progress["certificate"]


def test_access_that_ends_during_the_completion_leaves_no_certificate(
    enrolled, course, student, lectures
):
    outline = get_outline(student.pk, course.pk, *STUDIED)
    done = {**outline, "completed_lectures": [each.pk for each in lectures]}
    Enrollment.objects.update(completed_lectures=done["completed_lectures"])
    revoke(student.pk, course.pk, source="free", reason="Refunded.")
    assert complete_and_render(outline, done)["completed_at"] is None
    assert not Certificate.objects.exists()
