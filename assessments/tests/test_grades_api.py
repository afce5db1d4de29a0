"""Grades by hand and with a newer key, over HTTP; and the check that computes all of them again."""

import pytest
from django.core.management import CommandError, call_command

from assessments.models import Attempt, Grade, Question
from assessments.queries.audit import find_attempt_problems
from assessments.services import attempts
from assessments.tests.exams import begin, choice, essay, make_quiz
from certificates.models import Certificate
from learning.models import Enrollment
from learning.services import study
from lms.models import Event


@pytest.fixture
def quiz(instructor, student):
    return make_quiz(instructor, student)


@pytest.fixture
def owner(client_of, instructor):
    return client_of(instructor)


def codes(response):
    return [(error["code"], error["attr"]) for error in response.json()["errors"]]


def sit(student, quiz, sample, response):
    attempt = begin(student, quiz, sample)
    attempts.submit(student, attempt.pk, {sample.id: response})
    return attempt


def lines(attempt):
    found = Grade.objects.filter(attempt=attempt).order_by("number")
    return list(found.values_list("number", "score", "source", "reason"))


def test_an_essay_is_graded_by_hand_and_passing_completes_the_lecture(
    student, quiz, owner, client_of, staff, other_instructor
):
    written = essay(200)
    attempt = begin(student, quiz, written)
    place = f"/api/v1/attempts/{attempt.pk}/grades/{written.id}"
    assert codes(owner.put(place, {"score": 100})) == [("attempt_open", None)]
    attempts.submit(student, attempt.pk, {written.id: "Because."})
    waiting = client_of(student).get(f"/api/v1/attempts/{attempt.pk}").json()
    assert (waiting["status"], waiting["needs_grading"], waiting["score"]) == (
        "submitted",
        True,
        None,
    )
    assert codes(owner.put(place, {"score": 201})) == [("max_value", "score")]
    refused = [
        client_of(each).put(place, {"score": 100}) for each in (student, staff, other_instructor)
    ]
    assert [each.status_code for each in refused] == [403, 403, 404]
    for score in (90, 90, 100):
        graded = owner.put(place, {"score": score, "feedback": "Well."}).json()
    assert (graded["status"], graded["percentage"], graded["passed"]) == ("graded", 50, True)
    assert lines(attempt) == [(1, 90, "manual", ""), (2, 100, "manual", "")]
    assert Enrollment.objects.get().passed_lectures == [quiz.lecture.pk]
    owner.put(place, {"score": 0})
    assert Attempt.objects.get().passed is False
    assert Enrollment.objects.get().passed_lectures == [quiz.lecture.pk]
    assert Event.objects.filter(type="attempt.graded").count() == 3
    call_command("grades", check=True)


def test_an_automatic_grade_is_changed_with_a_reason_only(student, quiz, owner):
    sample = choice()
    attempt = begin(student, quiz, sample)
    attempts.submit(student, attempt.pk)
    place = f"/api/v1/attempts/{attempt.pk}/grades/{sample.id}"
    assert codes(owner.put(place, {"score": 50})) == [("required", "reason")]
    owner.put(place, {"score": 50, "reason": "It was not clear."})
    assert lines(attempt) == [(1, 0, "automatic", ""), (2, 50, "manual", "It was not clear.")]
    for change in (lambda: Grade.objects.update(score=1), lambda: Grade.objects.all().delete()):
        with pytest.raises(TypeError):
            change()


@pytest.fixture
def question(instructor):
    """A question of the bank, and a sample of it whose right option is the wrong one by its newest key."""
    sample = choice()
    row = Question.objects.create(
        pk=sample.id,
        owner=instructor,
        kind="single_choice",
        prompt="Which?",
        prompt_html="<p>Which?</p>",
        key={"option": sample.wrong},
    )
    return row, sample


def test_a_regrade_uses_the_newest_key_once_and_takes_nothing_away_unless_it_is_told(
    student, other_student, staff, instructor, owner, client_of, question
):
    row, sample = question
    quiz = make_quiz(instructor, student, other_student)
    course = quiz.lecture.course_id
    lecture = quiz.lecture.course.lectures.exclude(pk=quiz.lecture.pk).get()
    study.record(student.pk, course, lecture.pk, completed=True)
    passed, _failed, by_hand, _empty = (
        sit(person, quiz, sample, option)
        for person, option in (
            (student, sample.right),
            (other_student, sample.wrong),
            (other_student, sample.right),
            (other_student, None),
        )
    )
    owner.put(f"/api/v1/attempts/{by_hand.pk}/grades/{sample.id}", {"score": 7, "reason": "Half."})
    enrolled = Enrollment.objects.get(user=student)
    assert enrolled.certificate

    place = f"/api/v1/questions/{row.pk}/regrade"
    asked = {"reason": "The key was wrong."}
    expected = {"attempts": 4, "changed": 2, "now_passed": 1, "now_failed": 1}
    assert owner.post(place, asked | {"dry_run": True}).json() == expected
    assert Grade.objects.filter(source="regrade").count() == 0
    assert owner.post(place, asked).json() == expected
    unchanged = {"attempts": 4, "changed": 0, "now_passed": 0, "now_failed": 0}
    assert owner.post(place, asked).json() == unchanged
    assert lines(passed)[1:] == [(2, 0, "regrade", "The key was wrong.")]
    assert lines(by_hand)[-1][1] == 7
    others = Enrollment.objects.get(user=other_student)
    assert others.passed_lectures == [quiz.lecture.pk]
    assert Enrollment.objects.get(user=student).certificate == enrolled.certificate

    assert owner.post(place, asked | {"revoke": True}).json() == unchanged
    enrolled.refresh_from_db()
    assert (enrolled.passed_lectures, enrolled.certificate) == ([], "")
    assert Certificate.objects.get(user=student).withdrawn_at
    assert Enrollment.objects.get(user=other_student).passed_lectures == [quiz.lecture.pk]
    refused = [client_of(each).post(place, asked).status_code for each in (student, staff)]
    assert refused == [404, 403]
    call_command("grades", check=True)


def test_the_check_names_what_is_wrong(student, quiz, capsys):
    sample = choice()
    attempt = begin(student, quiz, sample)
    attempts.submit(student, attempt.pk)
    Attempt.objects.update(percentage=100)
    Grade.objects.create(
        attempt=attempt, question=sample.id, number=3, score=1, max_score=100,
        source="automatic", created_at=attempt.started_at,
    )  # fmt: skip
    with pytest.raises(CommandError, match="1 of 1"):
        call_command("grades", check=True)
    printed = capsys.readouterr().out
    for problem in ("numbered [1, 3]", "scores 1, computed 0", "number is 1", "percentage is 100"):
        assert problem in printed
    assert f"attempt {attempt.pk}: question {sample.id}: " in printed
    assert [*find_attempt_problems({"status": "open", "results": {"x": 1}}, [])]
