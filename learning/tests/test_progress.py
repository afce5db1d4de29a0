"""Progress as a student sees and makes it."""

from datetime import timedelta

import pytest
from bson import ObjectId
from django.utils import timezone

from courses.models import Course, Lecture
from courses.tests.factories import CourseFactory
from learning.services.enrollment import revoke

pytestmark = pytest.mark.django_db


def test_a_new_student_has_done_nothing(enrolled, progress_url, lectures):
    answer = enrolled.get(progress_url)
    assert answer.status_code == 200
    assert answer.json() == {
        "percentage": 0,
        "completed_lectures": 0,
        "total_lectures": 3,
        "is_completed": False,
        "completed_at": None,
        "certificate": None,
        "last_lecture": None,
        "resume": {"lecture": str(lectures[0].pk), "position_seconds": 0},
        "lectures": [
            {"id": str(lecture.pk), "completed": False, "position_seconds": 0}
            for lecture in lectures
        ],
    }


def test_an_empty_body_completes_the_lecture(enrolled, lecture_url, lectures):
    answer = enrolled.patch(lecture_url(lectures[1]))
    assert answer.status_code == 200
    told = answer.json()
    assert (told["percentage"], told["completed_lectures"]) == (33, 1)
    assert [each["completed"] for each in told["lectures"]] == [False, True, False]
    assert told["last_lecture"] == str(lectures[1].pk)


def test_the_answer_to_an_update_is_the_progress(enrolled, lecture_url, progress_url, lectures):
    told = enrolled.patch(lecture_url(lectures[0]), {"position_seconds": 42}).json()
    assert told == enrolled.get(progress_url).json()
    assert told["lectures"][0] == {
        "id": str(lectures[0].pk),
        "completed": False,
        "position_seconds": 42,
    }
    assert told["resume"] == {"lecture": str(lectures[0].pk), "position_seconds": 42}


def test_a_lecture_is_undone(enrolled, lecture_url, lectures):
    enrolled.patch(lecture_url(lectures[0]), {"completed": True})
    told = enrolled.patch(lecture_url(lectures[0]), {"completed": False}).json()
    assert (told["percentage"], told["completed_lectures"]) == (0, 0)


def test_repeating_changes_nothing(enrolled, lecture_url, lectures):
    first = enrolled.patch(lecture_url(lectures[0]), {"completed": True}).json()
    assert enrolled.patch(lecture_url(lectures[0]), {"completed": True}).json() == first


def test_a_position_stays_within_the_lecture(enrolled, lecture_url, lectures):
    told = enrolled.patch(lecture_url(lectures[0]), {"position_seconds": 10**15}).json()
    assert told["lectures"][0]["position_seconds"] == 600
    told = enrolled.patch(lecture_url(lectures[0]), {"position_seconds": 12.9}).json()
    assert told["lectures"][0]["position_seconds"] == 12


