"""The staff's pages of assessments: what was asked, what was answered, and who graded."""

from bson import ObjectId
from django.urls import reverse

from assessments.admin.words import show_points, show_response, show_score
from assessments.models import Allowance, Attempt, Grade, Submission
from assessments.services import attempts, grades, submission_grades, submissions
from assessments.tests.exams import begin, choice, essay, make_quiz
from assessments.tests.factories import KEYS, AssignmentFactory, ask
from learning.models import Enrollment


def page(office, row):
    name = row._meta.label_lower.replace(".", "_")
    response = office.get(reverse(f"admin:{name}_change", args=[row.pk]))
    assert response.status_code == 200
    return response


def test_points_and_responses_are_shown_in_words():
    assert [show_points(each) for each in (None, 0, 50, 100, 1000, 12345)] == [
        "",
        "0",
        "0.5",
        "1",
        "10",
        "123.45",
    ]
    assert (show_score(None, 100), show_score(0, 250)) == ("", "0 / 2.5")
    options = [
        {"id": pk, "text_html": f"<p>{text}</p>"} for pk, text in (("a", "Rome"), ("b", "Italy"))
    ]
    question = {"options": options}
    for response, words in (
        ("a", "Rome"),
        (["a", "b"], "Rome, Italy"),
        ([["b", "a"]], "Italy → Rome"),
        ("9.81", "9.81"),
        (None, ""),
    ):
        assert show_response(question, response) == words


def test_the_page_of_an_attempt_tells_what_happened_in_order(office, student, instructor):
    quiz = make_quiz(instructor, student)
    picked, written = choice(), essay(300)
    attempt = begin(student, quiz, picked, written)
    attempts.respond(student, attempt.pk, ObjectId(picked.id), picked.right)
    attempts.submit(student, attempt.pk, {written.id: "<b>Because.</b>"})
    for score, reason in ((100, ""), (250, "Read again.")):
        grades.grade_by_hand(
            instructor,
            attempt.pk,
            ObjectId(written.id),
            score=score,
            feedback="See p. 3",
            reason=reason,
        )
    shown = page(office, attempt)
    assert [(each.what, each.amount, each.state) for each in shown.context["timeline"]] == [
        ("Started", "", ""),
        ("Question 1 answered", "", ""),
        ("Question 2 answered", "", ""),
        ("Submitted", "", ""),
        ("Graded automatically", "1 / 1", ""),
        ("Question 2 graded", "1 / 3", str(instructor)),
        ("Question 2 graded", "2.5 / 3", str(instructor)),
    ]
    for text in ("&lt;b&gt;Because.&lt;/b&gt;", "Read again. See p. 3", "3.5 / 4", "2.5 / 3"):
        assert text in shown.text
    assert "Planted explanation" not in shown.text


def test_lists_of_attempts_read_no_answers(office, student, instructor, commands):
    quiz = make_quiz(instructor, student)
    begin(student, quiz, choice())
    with commands() as sent:
        shown = office.get(reverse("admin:assessments_attempt_changelist"))
    assert student.name in shown.text
    [read] = [
        each.command
        for each in sent
        if each.command.get("aggregate") == Attempt._meta.db_table
        and "$project" in str(each.command)
        and "started_at" in str(each.command["pipeline"][-1])
    ]
    assert "responses" not in str(read["pipeline"])


def test_pages_show_keys_rubrics_allowances_files_and_grades(office, student, instructor):
    for kind in KEYS:
        shown = page(office, ask(instructor, kind))
        assert f"What of {kind}?" in shown.text
    quiz = make_quiz(instructor, student)
    question = ask(instructor, prompt="Which town?")
    quiz.questions = [question.pk]
    quiz.items = [{"question": str(question.pk)}, {"draw": {"tags": ["a", "b"], "count": 3}}]
    quiz.save()
    Allowance.objects.create(
        quiz=quiz, enrollment=Enrollment.objects.get(user=student), extra_seconds=60, reason="Ill."
    )
    shown = page(office, quiz)
    for text in ("Which town?", "3 drawn by the tags a, b", "Ill.", student.name):
        assert text in shown.text
    assignment = AssignmentFactory(lecture__section=quiz.lecture.section)
    submissions.submit(student, assignment.lecture, assignment, text="My <i>essay</i>.")
    submission = Submission.objects.get()
    submission_grades.grade(submission.pk, instructor, score=9000, feedback="Good.")
    assert "Write an essay." in page(office, assignment).text
    for text in ("My &lt;i&gt;essay&lt;/i&gt;.", "90", "Good.", instructor.name):
        assert text in page(office, submission).text
    assert instructor.name in page(office, Grade.objects.get()).text


def test_the_page_of_a_person_shows_attempts_and_what_was_handed_in(office, student, instructor):
    begin(student, make_quiz(instructor, student), choice())
    for panel in ("Attempts at quizzes", "Handed in"):
        assert panel in page(office, student).text
