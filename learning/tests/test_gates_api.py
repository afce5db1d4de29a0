"""Gates over HTTP: who is locked out where, what opens, and how an instructor lifts them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.services.erasure import erase_account
from courses.models import Course, Lecture
from learning.models import AccessChange, Enrollment
from learning.queries.progress import GATED, get_outline
from learning.services.completion import pass_lecture
from learning.services.enrollment import enroll as give
from lms.models import AuditEntry
from lms.mongodb.transaction import atomic

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz(course, lectures, lectures_of):
    """The last of four lectures."""
    [quiz] = lectures_of(course, 1, kind="quiz", body="")
    return quiz


@pytest.fixture
def ordered(course, quiz):
    """The course, which is studied in order."""
    Course.objects.filter(pk=course.pk).update(pacing="in_order")
    return course


def refused(response) -> tuple:
    [error] = response.json()["errors"]
    return response.status_code, error["code"], error.get("params")


def lock(reason, *lectures, opens_at=None):
    return {"reason": reason, "opens_at": opens_at, "lectures": [str(each.pk) for each in lectures]}


def pass_quiz(student, quiz):
    outline = get_outline(student.pk, quiz.course_id, *GATED)
    atomic(pass_lecture)(student.pk, quiz.course_id, quiz.pk, outline)


def test_a_locked_lecture_says_why_wherever_it_is_shown_and_is_not_read(
    ordered, enrolled, student, lectures, quiz, progress_url, lecture_url, commands
):
    first, second, third = lectures
    why = lock("complete_first", first)
    with commands() as sent:
        shown = enrolled.get(progress_url).json()
    assert [each["locked"] for each in shown["lectures"]] == [None, why, why, why]
    assert len(sent) == 1
    outline = enrolled.get(f"/api/v1/courses/{ordered.pk}/lectures").json()
    page = enrolled.get(f"/api/v1/courses/{ordered.pk}").json()
    for shown in (outline, page):
        seen = [each["locked"] for part in shown["sections"] for each in part["lectures"]]
        assert seen == [None, why, why, why]
    access = f"/api/v1/courses/{ordered.pk}/access?lecture="
    assert enrolled.get(access + str(second.pk)).json()["locked"] == why
    with commands() as sent:
        assert refused(enrolled.get(f"/api/v1/lectures/{second.pk}")) == (403, "locked", why)
    assert len(sent) == 2
    assert refused(enrolled.post(f"/api/v1/lectures/{second.pk}/playback")) == (403, "locked", why)
    assert refused(enrolled.patch(lecture_url(second))) == (403, "locked", why)
    assert enrolled.patch(lecture_url(first)).json()["lectures"][1]["locked"] is None
    assert enrolled.get(f"/api/v1/lectures/{second.pk}").json()["locked"] is None
    assert enrolled.get(access + str(second.pk)).json()["locked"] is None
    Lecture.objects.filter(pk=third.pk).update(is_published=False)
    assert enrolled.patch(lecture_url(second)).json()["percentage"] == 66
    assert enrolled.get(f"/api/v1/lectures/{quiz.pk}").status_code == 200


def test_nobody_is_locked_out_of_a_course_that_they_teach_or_look_after(
    ordered, staff, instructor, quiz, client_of, progress_url, lecture_url
):
    for person in (staff, instructor):
        client = client_of(person)
        assert client.get(f"/api/v1/lectures/{quiz.pk}").status_code == 200
        give(person.pk, ordered.pk, source="staff")
        assert client.get(f"/api/v1/lectures/{quiz.pk}").status_code == 200
        assert {each["locked"] for each in client.get(progress_url).json()["lectures"]} == {None}


def test_a_section_opens_days_after_enrolling(course, instructor, lectures, enrolled, client_of):
    author, section = client_of(instructor), lectures[0].section_id
    url = f"/api/v1/sections/{section}"
    assert author.patch(url, {"opens": {"days": 3}}).json()["opens"] == {"days": 3}
    enrolled_at = Enrollment.objects.get().enrolled_at
    opens_at = (enrolled_at + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    status, code, params = refused(enrolled.get(f"/api/v1/lectures/{lectures[0].pk}"))
    assert (status, code, params["reason"], params["lectures"]) == (403, "locked", "opens_at", [])
    assert params["opens_at"][:23] == opens_at[:23]
    assert enrolled.get(f"/api/v1/courses/{course.pk}").json()["sections"][0]["opens"] == {
        "days": 3
    }
    Enrollment.objects.update(enrolled_at=enrolled_at - timedelta(days=3))
    assert enrolled.get(f"/api/v1/lectures/{lectures[0].pk}").status_code == 200
    ahead = (timezone.now() + timedelta(days=1)).isoformat()
    assert list(author.patch(url, {"opens": {"at": ahead}}).json()["opens"]) == ["at"]
    assert enrolled.get(f"/api/v1/lectures/{lectures[0].pk}").status_code == 403
    assert author.patch(url, {"opens": None}).json()["opens"] is None
    assert enrolled.get(f"/api/v1/lectures/{lectures[0].pk}").status_code == 200


def test_completing_everything_goes_on_in_order_as_far_as_it_may(
    course, ordered, enrolled, student, quiz, lectures_of, progress_url, lecture_url
):
    [after] = lectures_of(course, 1)
    for _ in range(2):
        progress = enrolled.post(f"{progress_url}/complete").json()
        assert (progress["completed_lectures"], progress["left"]) == (
            3,
            [str(quiz.pk), str(after.pk)],
        )
    assert progress["lectures"][-1]["locked"] == lock("pass_first", quiz)
    pass_quiz(student, quiz)
    progress = enrolled.post(f"{progress_url}/complete").json()
    assert (progress["percentage"], progress["left"]) == (100, [])
    progress = enrolled.post(f"{progress_url}/reset").json()
    assert [each["completed"] for each in progress["lectures"]] == [
        False,
        False,
        False,
        True,
        False,
    ]
    assert {each["locked"] for each in progress["lectures"]} == {None}  # it was all completed once


def test_a_quiz_is_completed_by_passing_alone(enrolled, student, quiz, lecture_url, batch, ago):
    must_be_passed = (409, "must_be_passed", None)
    assert refused(enrolled.patch(lecture_url(quiz))) == must_be_passed
    for body in ({"completed": False}, {"position_seconds": 5}):
        assert enrolled.patch(lecture_url(quiz), body).status_code == 200
    update = {"lecture": str(quiz.pk), "at": ago(5)}
    [skipped] = batch(update).json()["skipped"]
    assert skipped == {"index": 0, "lecture": str(quiz.pk), "code": "must_be_passed"}
    pass_quiz(student, quiz)
    assert refused(enrolled.patch(lecture_url(quiz), {"completed": False})) == must_be_passed
    assert batch({**update, "completed": False}).json()["skipped"] == [skipped]
    assert batch(update).json()["skipped"] == []
    progress = enrolled.patch(lecture_url(quiz)).json()
    assert progress["lectures"][-1]["completed"] is True


def test_a_batch_opens_what_it_completes_in_whatever_order_it_stands(
    ordered, enrolled, lectures, quiz, batch, ago
):
    first, second, third = (str(each.pk) for each in lectures)
    updates = [
        {"lecture": third, "at": ago(30), "position_seconds": 40},
        {"lecture": second, "at": ago(20), "watched": [[0, 600]]},
        {"lecture": first, "at": ago(10)},
        {"lecture": str(quiz.pk), "at": ago(5), "position_seconds": 1},
    ]
    for _ in range(2):
        progress = batch(*updates).json()
        assert progress["skipped"] == [{"index": 3, "lecture": str(quiz.pk), "code": "locked"}]
        assert [each["completed"] for each in progress["lectures"]] == [True, True, False, False]
        assert progress["lectures"][2]["position_seconds"] == 40


def test_a_batch_opens_what_it_completes_also_if_it_undoes_that(
    ordered, enrolled, lectures, batch, ago
):
    first, second, _ = (str(each.pk) for each in lectures)
    updates = [
        {"lecture": first, "at": ago(30), "completed": True},
        {"lecture": second, "at": ago(20), "completed": True},
        {"lecture": first, "at": ago(10), "completed": False},
    ]
    for _ in range(2):
        progress = batch(*updates).json()
        assert progress["skipped"] == []
        done = [each["completed"] for each in progress["lectures"]]
        assert done == [False, True, False, False]


@pytest.mark.parametrize("kind", ["article", "file"])
def test_what_was_completed_and_undone_stays_open(
    ordered, enrolled, lectures, lecture_url, progress_url, kind
):
    first, second, _ = lectures
    Lecture.objects.filter(pk=second.pk).update(kind=kind)
    for each in (first, second):
        enrolled.patch(lecture_url(each), {"completed": True})
    for each in (first, second):
        enrolled.patch(lecture_url(each), {"completed": False})
    progress = enrolled.get(progress_url).json()
    assert [bool(each["locked"]) for each in progress["lectures"]] == [False, False, True, True]


def test_an_instructor_lifts_the_gates_for_one_student_with_a_reason(
    ordered, enrolled, instructor, staff, client_of, quiz
):
    enrollment = Enrollment.objects.get()
    students = f"/api/v1/courses/{ordered.pk}/students"
    url = f"{students}/{enrollment.pk}/unlock"
    client = client_of(instructor)
    assert client.put(url, {"reason": " "}).status_code == 400
    first = client.put(url, {"reason": "Was ill"})
    assert (first.status_code, first.json()["reason"]) == (200, "Was ill")
    assert client.put(url, {"reason": "Was ill"}).json() == first.json()
    assert client.get(students).json()["results"][0]["unlocked"] == first.json()
    assert enrolled.get(f"/api/v1/lectures/{quiz.pk}").status_code == 200
    for _ in range(2):
        assert client_of(staff).delete(url).status_code == 204
    assert enrolled.get(f"/api/v1/lectures/{quiz.pk}").status_code == 403
    trail = AccessChange.objects.exclude(source="free").order_by("pk")
    assert [(each.action, each.reason, each.by) for each in trail] == [
        ("unlocked", "Was ill", instructor.pk),
        ("locked", "", staff.pk),
    ]
    assert [(each.action, each.by) for each in AuditEntry.objects.all()] == [("lock", staff.pk)]


def test_no_reason_is_kept_of_an_erased_student(ordered, enrolled, student, instructor, client_of):
    pk = Enrollment.objects.get().pk
    erase_account(student)
    url = f"/api/v1/courses/{ordered.pk}/students/{pk}/unlock"
    assert client_of(instructor).put(url, {"reason": "Was ill"}).status_code == 404
    assert Enrollment.objects.get().unlock_reason == ""


def test_staff_see_why_a_lecture_is_locked_and_open_it(ordered, enrolled, student, quiz, office):
    page = f"/admin/learning/enrollment/why/{student.pk}/?course={ordered.pk}"
    assert "other lectures come first" in office.get(page).content.decode()
    office.post(page, {"remedy": "unlock", "reason": "They wrote to us"})
    assert "All lectures are open for them: They wrote to us" in office.get(page).content.decode()
    assert enrolled.get(f"/api/v1/lectures/{quiz.pk}").status_code == 200