def test_an_article_keeps_the_position_that_it_is_told(course, lectures_of, enrolled, lecture_url):
    [article] = lectures_of(course, 1, kind="article", body="Read me.", duration_seconds=0)
    told = enrolled.patch(lecture_url(article), {"position_seconds": 42}).json()
    [seen] = [each for each in told["lectures"] if each["id"] == str(article.pk)]
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
    answer = enrolled.patch(lecture_url(lectures[0]), body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"].startswith(attr)


def test_the_last_position_by_time_wins_whenever_it_arrives(enrolled, lecture_url, lectures):
    now = timezone.now()

    def tell(position, minutes_ago):
        at = (now - timedelta(minutes=minutes_ago)).isoformat()
        body = {"position_seconds": position, "at": at}
        return enrolled.patch(lecture_url(lectures[0]), body).json()["lectures"][0]

    assert tell(100, 10)["position_seconds"] == 100
    assert tell(300, 20)["position_seconds"] == 100
    assert tell(50, 5)["position_seconds"] == 50


def test_a_clock_that_is_ahead_counts_as_now(enrolled, lecture_url, lectures):
    ahead = (timezone.now() + timedelta(days=400)).isoformat()
    enrolled.patch(lecture_url(lectures[0]), {"position_seconds": 10, "at": ahead})
    told = enrolled.patch(lecture_url(lectures[0]), {"position_seconds": 20}).json()
    assert told["lectures"][0]["position_seconds"] == 20


def test_what_arrives_late_does_not_become_the_last_lecture(enrolled, lecture_url, lectures):
    enrolled.patch(lecture_url(lectures[1]), {"position_seconds": 10})
    hour_ago = (timezone.now() - timedelta(hours=1)).isoformat()
    told = enrolled.patch(lecture_url(lectures[2]), {"position_seconds": 30, "at": hour_ago}).json()
    assert told["last_lecture"] == str(lectures[1].pk)
    assert told["lectures"][2]["position_seconds"] == 30


def test_one_goes_on_at_the_next_lecture_that_is_not_done(enrolled, lecture_url, lectures):
    enrolled.patch(lecture_url(lectures[0]), {"completed": True})
    told = enrolled.patch(lecture_url(lectures[1]), {"completed": True}).json()
    assert told["resume"] == {"lecture": str(lectures[2].pk), "position_seconds": 0}
    told = enrolled.patch(lecture_url(lectures[2]), {"completed": True}).json()
    assert told["resume"]["lecture"] == str(lectures[2].pk)


def test_the_order_is_the_outlines_across_sections(
    course, enrolled, progress_url, lectures_of, lectures
):
    later = lectures_of(course, 2)
    told = enrolled.get(progress_url).json()
    assert [each["id"] for each in told["lectures"]] == [str(x.pk) for x in [*lectures, *later]]


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


def test_ninety_nine_and_a_bit_is_not_a_hundred(course, student, enroll, client_of, lectures_of):
    lectures = lectures_of(course, 201)
    enroll(student, course)
    client, url = client_of(student), f"/api/v1/courses/{course.pk}/progress"
    client.post(f"{url}/complete")
    told = client.patch(f"{url}/lectures/{lectures[0].pk}", {"completed": False}).json()
    assert (told["percentage"], told["is_completed"]) == (99, False)


def test_a_course_without_lectures_is_at_nothing(course, student, enroll, client_of, progress_url):
    enroll(student, course)
    told = client_of(student).post(f"{progress_url}/complete").json()
    assert (told["percentage"], told["is_completed"], told["resume"]) == (0, False, None)


def test_all_is_completed_and_all_begun_again(enrolled, lecture_url, progress_url, lectures):
    enrolled.patch(lecture_url(lectures[0]), {"position_seconds": 100})
    for _ in range(2):
        answer = enrolled.post(f"{progress_url}/complete")
        assert answer.status_code == 200
        assert (answer.json()["percentage"], answer.json()["is_completed"]) == (100, True)
    for _ in range(2):
        answer = enrolled.post(f"{progress_url}/reset")
        assert answer.status_code == 200
        told = answer.json()
        assert (told["percentage"], told["is_completed"], told["completed_at"]) == (0, False, None)
        assert told["last_lecture"] is None
        assert all(each["position_seconds"] == 0 for each in told["lectures"])


def test_a_lecture_that_is_not_shown_is_not_there(
    course, enrolled, lecture_url, lectures, lectures_of
):
    Lecture.objects.filter(pk=lectures[0].pk).update(is_published=False)
    [foreign] = lectures_of(CourseFactory(published=True), 1)
    for lecture in (lectures[0], foreign, Lecture(pk=ObjectId())):
        assert enrolled.patch(lecture_url(lecture)).status_code == 404


@pytest.mark.parametrize("method", ["get", "patch", "complete", "reset"])
def test_only_who_is_enrolled_has_progress(
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
        answer = call(client_of(person))
        assert answer.status_code == 403
        assert answer.json()["errors"][0]["code"] == "enrollment_required"
    Course.objects.filter(pk=course.pk).update(status="draft")
    assert call(client_of(other_student)).status_code == 404


def test_students_keep_an_archived_course(course, enrolled, progress_url):
    Course.objects.filter(pk=course.pk).update(status="archived")
    assert enrolled.get(progress_url).status_code == 200


def test_bad_ids_are_not_there(enrolled, progress_url):
    assert enrolled.get("/api/v1/courses/xyz/progress").status_code == 404
    assert enrolled.get(f"/api/v1/courses/{ObjectId()}/progress").status_code == 404
    assert enrolled.patch(f"{progress_url}/lectures/xyz").status_code == 404
