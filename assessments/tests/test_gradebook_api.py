"""The grades of a course: a student's own, and the instructor's gradebook."""

import csv
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.tests.factories import UserFactory
from assessments.models import Attempt, Question, Quiz
from assessments.tests import exams
from assessments.tests.factories import AssignmentFactory, SubmissionFactory, ask
from courses.tests.factories import LectureFactory, SectionFactory
from learning.services.enrollment import enroll, revoke

pytestmark = pytest.mark.django_db
DUE = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
def essay(course):
    section = SectionFactory(course=course, position=1)
    lecture = LectureFactory(section=section, kind="assignment", body="", title="=Essay")
    return AssignmentFactory(lecture=lecture, points=200, due_at=DUE)


@pytest.fixture
def quiz(course, essay, instructor):
    """A quiz of one point, which comes before the essay."""
    lecture = LectureFactory(
        section=SectionFactory(course=course, position=0), kind="quiz", body=""
    )
    question = ask(instructor)
    items = [{"question": str(question.pk)}]
    return Quiz.objects.create(lecture=lecture, items=items, questions=[question.pk])


def graded(student, quiz, percentage: int) -> Attempt:
    result: dict[str, Any] = {
        "status": "graded",
        "percentage": percentage,
        "passed": percentage >= 50,
    }
    return exams.begin(student, quiz, exams.choice(), **result)


def hand_in(student, essay, percentage: int | None = None) -> None:
    result: dict[str, Any] = {"status": "submitted", "submitted_at": DUE}
    if percentage is not None:
        result |= {"status": "graded", "percentage": percentage, "passed": percentage >= 50}
    SubmissionFactory(lecture=essay.lecture, user=student, **result)


def url(course, path="gradebook") -> str:
    return f"/api/v1/courses/{course.pk}/{path}"


def test_students_see_their_own_grades(course, quiz, essay, student, other_student, client_of):
    enroll(student.pk, course.pk, source="free")
    client = client_of(student)
    AssignmentFactory(lecture__section=essay.lecture.section, lecture__is_published=False)
    nothing = {"best": None, "last": None, "counted": None, "attempts": 0, "passed": None}
    about = [
        {
            "lecture": str(each.lecture_id),
            "title": each.lecture.title,
            "kind": each.lecture.kind,
            "due_at": due,
        }
        for each, due in ((quiz, None), (essay, "2030-01-01T00:00:00.000Z"))
    ]
    assert client.get(url(course, "grades")).json() == {
        "results": [each | nothing for each in about]
    }
    for percentage in (60, 90, 40):
        graded(student, quiz, percentage)
    graded(other_student, quiz, 100)
    exams.begin(student, quiz, exams.choice())
    hand_in(student, essay)
    of_quiz, of_essay = client.get(url(course, "grades")).json()["results"]
    assert {**of_quiz, **nothing} == about[0] | nothing
    assert (of_quiz["best"], of_quiz["last"], of_quiz["counted"]) == (90, 40, 90)
    assert (of_quiz["attempts"], of_quiz["passed"]) == (4, True)
    assert of_essay == about[1] | nothing | {"attempts": 1}
    Quiz.objects.update(counts="last")
    of_quiz, _ = client.get(url(course, "grades")).json()["results"]
    assert (of_quiz["counted"], of_quiz["passed"]) == (40, False)
    for outsider in (other_student, course.instructor):
        [error] = client_of(outsider).get(url(course, "grades")).json()["errors"]
        assert error["code"] == "enrollment_required"
    revoke(student.pk, course.pk, source="free")
    assert client.get(url(course, "grades")).status_code == 403


def test_the_instructor_has_a_gradebook_and_a_csv_that_no_spreadsheet_executes(
    course, quiz, essay, student, other_student, instructor, other_instructor, staff, client_of
):
    for person in (student, other_student, gone := UserFactory()):
        enroll(person.pk, course.pk, source="free")
    revoke(gone.pk, course.pk, source="free")
    graded(student, quiz, 90)
    hand_in(student, essay, 30)
    client = client_of(instructor)
    body = client.get(url(course)).json()
    assert [(each["kind"], each["max_score"]) for each in body["columns"]] == [
        ("quiz", 100), ("assignment", 200),
    ]  # fmt: skip
    assert [row["student"]["id"] for row in body["results"]] == [
        str(other_student.pk),
        str(student.pk),
    ]
    assert [(each["percentage"], each["passed"], each["attempts"]) for each in body["results"][1]["cells"]] == [
        (90, True, 1), (30, False, 1),
    ]  # fmt: skip
    assert {each["percentage"] for each in body["results"][0]["cells"]} == {None}
    response = client.get(url(course, "gradebook/csv"))
    assert response["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(response.getvalue().decode("utf-8-sig").splitlines()))
    assert rows == [
        ["name", "email", quiz.lecture.title, "'=Essay"],
        [student.name, student.email, "90", "30"],
        [other_student.name, other_student.email, "", ""],
    ]
    for person in (student, other_instructor, staff):
        for path in ("gradebook", "gradebook/csv"):
            assert client_of(person).get(url(course, path)).status_code == 403
    Quiz.objects.update(items=[{"draw": {"tags": ["x"], "count": 2}}], questions=[])
    assert client.get(url(course)).json()["columns"][0]["max_score"] is None


def test_the_gradebook_and_a_regrade_count_what_is_over(
    course, quiz, student, instructor, client_of
):
    client = client_of(instructor)
    enroll(student.pk, course.pk, source="free")
    question = Question.objects.get()
    asked = exams.choice(pk=str(question.pk))
    regrade = f"/api/v1/questions/{question.pk}/regrade"

    def let_one_end() -> None:
        exams.begin(student, quiz, asked, expires_at=timezone.now() - timedelta(minutes=1))

    let_one_end()
    [row] = client.get(url(course)).json()["results"]
    assert row["cells"][0] | {"lecture": None} == {
        "lecture": None, "percentage": 0, "passed": False, "attempts": 1,
    }  # fmt: skip
    let_one_end()
    b"".join(client.get(url(course, "gradebook/csv")))
    assert not Attempt.objects.filter(status="open").exists()
    let_one_end()
    b"".join(client.get(f"/api/v1/lectures/{quiz.lecture_id}/attempts/csv"))
    assert not Attempt.objects.filter(status="open").exists()
    let_one_end()
    assert client.post(regrade, {"reason": "Late.", "dry_run": True}).json()["attempts"] == 4


def test_a_page_of_the_gradebook_costs_as_many_commands_as_one_student(
    course, quiz, essay, instructor, client_of, commands
):
    client = client_of(instructor)

    def fill(students: int) -> None:
        for _ in range(students):
            enroll((person := UserFactory()).pk, course.pk, source="free")
            for percentage in range(0, 100, 10):
                graded(person, quiz, percentage)
            hand_in(person, essay)

    def sent(path: str) -> int:
        with commands() as events:
            response = client.get(url(course, path))
            assert response.status_code == 200
            if path != "gradebook":
                assert response.getvalue()
        return len(events)

    fill(1)
    alone = {path: sent(path) for path in ("gradebook", "gradebook/csv")}
    fill(10)  # more attempts than MongoDB sends at once
    assert {path: sent(path) for path in alone} == alone
    assert max(alone.values()) <= 11
    first = client.get(url(course, "gradebook?page_size=6")).json()
    second = client.get(first["next"]).json()
    assert (len(first["results"]), len(second["results"]), second["next"]) == (6, 5, None)
    assert first["columns"] == second["columns"]
