"""Quizzes as their author sets them, and as students see them."""

from datetime import timedelta

import pytest
from bson import ObjectId
from django.utils import timezone

from assessments.drawing import MAX_BYTES
from assessments.models import Question, Quiz
from assessments.tests.factories import AttemptFactory
from courses.services import authoring
from courses.tests.factories import LectureFactory
from learning.models import Enrollment
from learning.services.enrollment import revoke

pytestmark = pytest.mark.django_db


def url(quiz) -> str:
    return f"/api/v1/lectures/{quiz.lecture_id}/quiz"


def errors(response) -> list[tuple[str, str]]:
    return [(error["code"], error["attr"]) for error in response.json()["errors"]]


def fixed(question) -> dict:
    return {"question": str(question.pk)}


def drawing(count: int, *tags: str) -> dict:
    return {"draw": {"tags": list(tags), "count": count}}


@pytest.fixture
def put(quiz, instructor, client_of):
    """Return a function that sets the quiz: `put(items=[...])`."""
    return lambda **body: client_of(instructor).put(url(quiz), body)


def test_an_instructor_sets_a_whole_quiz_and_gets_it_back(put, quiz, instructor, questions_of):
    [first] = questions_of(instructor, 1)
    questions_of(instructor, 3, tags=["a", "b"])
    settings = {
        "passing_percent": 80, "max_attempts": 3, "time_limit_seconds": 600, "cooldown_seconds": 60,
        "shuffle": True, "show_key": "after_pass", "counts": "last",
    }  # fmt: skip
    items = [fixed(first), drawing(2, "a", "b")]
    response = put(items=items, **settings)
    assert (response.status_code, response.json()) == (200, {
        "lecture": str(quiz.lecture_id), "items": items, "problems": [], "question_count": 3, **settings,
    })  # fmt: skip
    assert Quiz.objects.get().questions == [first.pk]
    # What is left out gets its default.
    assert put(items=[]).json() == {
        "lecture": str(quiz.lecture_id), "items": [], "problems": [], "question_count": 0,
        "passing_percent": 50, "max_attempts": None, "time_limit_seconds": None, "cooldown_seconds": 0,
        "shuffle": False, "show_key": "after_attempt", "counts": "best",
    }  # fmt: skip


def test_what_is_wrong_with_a_quiz_is_named(put, quiz, instructor, other_instructor, questions_of):
    [mine, retired] = questions_of(instructor, 2)
    Question.objects.filter(pk=retired.pk).update(retired=True)
    [foreign] = questions_of(other_instructor, 1)
    unknown = {"question": str(ObjectId())}
    response = put(items=[fixed(mine), fixed(foreign), unknown, fixed(retired)])
    assert errors(response) == [("does_not_exist", f"items.{n}.question") for n in (1, 2, 3)]
    assert errors(put(items=[fixed(mine), fixed(mine)])) == [("repeated", "items.1.question")]
    both = {**fixed(mine), **drawing(1, "x")}
    for item in ({}, both):
        assert errors(put(items=[item])) == [("invalid", "items.0.question")]
    assert errors(put(items=[drawing(120, "x"), drawing(81, "y")])) == [("max_length", "items")]
    assert errors(put(items=[fixed(mine)], time_limit_seconds=29, passing_percent=0)) == [
        ("min_value", "passing_percent"),
        ("min_value", "time_limit_seconds"),
    ]
    assert errors(put(items="all")) == [("not_a_list", "items")]
    assert put().status_code == 400
    assert Quiz.objects.get().items == quiz.items


def test_a_draw_that_lacks_questions_is_refused_and_later_shown_as_a_problem(
    put, quiz, instructor, other_instructor, client_of, questions_of
):
    [one, *_] = questions_of(instructor, 3, tags=["x"])
    questions_of(instructor, 1, tags=["x"], retired=True)
    questions_of(other_instructor, 1, tags=["x"])
    items = [fixed(one), drawing(1, "x"), drawing(2, "x"), drawing(1, "x", "y")]
    response = put(items=items)
    assert errors(response) == [
        ("not_enough_questions", "items.2.draw"),
        ("not_enough_questions", "items.3.draw"),
    ]
    assert response.json()["errors"][0]["params"] == {"missing": 1}
    assert put(items=items[:2]).status_code == 200
    Question.objects.filter(tags=["x"]).exclude(pk=one.pk).update(retired=True)
    [problem] = client_of(instructor).get(url(quiz)).json()["problems"]
    assert (problem["code"], problem["attr"]) == ("not_enough_questions", "items.1.draw")
    assert [*authoring.list_missing(quiz.lecture.course)] == [f"lectures.{quiz.lecture_id}.quiz"]


def test_a_question_that_is_retired_stays_where_it_is_asked(put, quiz, instructor, questions_of):
    [question] = questions_of(instructor, 1)
    assert put(items=[fixed(question)]).status_code == 200
    Question.objects.update(retired=True)
    again = put(items=[fixed(question)], shuffle=True)
    assert (again.status_code, again.json()["problems"]) == (200, [])


