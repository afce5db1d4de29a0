"""What assessments keep of a person: what they may see of it, and what is left after their erasure."""

import orjson
import pytest
from bson import ObjectId

from accounts.personal_data import erase_everything, export_everything
from assessments.models import Allowance, Attempt, Grade, Question, QuestionRevision, Submission
from assessments.services import attempts, grades, submission_grades, submissions
from assessments.tests.exams import begin, choice, essay, make_quiz
from assessments.tests.factories import AssignmentFactory, ask
from courses.models import Course
from learning.models import Enrollment
from lms.renderers import JSONRenderer

pytestmark = pytest.mark.django_db


def export(user):
    return orjson.loads(JSONRenderer().render(export_everything(user)["assessments"]))


def sit(student, quiz, *samples):
    attempt = begin(student, quiz, *samples)
    attempts.submit(student, attempt.pk, {each.id: each.right for each in samples})
    return attempt


def hand_in(student, instructor, course):
    assignment = AssignmentFactory(lecture__course=course, lecture__section=course.sections.get())
    submissions.submit(student, assignment.lecture, assignment, text="My own essay.")
    submission = Submission.objects.get(user=student)
    submission_grades.grade(submission.pk, instructor, score=9000, feedback="Good.")
    return assignment


def allow(student, quiz):
    enrollment = Enrollment.objects.get(user=student)
    Allowance.objects.create(quiz=quiz, enrollment=enrollment, extra_seconds=60, reason="Ill.")


def test_a_student_exports_attempts_as_they_are_shown_and_what_was_handed_in(student, instructor):
    hides, shows = (
        make_quiz(instructor, student, show_key="never"),
        make_quiz(instructor, student, show_key="after_attempt"),
    )
    for quiz in (hides, shows):
        sit(student, quiz, choice())
    hand_in(student, instructor, shows.lecture.course)
    Allowance.objects.create(
        quiz=shows,
        enrollment=Enrollment.objects.get(user=student, course=shows.lecture.course),
        reason="Ill.",
    )
    body = export(student)
    by_lecture = {each["lecture"]: each for each in body["attempts"]}
    [shown] = by_lecture[str(shows.lecture_id)]["questions"]
    [hidden] = by_lecture[str(hides.lecture_id)]["questions"]
    assert hidden.keys() < shown.keys()
    assert shown["key"] == {"option": shown["response"]}
    assert "Planted" not in str(hidden)
    [submission] = body["submissions"]
    assert (submission["text"], submission["score"], submission["feedback"]) == (
        "My own essay.",
        9000,
        "Good.",
    )
    assert body["allowances"][0]["reason"] == "Ill."


def test_an_erased_student_leaves_no_attempt_and_nothing_handed_in(
    student, other_student, instructor
):
    quiz = make_quiz(instructor, student, other_student)
    allow(student, quiz)
    kept = sit(other_student, quiz, choice())
    sit(student, quiz, choice())
    begin(student, quiz, choice())
    hand_in(student, instructor, quiz.lecture.course)
    for _ in range(2):
        erase_everything(student)
    assert [each.pk for each in Attempt.objects.all()] == [kept.pk]
    assert {each.attempt_id for each in Grade.objects.all()} == {kept.pk}
    assert not Submission.objects.exists()
    assert not Allowance.objects.exists()


def test_an_erased_teachers_grades_stay_without_the_name_and_only_questions_in_use_do(
    student, instructor
):
    quiz = make_quiz(instructor, student)
    used, dropped = ask(instructor, prompt="Used?"), ask(instructor, prompt="Of a draft?")
    ask(instructor, prompt="Of nothing?")
    draft = make_quiz(instructor)
    for each, question in ((quiz, used), (draft, dropped)):
        each.questions = [question.pk]
        each.items = [{"question": str(question.pk)}]
        each.save()
    written = essay()
    attempt = begin(student, quiz, written)
    attempts.submit(student, attempt.pk, {written.id: "Because."})
    grades.grade_by_hand(instructor, attempt.pk, ObjectId(written.id), score=90)
    assert [each["prompt"] for each in export(instructor)["questions"]] == [
        "Used?",
        "Of a draft?",
        "Of nothing?",
    ]
    erase_everything(instructor)
    instructor.refresh_from_db()
    [line] = Grade.objects.all()
    assert (line.score, line.by, instructor.name) == (90, instructor.pk, "Deleted user")
    assert [each.pk for each in Question.objects.all()] == [used.pk]
    assert {each.question_id for each in QuestionRevision.objects.all()} == {used.pk}
    assert [each.pk for each in Course.objects.all()] == [quiz.lecture.course_id]
