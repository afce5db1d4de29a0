"""The start of an attempt: what is drawn is frozen, and never more attempts start than may."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from assessments.exceptions import CannotDraw, NoAttemptsLeft
from assessments.models import Attempt, Question, Quiz
from assessments.queries.attempts import render_attempt
from assessments.services.starting import start
from assessments.tests.factories import AttemptFactory
from assessments.views.attempts import OPEN
from courses.models import Lecture
from courses.services import lectures
from learning.services.enrollment import revoke
from lms.renderers import JSONRenderer

pytestmark = pytest.mark.django_db


@pytest.fixture
def begin(quiz, student, enrollment, client_of):
    """Return a function that lets the student start an attempt."""
    client = client_of(student)
    return lambda: client.post(f"/api/v1/lectures/{quiz.lecture_id}/attempts")


def code(response) -> str:
    return response.json()["errors"][0]["code"]


def names(sent) -> list[str]:
    return [event.command_name for event in sent]


def set_items(quiz, *items) -> None:
    named = [Question.objects.get(pk=each["question"]).pk for each in items if "question" in each]
    Quiz.objects.filter(pk=quiz.pk).update(items=list(items), questions=named)


def test_an_attempt_starts_with_what_the_quiz_asks_and_goes_on_while_it_is_open(
    begin, quiz, student, instructor, questions_of
):
    Quiz.objects.update(time_limit_seconds=600, passing_percent=70, max_attempts=1)
    response = begin()
    assert response.status_code == 201
    body = response.json()
    assert [each["id"] for each in body["questions"]] == [str(pk) for pk in quiz.questions]
    assert (body["number"], body["status"], body["score"], body["max_score"]) == (
        1,
        "open",
        None,
        200,
    )
    assert parse_datetime(body["expires_at"]) - parse_datetime(body["started_at"]) == timedelta(
        seconds=600
    )
    assert not {"key", "explanation", "correct"} & body["questions"][0].keys()
    attempt = Attempt.objects.get()
    assert (attempt.passing_percent, attempt.time_limit_seconds, attempt.question_ids) == (
        70,
        600,
        quiz.questions,
    )
    assert attempt.questions[0]["key"] == Question.objects.get(pk=quiz.questions[0]).key
    assert Quiz.objects.get().has_attempts
    # Nothing that is changed later changes it.
    Question.objects.update(prompt_html="changed", revision=2, retired=True, points=500)
    Quiz.objects.update(items=[], questions=[], time_limit_seconds=30)
    Lecture.objects.filter(pk=quiz.lecture_id).update(title="changed")
    again = begin()
    assert again.status_code == 200
    assert again.json() | {"server_time": ""} == body | {"server_time": ""}


def test_a_start_takes_six_commands_whatever_the_number_of_questions(
    begin, quiz, student, instructor, questions_of, commands
):
    """The first command signs in; 101 documents come at once unless more are asked for."""
    with commands() as sent:
        assert begin().status_code == 201
    assert names(sent) == ["aggregate", "aggregate", "find", "update", "insert"]
    with commands() as sent:
        assert begin().status_code == 200
    assert names(sent) == ["aggregate", "aggregate", "find"]
    Attempt.objects.all().delete()
    pool = questions_of(instructor, 120, tags=["x"])
    draws = [{"draw": {"tags": ["x"], "count": count}} for count in (60, 40)]
    set_items(quiz, *({"question": str(each.pk)} for each in pool[:20]), *draws)
    with commands() as sent:
        document, _ = start(student, quiz.lecture_id)
    assert names(sent) == ["aggregate", "aggregate", "find", "insert"]
    assert len(document["questions"]) == len(set(document["question_ids"])) == 120


def test_the_largest_questions_that_may_start_stay_under_a_megabyte(
    quiz, student, enrollment, instructor, questions_of
):
    pool = questions_of(instructor, 20, prompt_html='ü"' * 9800)
    set_items(quiz, *({"question": str(each.pk)} for each in pool))
    document, _ = start(student, quiz.lecture_id)
    body = render_attempt(document, quiz=OPEN, others=(), viewer=student)
    assert 700_000 < len(JSONRenderer().render(body)) < 1_000_000
    Attempt.objects.all().delete()
    Question.objects.filter(pk=pool[0].pk).update(prompt_html="x" * 100_000)
    with pytest.raises(CannotDraw):
        start(student, quiz.lecture_id)


def test_attempts_are_counted_and_kept_apart_by_the_cooldown(begin, quiz, student):
    now = timezone.now()
    Quiz.objects.update(max_attempts=2, cooldown_seconds=3600)
    first = AttemptFactory(
        user=student,
        lecture=quiz.lecture,
        status="graded",
        submitted_at=now - timedelta(seconds=600),
    )
    waiting = begin()
    assert (waiting.status_code, code(waiting)) == (409, "cooldown")
    assert 2990 <= int(waiting["Retry-After"]) <= 3000
    Attempt.objects.filter(pk=first.pk).update(submitted_at=now - timedelta(seconds=3601))
    assert (begin().status_code, begin().status_code) == (201, 200)
    Attempt.objects.filter(number=2).update(status="graded", submitted_at=now - timedelta(days=1))
    assert (begin().status_code, code(begin())) == (409, "no_attempts_left")


def test_an_attempt_whose_time_is_over_is_submitted_before_the_next_one_starts(
    begin, quiz, student, questions_of
):
    Quiz.objects.update(max_attempts=2, time_limit_seconds=60)
    ended = timezone.now() - timedelta(seconds=30)
    assert begin().json()["number"] == 1
    Attempt.objects.update(expires_at=ended)
    assert begin().json()["number"] == 2
    first = Attempt.objects.get(number=1)
    assert (first.status, first.submitted_by, first.percentage) == ("graded", "clock", 0)
    Attempt.objects.filter(number=2).update(expires_at=ended)
    assert (begin().status_code, code(begin())) == (409, "no_attempts_left")
    assert Attempt.objects.filter(status="graded").count() == 2


def test_an_attempt_that_is_submitted_while_another_start_reads_gives_no_attempt_more(
    quiz, student, enrollment, watched
):
    Quiz.objects.update(max_attempts=1)
    attempt = AttemptFactory(user=student, lecture=quiz.lecture)

    def watch(event) -> None:
        if event.command.get("find") == Attempt._meta.db_table:
            Attempt.objects.filter(pk=attempt.pk).update(
                status="graded", submitted_at=timezone.now()
            )

    with watched(watch), pytest.raises(NoAttemptsLeft):
        start(student, quiz.lecture_id)


def test_who_may_not_start(
    begin, quiz, course, student, instructor, staff, client_of, visitor, enrollment
):
    path = f"/api/v1/lectures/{quiz.lecture_id}/attempts"
    for person in (instructor, staff):
        refused = client_of(person).post(path)
        assert (refused.status_code, code(refused)) == (403, "enrollment_required")
    assert visitor.post(path).status_code == 401
    set_items(quiz, {"draw": {"tags": ["none"], "count": 1}})
    assert (begin().status_code, code(begin())) == (409, "not_enough_questions")
    Lecture.objects.filter(pk=quiz.lecture_id).update(is_preview=True)
    revoke(student.pk, course.pk, source="free")
    assert code(begin()) == "enrollment_required"
    assert not Attempt.objects.exists()
    assert not Quiz.objects.get().has_attempts


def test_a_locked_quiz_does_not_start_and_an_open_attempt_goes_on(begin, quiz, student):
    other = lectures.add_lecture(quiz.lecture.section, title="First", kind="article", body="x")
    Lecture.objects.filter(pk=quiz.lecture_id).update(requires=[other.pk])
    refused = begin()
    assert (refused.status_code, code(refused)) == (403, "locked")
    assert refused.json()["errors"][0]["params"]["lectures"] == [str(other.pk)]
    AttemptFactory(user=student, lecture=quiz.lecture)
    assert begin().status_code == 200


def test_thirty_starts_at_once_with_one_attempt_left_start_one(quiz, student, enrollment):
    Quiz.objects.update(max_attempts=3)
    for number in (1, 2):
        AttemptFactory(
            user=student,
            lecture=quiz.lecture,
            number=number,
            status="graded",
            submitted_at=timezone.now(),
        )

    def begin_apart(_: int) -> tuple:
        try:
            document, is_new = start(student, quiz.lecture_id)
            return document["_id"], is_new
        finally:
            connection.close()

    with ThreadPoolExecutor(30) as pool:
        results = list(pool.map(begin_apart, range(30)))
    assert len({pk for pk, _ in results}) == 1
    assert sum(is_new for _, is_new in results) == 1
    assert sorted(Attempt.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_an_attempt_that_began_between_the_reads_and_the_insertion_is_the_one(
    quiz, student, enrollment, watched
):
    rivals = []

    def watch(event) -> None:
        if event.command_name == "insert" and not rivals:
            rivals.append(None)
            rivals[0] = AttemptFactory(user=student, lecture=quiz.lecture)

    with watched(watch):
        document, is_new = start(student, quiz.lecture_id)
    assert (document["_id"], is_new) == (rivals[0].pk, False)
    assert Attempt.objects.count() == 1
