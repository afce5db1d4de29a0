"""A student's progress: reading it and changing it."""

from datetime import timedelta

import pytest
from bson import ObjectId
from django.utils import timezone

from courses.models import Course, Lecture
from courses.tests.factories import CourseFactory
from learning.services.enrollment import revoke

pytestmark = pytest.mark.django_db


def test_a_new_student_has_completed_nothing(enrolled, progress_url, lectures):
    response = enrolled.get(progress_url)
    assert response.status_code == 200
    assert response.json() == {
        "percentage": 0,
        "completed_lectures": 0,
        "total_lectures": 3,
        "is_completed": False,
        "completed_at": None,
        "certificate": None,
        "last_lecture": None,
        "resume": {"lecture": str(lectures[0].pk), "position_seconds": 0},
        "lectures": [
            {"id": str(lecture.pk), "completed": False, "position_seconds": 0, "locked": None}
            for lecture in lectures
        ],
    }


def test_an_empty_body_completes_the_lecture(enrolled, lecture_url, lectures):
    response = enrolled.patch(lecture_url(lectures[1]))
    assert response.status_code == 200
    progress = response.json()
    assert (progress["percentage"], progress["completed_lectures"]) == (33, 1)
    assert [each["completed"] for each in progress["lectures"]] == [False, True, False]
    assert progress["last_lecture"] == str(lectures[1].pk)


def test_an_update_returns_the_progress(enrolled, lecture_url, progress_url, lectures):
    progress = enrolled.patch(lecture_url(lectures[0]), {"position_seconds": 42}).json()
    assert progress == enrolled.get(progress_url).json()
    assert progress["lectures"][0] == {
        "id": str(lectures[0].pk),
        "completed": False,
        "position_seconds": 42,
        "locked": None,
    }
    assert progress["resume"] == {"lecture": str(lectures[0].pk), "position_seconds": 42}


def test_a_lecture_is_undone(enrolled, lecture_url, lectures):
    enrolled.patch(lecture_url(lectures[0]), {"completed": True})
    progress = enrolled.patch(lecture_url(lectures[0]), {"completed": False}).json()
    assert (progress["percentage"], progress["completed_lectures"]) == (0, 0)


def test_a_repeated_update_changes_nothing(enrolled, lecture_url, lectures):
    first = enrolled.patch(lecture_url(lectures[0]), {"completed": True}).json()
    assert enrolled.patch(lecture_url(lectures[0]), {"completed": True}).json() == first


def test_a_position_stays_within_the_lecture(enrolled, lecture_url, lectures):
    progress = enrolled.patch(lecture_url(lectures[0]), {"position_seconds": 10**15}).json()
    assert progress["lectures"][0]["position_seconds"] == 600
    progress = enrolled.patch(lecture_url(lectures[0]), {"position_seconds": 12.9}).json()
    assert progress["lectures"][0]["position_seconds"] == 12


def test_an_article_keeps_the_position_that_was_sent(course, lectures_of, enrolled, lecture_url):
    [article] = lectures_of(course, 1, kind="article", body="Read me.", duration_seconds=0)
    progress = enrolled.patch(lecture_url(article), {"position_seconds": 42}).json()
    [seen] = [each for each in progress["lectures"] if each["id"] == str(article.pk)]
    assert seen["position_seconds"] == 42


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({"position_seconds": -1}, "position_seconds"),
        ({"position_seconds": "soon"}, "position_seconds"),
        ({"position_seconds": True}, "position_seconds"),
        ({"position_seconds": None}, "position_seconds"),
        ({"completed": "perhaps"}, "completed"),
        ({"completed": None}, "completed"),
        ({"watched": [[5, 1]]}, "watched"),
        ({"watched": [[1]]}, "watched"),
        ({"watched": [[1, 2, 3]]}, "watched"),
        ({"watched": {"0": 1}}, "watched"),
        ({"watched": [[0, 1]] * 201}, "watched"),
        ({"at": "yesterday"}, "at"),
    ],
)
def test_bad_input_is_refused(enrolled, lecture_url, lectures, body, attr):
    response = enrolled.patch(lecture_url(lectures[0]), body)
    assert response.status_code == 400
    assert response.json()["errors"][0]["attr"].startswith(attr)


def test_the_position_with_the_latest_time_is_kept(enrolled, lecture_url, lectures):
    now = timezone.now()

    def send(position, minutes_ago):
        at = (now - timedelta(minutes=minutes_ago)).isoformat()
        body = {"position_seconds": position, "at": at}
        return enrolled.patch(lecture_url(lectures[0]), body).json()["lectures"][0]

    assert send(100, 10)["position_seconds"] == 100
    assert send(300, 20)["position_seconds"] == 100
    assert send(50, 5)["position_seconds"] == 50


def test_a_time_in_the_future_counts_as_now(enrolled, lecture_url, lectures):
    ahead = (timezone.now() + timedelta(days=400)).isoformat()
    enrolled.patch(lecture_url(lectures[0]), {"position_seconds": 10, "at": ahead})
    progress = enrolled.patch(lecture_url(lectures[0]), {"position_seconds": 20}).json()
    assert progress["lectures"][0]["position_seconds"] == 20


