"""Grades of what students handed in, and the inbox of those who give them."""

from datetime import timedelta

import pytest
from bson import ObjectId
from django.utils import timezone

from accounts.tests.factories import UserFactory
from assessments.models import Assignment, Grade
from assessments.tests.factories import SubmissionFactory
from learning.models import Enrollment
from lms.models import QueuedTask

pytestmark = pytest.mark.django_db


def url(essay, path="submission") -> str:
    return f"/api/v1/lectures/{essay.lecture_id}/{path}"


def errors(response) -> list[tuple[str, str | None]]:
    return [(each["code"], each["attr"]) for each in response.json()["errors"]]


def test_a_rubric_is_scored_whole_and_each_grade_is_a_line(
    essay, student, instructor, staff, other_instructor, enrolled, teacher, client_of
):
    form, content = str(ObjectId()), str(ObjectId())
    rubric = [
        {"id": form, "title": "Form", "points": 40},
        {"id": content, "title": "Content", "points": 60},
    ]
    Assignment.objects.update(rubric=rubric)
    work = enrolled.post(f"{url(essay)}/submit", {"text": "Mine"}).json()
    grade = f"/api/v1/submissions/{work['id']}/grade"
    for body, expected in [
        ({}, ("required", "rubric")),
        ({"score": 50}, ("required", "rubric")),
        ({"rubric": {form: 1}}, ("invalid_rubric", "rubric")),
        ({"rubric": {form: 1, content: 1, "x": 1}}, ("invalid_rubric", "rubric")),
        ({"rubric": {form: 41, content: 1}}, ("max_value", f"rubric.{form}")),
        ({"rubric": {form: -1, content: 1}}, ("min_value", f"rubric.{form}")),
        ({"rubric": [1]}, ("not_a_dict", "rubric")),
        ({"rubric": {form: 1, content: 1}, "feedback": "x" * 10_001}, ("max_length", "feedback")),
    ]:
        response = teacher.put(grade, body)
        assert (response.status_code, errors(response)) == (400, [expected]), body
    scores = {"rubric": {form: 30, content: 40}}
    for person, status in [(student, 403), (staff, 403), (other_instructor, 404)]:
        assert client_of(person).put(grade, scores).status_code == status
    assert not Grade.objects.exists()
    first = teacher.put(grade, scores).json()
    assert (first["score"], first["max_score"], first["rubric"]) == (70, 100, scores["rubric"])
    assert teacher.put(grade, scores).json() == first
    lower = teacher.put(grade, {"rubric": {form: 0, content: 9}, "feedback": "Copied."}).json()
    assert (lower["percentage"], lower["passed"], lower["status"]) == (9, False, "graded")
    lines = Grade.objects.filter(submission=work["id"]).order_by("number")
    assert [(each.number, each.score, each.by, each.source) for each in lines] == [
        (1, 70, instructor.pk, "manual"), (2, 9, instructor.pk, "manual"),
    ]  # fmt: skip
    assert Enrollment.objects.get().passed_lectures == [essay.lecture_id]
    assert QueuedTask.objects.filter(name__endswith="send_message").count() <= 2


def test_without_a_rubric_a_grade_is_one_score(essay, enrolled, teacher):
    work = enrolled.post(f"{url(essay)}/submit", {"text": "Mine"}).json()
    grade = f"/api/v1/submissions/{work['id']}/grade"
    for body, expected in [
        ({}, ("required", "score")),
        ({"score": 101}, ("max_value", "score")),
        ({"score": -1}, ("min_value", "score")),
        ({"score": 0.5}, ("invalid", "score")),
        ({"score": 1, "rubric": {"x": 1}}, ("invalid_rubric", "rubric")),
        ({"score": 1, "returned": "perhaps"}, ("invalid", "returned")),
    ]:
        response = teacher.put(grade, body)
        assert (response.status_code, errors(response)) == (400, [expected]), body
    assert teacher.put(grade, {"score": 0}).json()["passed"] is False


def test_the_inbox_has_pages_at_constant_cost_those_that_wait_longest_first(
    essay, student, instructor, other_instructor, teacher, client_of, commands
):
    now = timezone.now()
    waiting = [
        SubmissionFactory(
            lecture=essay.lecture,
            user=UserFactory(),
            status="submitted",
            submitted_at=now - timedelta(days=day),
        )
        for day in range(3)
    ]
    SubmissionFactory(lecture=essay.lecture, user=student)
    graded = SubmissionFactory(
        lecture=essay.lecture,
        user=UserFactory(),
        status="graded",
        submitted_at=now - timedelta(days=9),
    )

    def walk(query: str) -> list[str]:
        found, path = [], f"{url(essay, 'submissions')}?page_size=2{query}"
        while path:
            with commands() as sent:
                page = teacher.get(path).json()
            assert len(sent) <= 5
            found += [each["id"] for each in page["results"]]
            path = page["next"]
        return found

    newest_first = [str(each.pk) for each in (*waiting, graded)]
    assert walk("") == newest_first
    assert walk("&status=submitted") == newest_first[2::-1]
    inbox = url(essay, "submissions")
    assert errors(teacher.get(inbox, {"status": "draft"})) == [("invalid_choice", "status")]
    for person in (student, other_instructor):
        assert client_of(person).get(inbox).status_code == 403
