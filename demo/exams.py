"""The exam of the sample data: a course that is studied in order, with a quiz of every kind of question and an assignment."""

from collections.abc import Iterable
from typing import Any

from accounts.models import User
from assessments.drawing import Item
from assessments.models import Assignment, Attempt, Submission
from assessments.models.attempt import FrozenQuestion
from assessments.services import questions, starting, submission_grades, submissions
from assessments.services.assignments import set_assignment
from assessments.services.attempts import submit
from assessments.services.grades import grade_by_hand
from assessments.services.quizzes import set_quiz
from courses.models import Category, Course, Lecture
from courses.services import authoring
from courses.services.lectures import add_lecture
from courses.services.sections import add_section
from demo.questions import QUESTIONS, respond
from learning.services import study
from learning.services.enrollment import take_free_course

TITLE = "MongoDB, examined"
LESSON = "**Embed** what is read together, **refer** to what grows without end.\n\nA quiz follows: take your time."
RULES: dict[str, Any] = {
    "passing_percent": 60,
    "max_attempts": 3,
    "time_limit_seconds": 30 * 60,
    "cooldown_seconds": 0,
    "shuffle": False,
    "show_key": "after_attempt",
    "counts": "best",
}
ASSIGNMENT: dict[str, Any] = {
    "instructions": "Model a shop that you know: customers, orders, products.\n\n- Which documents are there?\n- What is embedded, "
    "and **why**?",
    "points": 10_000,
    "rubric": [
        {"title": "The documents", "points": 6000},
        {"title": "The reasons", "points": 4000},
    ],
    "late": Assignment.Late.MARK,
    "accept": [Assignment.Accept.TEXT.value, Assignment.Accept.FILES.value],
    "max_files": 3,
    "passing_percent": 50,
}
WORK = "An order embeds its lines, with the price that was paid. It refers to the customer."


def create_course(teacher: User) -> Course:
    """Return the published course, created if missing; replace a draft that an interruption left."""
    found = Course.objects.filter(instructor=teacher, title=TITLE).first()
    if found and found.is_published:
        return found
    if found:
        found.delete()
    course = authoring.create(
        teacher,
        title=TITLE,
        subtitle="A quiz of every kind of question, and a model of your own",
        description="One lesson, then a quiz that you pass, then an assignment that your instructor grades.",
        category=Category.objects.get(slug="data"),
        level="intermediate",
        price_amount=0,
        currency="usd",
        tags=["mongodb", "databases"],
        objectives=["Know what you know"],
        pacing=Course.Pacing.IN_ORDER,
    )
    section = add_section(course.pk, title="Lesson, quiz, work")
    add_lecture(section, title="Embed or refer", kind=Lecture.Kind.ARTICLE, body=LESSON)
    quiz = add_lecture(section, title="What do you know?", kind=Lecture.Kind.QUIZ)
    task = add_lecture(section, title="Your own model", kind=Lecture.Kind.ASSIGNMENT)
    bank = [questions.build(teacher, **question) for question in QUESTIONS]
    questions.store(teacher, bank)
    items = [Item(question=str(question.pk)) for question in bank]
    set_quiz(quiz.pk, teacher.pk, items=items, **RULES)
    set_assignment(task, **ASSIGNMENT)
    authoring.publish(Course.objects.get(pk=course.pk), by_staff=True)
    return Course.objects.get(pk=course.pk)


def examine(course: Course, failing: User, waiting: User, working: User, passing: User) -> None:
    """Let one student fail, one wait for a grade, one hand in work, and one pass everything; skip what was done."""
    for student in (failing, waiting, working, passing):
        _begin(course, student)
    _take_quiz(course, failing, leave_out={"matching", "multiple_choice", "essay"})
    _take_quiz(course, waiting)
    for student in (working, passing):
        _take_quiz(course, student)
        _grade_essay(course, student)
        _hand_in(course, student)
    _grade_work(course, passing)


def _begin(course: Course, student: User) -> None:
    take_free_course(student, course)
    lesson = Lecture.objects.get(course=course, kind=Lecture.Kind.ARTICLE)
    study.record(student.pk, course.pk, lesson.pk, completed=True)


def _take_quiz(course: Course, student: User, *, leave_out: Iterable[str] = ()) -> None:
    """Answer all questions right but those of some kinds, which get no answer."""
    quiz = Lecture.objects.get(course=course, kind=Lecture.Kind.QUIZ)
    if Attempt.objects.filter(user=student, lecture=quiz).exclude(status="open").exists():
        return
    attempt, _ = starting.start(student, quiz.pk)
    asked: list[FrozenQuestion] = attempt["questions"]
    responses = {each["id"]: respond(dict(each)) for each in asked if each["kind"] not in leave_out}
    submit(student, attempt["_id"], responses)


def _grade_essay(course: Course, student: User) -> None:
    attempt = Attempt.objects.filter(user=student, course=course, needs_grading=True).first()
    if attempt is None:
        return
    for each in attempt.questions:
        if each["kind"] == "essay":
            score, feedback = each["points"] - 100, "Right. Name the limit of 16 MiB, too."
            grade_by_hand(course.instructor, attempt.pk, each["id"], score=score, feedback=feedback)


def _hand_in(course: Course, student: User) -> None:
    task = Lecture.objects.get(course=course, kind=Lecture.Kind.ASSIGNMENT)
    if not Submission.objects.filter(user=student, lecture=task).exists():
        submissions.submit(student, task, Assignment.objects.get(lecture=task), text=WORK)


def _grade_work(course: Course, student: User) -> None:
    work = Submission.objects.get(user=student, course=course)
    rubric = {
        each["id"]: each["points"] * 3 // 4
        for each in Assignment.objects.get(lecture=work.lecture_id).rubric
    }
    submission_grades.grade(work.pk, course.instructor, rubric=rubric, feedback="Clear and short.")
