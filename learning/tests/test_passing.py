"""Lectures that are completed by passing alone."""

import pytest

from certificates.models import Certificate
from certificates.services import withdraw
from learning.models import Enrollment
from learning.queries.progress import STUDIED, get_outline
from learning.services import study
from learning.services.completion import get_progress, pass_lecture, undo_pass
from learning.services.enrollment import revoke
from lms.models import Event
from lms.mongodb.transaction import atomic

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz(course, lectures_of):
    [quiz] = lectures_of(course, 1, kind="quiz", body="")
    return quiz


@pytest.fixture
def passed(course, quiz, student, enroll):
    """Return a function that passes the quiz, as its grading does."""
    enroll(student, course)

    @atomic
    def run():
        outline = get_outline(student.pk, course.pk, *STUDIED)
        pass_lecture(student.pk, course.pk, quiz.pk, outline)

    return run


def test_passing_completes_the_lecture_and_with_the_last_one_the_course(
    course, lectures_of, quiz, student, passed, commands
):
    [article] = lectures_of(course, 1)
    with commands() as sent:
        passed()
    names = [each.command_name for each in sent]
    assert names == ["aggregate", "findAndModify", "aggregate", "insert", "commitTransaction"]
    progress = get_progress(student.pk, course.pk)
    assert (progress["percentage"], progress["last_lecture"]) == (50, quiz.pk)
    study.record(student.pk, course.pk, article.pk, completed=True)
    study.reset(student.pk, course.pk)
    passed()
    assert get_progress(student.pk, course.pk)["certificate"]
    assert Event.objects.filter(type="lecture.completed", data__lecture=str(quiz.pk)).count() == 1


def test_the_certificate_goes_with_the_pass_and_comes_back_with_it(course, quiz, student, passed):
    undo = atomic(lambda: undo_pass(student.pk, course.pk, quiz.pk))
    passed()
    [certificate] = Certificate.objects.all()
    undo()
    progress = get_progress(student.pk, course.pk)
    assert (progress["percentage"], progress["completed_at"], progress["certificate"]) == (
        0,
        None,
        None,
    )
    certificate.refresh_from_db()
    assert not certificate.is_valid
    passed()
    assert get_progress(student.pk, course.pk)["certificate"] == certificate.code
    certificate.refresh_from_db()
    assert certificate.is_valid
    withdraw(certificate)
    undo()
    passed()
    certificate.refresh_from_db()
    assert not certificate.is_valid


def test_nothing_is_passed_once_the_access_has_ended(course, quiz, student, passed):
    outline = get_outline(student.pk, course.pk, *STUDIED) if passed else None
    revoke(student.pk, course.pk, source="free")
    atomic(pass_lecture)(student.pk, course.pk, quiz.pk, outline)
    assert Enrollment.objects.get().completed_lectures == []