def test_questions_that_are_too_large_together_are_refused(put, instructor, questions_of):
    long = "<p>" + "x" * 40_000 + "</p>"
    items = [fixed(each) for each in questions_of(instructor, 20, prompt_html=long)]
    assert errors(put(items=items)) == [("quiz_too_large", "items")]
    assert put(items=items[: MAX_BYTES // 41_000]).status_code == 200


def test_a_quiz_that_was_never_set_has_defaults(course, instructor, student, enrollment, client_of):
    lecture = LectureFactory(section__course=course, kind="quiz", body="")
    path = f"/api/v1/lectures/{lecture.pk}/quiz"
    body = client_of(instructor).get(path).json()
    assert (body["items"], body["passing_percent"], body["question_count"]) == ([], 50, 0)
    seen = client_of(student).get(path).json()
    assert (seen["can_start"], seen["reason"]) == (False, "not_enough_questions")
    assert [*authoring.list_missing(course)] == [f"lectures.{lecture.pk}.quiz"]
    assert client_of(instructor).put(path, {"items": []}).status_code == 200
    assert client_of(student).get(f"/api/v1/lectures/{ObjectId()}/quiz").status_code == 404
    article = LectureFactory(section=lecture.section)
    for method in ("get", "put"):
        call = getattr(client_of(instructor), method)
        assert call(f"/api/v1/lectures/{article.pk}/quiz", {"items": []}).status_code == 404


def test_who_may_watch_sees_the_rules_of_a_quiz_and_no_question(
    quiz, course, student, other_student, enrollment, client_of, visitor, commands
):
    with commands() as sent:
        response = client_of(student).get(url(quiz))
    assert len([each for each in sent if each.command_name != "insert"]) <= 3
    assert response.json() == {
        "lecture": str(quiz.lecture_id), "passing_percent": 50, "max_attempts": None, "time_limit_seconds": None,
        "cooldown_seconds": 0, "shuffle": False, "show_key": "after_attempt", "counts": "best",
        "question_count": 2, "extra_seconds": 0, "attempts_left": None, "can_start": True, "reason": "ready",
        "next_at": None, "items": quiz.items,
    }  # fmt: skip
    refused = client_of(other_student).get(url(quiz))
    assert (refused.status_code, errors(refused)) == (403, [("enrollment_required", None)])
    assert visitor.get(url(quiz)).status_code == 401
    type(quiz.lecture).objects.filter(pk=quiz.lecture_id).update(is_preview=True)
    seen = visitor.get(url(quiz)).json()
    assert (seen["reason"], seen["can_start"], "items" in seen) == (
        "enrollment_required",
        False,
        False,
    )
    revoke(student.pk, course.pk, source="free")
    assert client_of(student).get(url(quiz)).json()["reason"] == "enrollment_required"


def test_a_student_is_told_when_the_next_attempt_may_start(quiz, student, enrollment, client_of):
    Quiz.objects.update(max_attempts=2, cooldown_seconds=3600)
    client, now = client_of(student), timezone.now()

    def seen():
        body = client.get(url(quiz)).json()
        return body["reason"], body["can_start"], body["attempts_left"], body["next_at"]

    attempt = AttemptFactory(user=student, lecture=quiz.lecture, expires_at=now + timedelta(60))
    assert seen() == ("open_attempt", False, 1, None)
    # The time is over, and nobody has looked since.
    type(attempt).objects.update(expires_at=now - timedelta(seconds=600))
    reason, can_start, left, next_at = seen()
    assert (reason, can_start, left) == ("cooldown", False, 1)
    assert next_at.startswith((now + timedelta(seconds=3000)).strftime("%Y-%m-%dT%H:%M:%S"))
    type(attempt).objects.update(status="graded", submitted_at=now - timedelta(seconds=3601))
    assert seen() == ("ready", True, 1, None)
    Quiz.objects.update(max_attempts=1)
    assert seen() == ("no_attempts_left", False, 0, None)
    Quiz.objects.update(max_attempts=5)
    other = LectureFactory(section=quiz.lecture.section, position=9)
    type(other).objects.filter(pk=quiz.lecture_id).update(requires=[other.pk])
    assert seen() == ("locked", False, 4, None)
    assert "items" not in client.get(url(quiz)).json()
    Enrollment.objects.update(unlocked_at=now)
    assert seen()[0] == "ready"


def test_a_student_is_told_that_a_draw_lacks_questions(
    quiz, student, instructor, enrollment, client_of, questions_of, commands
):
    client = client_of(student)
    with commands() as alone:
        assert client.get(url(quiz)).json()["reason"] == "ready"
    drawn = questions_of(instructor, 2, tags=["x"])
    Quiz.objects.update(items=[{"draw": {"tags": ["x"], "count": 2}}], questions=[])
    with commands() as sent:
        assert client.get(url(quiz)).json()["can_start"]
    assert len(sent) == len(alone) + 1
    type(drawn[0]).objects.filter(pk=drawn[0].pk).update(retired=True)
    seen = client.get(url(quiz)).json()
    assert (seen["reason"], seen["can_start"]) == ("not_enough_questions", False)
    refused = client.post(f"/api/v1/lectures/{quiz.lecture_id}/attempts")
    assert (refused.status_code, errors(refused)[0][0]) == (409, "not_enough_questions")


def test_a_lecture_that_was_attempted_is_not_deleted(quiz, instructor, client_of):
    lecture = f"/api/v1/lectures/{quiz.lecture_id}"
    Quiz.objects.update(has_attempts=True)
    refused = client_of(instructor).delete(lecture)
    assert (refused.status_code, errors(refused)) == (409, [("has_attempts", None)])
    section = f"/api/v1/sections/{quiz.lecture.section_id}"
    assert errors(client_of(instructor).delete(section)) == [("has_attempts", None)]
    Quiz.objects.update(has_attempts=False)
    assert client_of(instructor).delete(lecture).status_code == 204
    assert not Quiz.objects.exists()
