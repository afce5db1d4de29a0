"""Attempts over HTTP: answered, submitted and graded once, and nothing of a key leaves before its time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from bson import ObjectId
from django.utils import timezone

from assessments.models import Attempt, Grade
from assessments.models import attempt as attempt_models
from assessments.services import attempts, saving
from assessments.tests.exams import begin, choice, essay, make_quiz, number
from learning.models import Enrollment
from learning.services.enrollment import revoke
from lms.models import Event

PLANTED = ("Planted explanation", '"key"', '"correct"')


@pytest.fixture
def quiz(instructor, student):
    return make_quiz(instructor, student)


@pytest.fixture
def mine(client_of, student):
    return client_of(student)


@pytest.fixture
def owner(client_of, instructor):
    return client_of(instructor)


def url(attempt):
    return f"/api/v1/attempts/{attempt.pk}"


def passed_lectures():
    return Enrollment.objects.get().passed_lectures


def test_the_last_response_counts_and_the_same_again_changes_nothing(student, quiz, mine):
    first, second = choice(), number()
    attempt = begin(student, quiz, first, second)
    place = f"{url(attempt)}/responses/{first.id}"
    mine.put(place, {"response": first.wrong})
    saved = mine.put(place, {"response": first.right})
    assert mine.put(place, {"response": first.right}).json() == saved.json()
    assert saved.json()["response"] == first.right
    attempt.refresh_from_db()
    assert attempt.version == 2
    assert mine.get(url(attempt)).json()["questions"][0] == saved.json()
    for _ in range(2):
        cleared = mine.put(place, {"response": None}).json()
        assert (cleared["response"], cleared["answered_at"]) == (None, None)
    attempt.refresh_from_db()
    assert (attempt.responses, attempt.version) == ({}, 3)


def test_a_wrong_shape_and_a_question_that_was_not_drawn_are_refused(
    student, quiz, mine, owner, client_of, other_student, monkeypatch
):
    sample = choice()
    attempt = begin(student, quiz, sample)
    place = f"{url(attempt)}/responses/{sample.id}"
    wrong = [ObjectId(), "$x", ["a"], {"$gt": ""}, 5, "x" * 1_000_000]
    answers = [
        mine.put(place, {"response": str(each) if isinstance(each, ObjectId) else each})
        for each in wrong
    ]
    assert {(each.status_code, each.json()["errors"][0]["attr"]) for each in answers} == {
        (400, "response")
    }
    assert mine.put(place, {}).status_code == 400
    elsewhere = f"{url(attempt)}/responses/{choice().id}"
    assert mine.put(elsewhere, {"response": None}).status_code == 404
    assert owner.put(place, {"response": sample.right}).status_code == 403
    assert client_of(other_student).put(place, {"response": sample.right}).status_code == 404
    monkeypatch.setattr(saving, "MAX_BYTES", 20)
    assert (
        mine.put(place, {"response": sample.right}).json()["errors"][0]["code"]
        == "responses_too_large"
    )
    assert Attempt.objects.get().responses == {}


def test_a_submitted_attempt_is_graded_once_and_takes_nothing_more(student, quiz, mine, owner):
    right, wrong, missing = choice(), number(200), number(50)
    attempt = begin(student, quiz, right, wrong, missing, passing_percent=28)
    mine.put(f"{url(attempt)}/responses/{right.id}", {"response": right.right})
    bad = {"responses": {wrong.id: wrong.wrong, missing.id: "NaN"}}
    refused = mine.post(f"{url(attempt)}/submit", bad)
    assert refused.json()["errors"][0]["attr"] == f"responses.{missing.id}"
    unknown = mine.post(f"{url(attempt)}/submit", {"responses": {"x": None}})
    assert (refused.status_code, unknown.status_code) == (400, 400)
    assert Attempt.objects.get().responses.keys() == {right.id}

    body = {"responses": {wrong.id: wrong.wrong}}
    done = mine.post(f"{url(attempt)}/submit", body)
    again = mine.post(f"{url(attempt)}/submit", {"responses": {wrong.id: wrong.right}})
    assert done.json() | {"server_time": None} == again.json() | {"server_time": None}
    facts = done.json()
    assert (facts["status"], facts["submitted_by"]) == ("graded", "student")
    assert (facts["score"], facts["max_score"], facts["percentage"]) == (100, 350, 28)
    assert facts["passed"] is True
    late = mine.put(f"{url(attempt)}/responses/{wrong.id}", {"response": wrong.right})
    assert (late.status_code, late.json()["errors"][0]["code"]) == (409, "attempt_closed")
    lines = Grade.objects.filter(attempt=attempt).values_list(
        "question", "number", "score", "max_score"
    )
    expected = [(right, 100, 100), (wrong, 0, 200), (missing, 0, 50)]
    assert set(lines) == {(ObjectId(each.id), 1, score, most) for each, score, most in expected}
    types = Event.objects.exclude(type="enrollment.created").values_list("type", flat=True)
    assert sorted(types) == ["attempt.graded", "attempt.submitted", "lecture.completed"]
    assert passed_lectures() == [quiz.lecture.pk]


def test_several_submissions_at_once_are_one(student, quiz):
    sample = choice()
    attempt = begin(student, quiz, sample)

    def submit(_):
        return attempts.submit(student, attempt.pk, {sample.id: sample.right}).document["score"]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(submit, range(4))) == [100] * 4
    assert Grade.objects.count() == 1
    assert Event.objects.filter(type="attempt.submitted").count() == 1


@pytest.mark.parametrize("count", [1, 200])
def test_the_number_of_questions_costs_no_commands(student, quiz, mine, commands, count):
    samples = [choice() for _ in range(count)]
    attempt = begin(student, quiz, *samples)
    with commands() as sent:
        mine.get(url(attempt))
    assert len(sent) <= 2
    with commands() as sent:
        mine.put(f"{url(attempt)}/responses/{samples[0].id}", {"response": samples[0].right})
    assert len(sent) <= 3
    with commands() as sent:
        mine.post(
            f"{url(attempt)}/submit", {"responses": {each.id: each.right for each in samples}}
        )
    assert len(sent) <= 8
    assert Attempt.objects.get().percentage == 100
    assert passed_lectures() == [quiz.lecture.pk]


def test_no_key_leaves_before_the_quiz_shows_it(
    student, quiz, mine, owner, client_of, staff, other_student
):
    sample = choice()
    quiz.show_key, quiz.max_attempts = "after_last", 2
    quiz.save()
    first = begin(student, quiz, sample)
    second_sample = number()

    def planted(client, attempt):
        text = client.get(url(attempt)).content.decode()
        return [word for word in PLANTED if word in text]

    assert planted(mine, first) == planted(owner, first) == []
    mine.post(f"{url(first)}/submit")
    assert planted(mine, first) == []
    assert planted(owner, first) == planted(client_of(staff), first) == list(PLANTED)
    assert client_of(other_student).get(url(first)).status_code == 404
    second = begin(student, quiz, second_sample)
    quiz.show_key = "after_attempt"
    quiz.save()
    assert planted(mine, first) == planted(mine, second) == []
    mine.post(f"{url(second)}/submit")
    assert planted(mine, first) == planted(mine, second) == list(PLANTED)
    quiz.show_key = "after_pass"
    quiz.save()
    assert planted(mine, first) == []


def test_responses_are_taken_for_five_seconds_after_the_time():
    now = timezone.now()
    assert Attempt(expires_at=now - timedelta(seconds=5)).is_open_at(now)
    assert not Attempt(expires_at=now - timedelta(seconds=5, milliseconds=1)).is_open_at(now)


def test_the_clock_closes_at_the_end_of_the_time(student, quiz, mine, instructor, monkeypatch):
    for module in (attempt_models, attempts, saving):
        monkeypatch.setattr(module, "GRACE", timedelta(hours=1))  # this test may take a while
    sample = choice()
    ends = timezone.now().replace(microsecond=0) - timedelta(minutes=30)
    attempt = begin(student, quiz, sample, expires_at=ends)
    place = f"{url(attempt)}/responses/{sample.id}"
    assert mine.put(place, {"response": sample.right}).status_code == 200
    ends -= timedelta(minutes=31)
    Attempt.objects.update(expires_at=ends)
    assert (
        mine.put(place, {"response": sample.wrong}).json()["errors"][0]["code"] == "attempt_closed"
    )
    read = mine.get(url(attempt)).json()
    assert (read["status"], read["submitted_by"], read["percentage"]) == ("graded", "clock", 100)
    assert read["submitted_at"] == read["expires_at"]
    again = mine.post(f"{url(attempt)}/submit", {"responses": {sample.id: sample.wrong}})
    assert (again.status_code, again.json()["percentage"]) == (200, 100)
    assert passed_lectures() == [quiz.lecture.pk]
    begin(student, quiz, sample, expires_at=ends)
    place = f"/api/v1/lectures/{quiz.lecture.pk}/attempts"
    assert mine.get(f"{place}?status=open").json()["results"] == []
    listed = mine.get(place).json()["results"]
    assert [(each["status"], each["submitted_at"]) for each in listed] == [
        ("graded", each["expires_at"]) for each in (read, read)
    ]
    for place_of_many, count in [
        (f"{place}?status=graded", 3),
        (f"/api/v1/courses/{quiz.lecture.course_id}/grades", 1),
    ]:
        begin(student, quiz, sample, expires_at=ends)
        results = mine.get(place_of_many).json()["results"]
        assert (len(results), Attempt.objects.filter(status="open").exists()) == (count, False)
    overdue = begin(student, quiz, sample, expires_at=ends)
    begin(student, make_quiz(instructor, student), sample, expires_at=timezone.now())
    assert (attempts.submit_overdue(9), attempts.submit_overdue(9)) == (1, 0)
    overdue.refresh_from_db()
    assert (overdue.status, overdue.submitted_at, overdue.passed) == ("graded", ends, False)


def test_an_open_attempt_ends_with_the_access_and_completes_nothing(student, quiz, mine):
    sample = choice()
    attempt = begin(student, quiz, sample)
    place = f"{url(attempt)}/responses/{sample.id}"
    mine.put(place, {"response": sample.right})
    revoke(student.pk, quiz.lecture.course_id, source="free")
    attempt.refresh_from_db()
    assert (attempt.status, attempt.submitted_by, attempt.passed) == ("graded", "clock", True)
    assert mine.post(f"{url(attempt)}/submit").json()["errors"][0]["code"] == "attempt_closed"
    assert mine.put(place, {"response": None}).status_code == 409
    raced = begin(student, quiz, sample)
    assert mine.get(url(raced)).json()["submitted_by"] == "clock"
    assert passed_lectures() == []


def test_instructors_list_all_attempts_and_students_their_own(
    student, other_student, quiz, mine, owner, client_of, instructor, other_instructor
):
    place = f"/api/v1/lectures/{quiz.lecture.pk}/attempts"
    quiz.lecture.requires = [quiz.lecture.course.lectures.exclude(pk=quiz.lecture.pk).get().pk]
    quiz.lecture.save()
    assert mine.get(place).json()["results"] == []  # also while the lecture is locked
    student.name = "=cmd()"
    student.save()
    written = begin(student, quiz, essay())
    begin(other_student, quiz, choice(), started_at=timezone.now() - timedelta(hours=1))
    question = written.questions[0]["id"]
    mine.post(f"{url(written)}/submit", {"responses": {question: "Because."}})

    def listed(client, query=""):
        return [each["id"] for each in client.get(place + query).json()["results"]]

    other = str(Attempt.objects.get(user=other_student).pk)
    assert listed(owner) == [str(written.pk), other]
    assert listed(mine) == listed(mine, f"?student={other_student.pk}") == [str(written.pk)]
    assert listed(owner, f"?student={other_student.pk}") == listed(owner, "?status=open") == [other]
    assert listed(owner, "?needs_grading=true") == [str(written.pk)]
    page = owner.get(f"{place}?page_size=1").json()
    assert page["results"][0]["student"] == {"id": str(student.pk), "name": "=cmd()"}
    assert owner.get(page["next"]).json()["results"][0]["id"] == other
    assert owner.get(f"{place}?status=lost").json()["errors"][0]["attr"] == "status"
    assert client_of(other_instructor).get(place).status_code == 403
    assert client_of(other_instructor).get(f"{place}/csv").status_code == 403
    assert mine.get(f"{place}/csv").status_code == 403
    _columns, *rows = b"".join(owner.get(f"{place}/csv")).decode().splitlines()
    assert [row.split(",")[1] for row in rows] == ['"\'=cmd()"']