def test_a_late_update_does_not_change_the_last_lecture(enrolled, lecture_url, lectures):
    enrolled.patch(lecture_url(lectures[1]), {"position_seconds": 10})
    hour_ago = (timezone.now() - timedelta(hours=1)).isoformat()
    progress = enrolled.patch(
        lecture_url(lectures[2]), {"position_seconds": 30, "at": hour_ago}
    ).json()
    assert progress["last_lecture"] == str(lectures[1].pk)
    assert progress["lectures"][2]["position_seconds"] == 30


def test_a_student_continues_at_the_next_lecture_that_is_not_completed(
    enrolled, lecture_url, lectures
):
    enrolled.patch(lecture_url(lectures[0]), {"completed": True})
    progress = enrolled.patch(lecture_url(lectures[1]), {"completed": True}).json()
    assert progress["resume"] == {"lecture": str(lectures[2].pk), "position_seconds": 0}
    progress = enrolled.patch(lecture_url(lectures[2]), {"completed": True}).json()
    assert progress["resume"]["lecture"] == str(lectures[2].pk)


def test_lectures_are_in_the_order_of_the_outline(
    course, enrolled, progress_url, lectures_of, lectures
):
    later = lectures_of(course, 2)
    progress = enrolled.get(progress_url).json()
    assert [each["id"] for each in progress["lectures"]] == [str(x.pk) for x in [*lectures, *later]]


def test_percentage_is_exact_when_lectures_come_and_go(
    course, enrolled, lecture_url, progress_url, lectures, lectures_of
):
    def percentage():
        return enrolled.get(progress_url).json()["percentage"]

    for lecture in lectures[:2]:
        enrolled.patch(lecture_url(lecture))
    assert percentage() == 66
    [added] = lectures_of(course, 1)
    assert percentage() == 50
    Lecture.objects.filter(pk=added.pk).update(is_published=False)
    assert percentage() == 66
    Lecture.objects.filter(pk=lectures[0].pk).update(is_published=False)
    assert percentage() == 50
    Lecture.objects.filter(pk=lectures[0].pk).update(is_published=True)
    Lecture.objects.filter(pk=lectures[1].pk).delete()
    assert percentage() == 50


def test_percentages_are_rounded_down(course, student, enroll, client_of, lectures_of):
    lectures = lectures_of(course, 201)
    enroll(student, course)
    client, url = client_of(student), f"/api/v1/courses/{course.pk}/progress"
    client.post(f"{url}/complete")
    progress = client.patch(f"{url}/lectures/{lectures[0].pk}", {"completed": False}).json()
    assert (progress["percentage"], progress["is_completed"]) == (99, False)


def test_a_course_without_lectures_is_at_0_percent(
    course, student, enroll, client_of, progress_url
):
    enroll(student, course)
    progress = client_of(student).post(f"{progress_url}/complete").json()
    assert (progress["percentage"], progress["is_completed"], progress["resume"]) == (
        0,
        False,
        None,
    )


def test_a_student_completes_a_course_and_starts_it_again(
    enrolled, lecture_url, progress_url, lectures
):
    enrolled.patch(lecture_url(lectures[0]), {"position_seconds": 100})
    for _ in range(2):
        response = enrolled.post(f"{progress_url}/complete")
        assert response.status_code == 200
        assert (response.json()["percentage"], response.json()["is_completed"]) == (100, True)
    for _ in range(2):
        response = enrolled.post(f"{progress_url}/reset")
        assert response.status_code == 200
        progress = response.json()
        assert (progress["percentage"], progress["is_completed"], progress["completed_at"]) == (
            0,
            False,
            None,
        )
        assert progress["last_lecture"] is None
        assert all(each["position_seconds"] == 0 for each in progress["lectures"])


def test_a_lecture_that_is_not_published_in_the_course_is_404(
    course, enrolled, lecture_url, lectures, lectures_of
):
    Lecture.objects.filter(pk=lectures[0].pk).update(is_published=False)
    [foreign] = lectures_of(CourseFactory(published=True), 1)
    for lecture in (lectures[0], foreign, Lecture(pk=ObjectId())):
        assert enrolled.patch(lecture_url(lecture)).status_code == 404


@pytest.mark.parametrize("method", ["get", "patch", "complete", "reset"])
def test_only_students_have_progress(
    method,
    course,
    lectures,
    visitor,
    student,
    other_student,
    instructor,
    staff,
    enroll,
    client_of,
    progress_url,
    lecture_url,
):
    enroll(student, course)
    revoke(student.pk, course.pk, source="free")

    def call(client):
        if method == "get":
            return client.get(progress_url)
        if method == "patch":
            return client.patch(lecture_url(lectures[0]))
        return client.post(f"{progress_url}/{method}")

    assert call(visitor).status_code == 401
    for person in (student, other_student, instructor, staff):
        response = call(client_of(person))
        assert response.status_code == 403
        assert response.json()["errors"][0]["code"] == "enrollment_required"
    Course.objects.filter(pk=course.pk).update(status="draft")
    assert call(client_of(other_student)).status_code == 404


def test_students_keep_an_archived_course(course, enrolled, progress_url):
    Course.objects.filter(pk=course.pk).update(status="archived")
    assert enrolled.get(progress_url).status_code == 200


def test_unknown_and_malformed_ids_are_404(enrolled, progress_url):
    assert enrolled.get("/api/v1/courses/xyz/progress").status_code == 404
    assert enrolled.get(f"/api/v1/courses/{ObjectId()}/progress").status_code == 404
    assert enrolled.patch(f"{progress_url}/lectures/xyz").status_code == 404
