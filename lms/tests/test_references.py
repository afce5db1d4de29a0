"""Every reference from one row to another: what keeps it from pointing to a row that is gone.

`RACES` creates the referring row beside the deletion of the row that it refers to, in each order. Two endings are right:
deleted, and the creation is refused; or created, and the deletion is refused (or deletes the new row too). `REASONS` says
of the other references why there is nothing to race. A new reference without an entry fails.
"""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from bson import ObjectId
from django.apps import apps
from django.contrib import admin
from django.db import models
from django.db.transaction import TransactionManagementError
from django.test import RequestFactory
from django_mongodb_backend.fields import ArrayField, ObjectIdField

from accounts.models import MailToken, User
from accounts.services import erasure, instructors, second_factor
from accounts.tests import cast
from assessments.models import Question
from assessments.services import allowances, assignments, questions, quizzes, submissions
from assessments.services.starting import start
from assessments.tests.factories import AssignmentFactory, HandInFactory, QuizFactory, ask
from certificates import services as certificates
from courses.models import Lecture
from courses.services import authoring, lectures, reviews, sections
from courses.tests.factories import CategoryFactory, CourseFactory, LectureFactory, SectionFactory
from learning.services import notes, wishlist
from learning.services.enrollment import enroll
from learning.tests.factories import EnrollmentFactory
from lms.mongodb import connection
from lms.mongodb.references import refer_to
from lms.tests import races
from lms.tests.world import Kept
from media.models import Asset
from media.services import assets
from media.tests.factories import AssetFactory, CaptionsFactory
from payments import checkout, coupons, customers
from payments.models import Order
from payments.pricing import terms_for

type World = SimpleNamespace
type Act = Callable[[World], Any]


class Race(NamedTuple):
    """The creation of a row with a reference, and the deletion of the row that it refers to."""

    reference: str
    create: Act
    delete: Act
    cascades: bool = False
    """Whether the deletion also deletes rows that were created before, instead of being refused."""


def delete_category(world: World) -> None:
    page = admin.site.get_model_admin(type(world.category))
    request = RequestFactory().post("/")
    request._messages = SimpleNamespace(add=lambda *_, **__: None)
    request.user = world.teacher
    page.delete_model(request, world.category)
    if type(world.category).objects.filter(pk=world.category.pk).exists():
        raise models.ProtectedError("in use", set())


def delete_course(world: World) -> None:
    authoring.delete(world.course)


def delete_quiz(world: World) -> None:
    lectures.remove_lecture(world.quiz.lecture)


def delete_question(world: World) -> None:
    questions.remove(world.question)


def delete_section(world: World) -> None:
    sections.remove_section(world.section)


def delete_lecture(world: World) -> None:
    lectures.remove_lecture(world.lecture)


def delete_video(world: World) -> None:
    assets.delete(world.video)


def delete_captions(world: World) -> None:
    assets.delete(world.captions)


def erase_student(world: World) -> None:
    erasure.erase_account(world.student)


def erase_teacher(world: World) -> None:
    erasure.erase_account(world.teacher)


def order(world: World) -> None:
    checkout._create(world.student, world.course, terms_for(world.student, world.course, ""))


def note(world: World) -> None:
    notes.create(world.student, world.lecture, body="New")


def request_role(world: World) -> None:
    instructors.become_instructor(world.student)


def set_quiz(world: World) -> None:
    items = [{"question": str(world.question.pk)}]
    quizzes.set_quiz(world.quiz.lecture_id, world.teacher.pk, items=items)


def start_attempt(world: World) -> None:
    start(world.pupil.user, world.quiz.lecture_id)


def allow(world: World) -> None:
    allowances.allow(
        world.teacher,
        world.quiz.lecture_id,
        world.pupil,
        extra_seconds=0,
        extra_attempts=1,
        reason="Ill",
    )


def set_assignment(world: World) -> None:
    fields = {"instructions": "New", "rubric": [], "points": 100, "accept": ["text"]}
    assignments.set_assignment(world.lecture, **fields)


def hand_in(world: World) -> None:
    task, files = world.assignment, [world.handed_in.pk]
    submissions.submit(world.student, task.lecture, task, text="New", files=files)


def delete_task(world: World) -> None:
    lectures.remove_lecture(world.assignment.lecture)


def delete_handed_in(world: World) -> None:
    assets.delete(world.handed_in)


def add_video(world: World) -> Lecture:
    return lectures.add_lecture(world.section, title="New", kind="video", asset=world.video)


# fmt: off
RACES = [
    # --- A category
    Race("courses.Course.category", lambda w: authoring.create(w.teacher, title="New", category=w.category), delete_category),
    Race("courses.Course.category", lambda w: authoring.change(w.course, category=w.category), delete_category),
    # --- A course
    Race("courses.Section.course", lambda w: sections.add_section(w.course.pk, title="New"), delete_course, cascades=True),
    Race("courses.Lecture.course", lambda w: lectures.add_lecture(w.section, title="New", kind="article"), delete_course, cascades=True),
    Race("courses.Review.course", lambda w: reviews.write(w.student, w.course, rating=5), delete_course, cascades=True),
    Race("learning.Enrollment.course", lambda w: enroll(w.student.pk, w.course.pk, source="free"), delete_course),
    Race("learning.WishlistItem.course", lambda w: wishlist.add(w.student, w.course), delete_course, cascades=True),
    Race("learning.Note.lecture", note, delete_course, cascades=True),
    Race("payments.Order.course", order, delete_course),
    # --- A section
    Race("courses.Lecture.section", lambda w: lectures.add_lecture(w.section, title="New", kind="article"), delete_section, cascades=True),
    Race("courses.Lecture.section", lambda w: lectures.change_lecture(w.lecture, section=w.section), delete_section, cascades=True),
    # --- A lecture
    Race("learning.Note.lecture", note, delete_lecture, cascades=True),
    Race("assessments.Quiz.lecture", set_quiz, delete_quiz, cascades=True),
    Race("assessments.Allowance.quiz", allow, delete_quiz, cascades=True),
    Race("assessments.Attempt.lecture", start_attempt, delete_quiz),
    Race("assessments.Assignment.lecture", set_assignment, delete_lecture, cascades=True),
    Race("assessments.Submission.lecture", hand_in, delete_task),
    # --- A question
    Race("assessments.Quiz.questions", set_quiz, delete_question),
    # --- A file
    Race("courses.Lecture.asset", add_video, delete_video),
    Race("courses.Lecture.asset", lambda w: lectures.change_lecture(w.lecture, asset=w.video), delete_video),
    Race("courses.Lecture.next_asset", lambda w: lectures.change_lecture(w.film, asset=w.video), delete_video),
    Race("courses.Lecture.captions", lambda w: lectures.change_lecture(w.film, captions=[w.captions.pk]), delete_captions),
    Race("assessments.Submission.files", hand_in, delete_handed_in),
    # --- A question
    Race("assessments.QuestionRevision.question", lambda w: questions.change(w.question, prompt="New"), delete_question, cascades=True),
    # --- A person, whose row stays: who is being erased gets no new rows
    Race("accounts.MailToken.user", lambda w: MailToken.objects.issue(w.student, MailToken.Purpose.RESET, w.student.email), erase_student, cascades=True),
    Race("accounts.SecondFactor.user", lambda w: second_factor.set_up(w.student), erase_student, cascades=True),
    Race("accounts.InstructorRequest.user", request_role, erase_student, cascades=True),
    Race("media.Asset.owner", lambda w: assets.start_upload(w.teacher, "video", "a.mp4"), erase_teacher, cascades=True),
    Race("courses.Course.instructor", lambda w: authoring.create(w.teacher, title="New", category=w.category), erase_teacher, cascades=True),
    Race("courses.Review.user", lambda w: reviews.write(w.student, w.course, rating=5), erase_student, cascades=True),
    Race("learning.Enrollment.user", lambda w: enroll(w.student.pk, w.course.pk, source="free"), erase_student, cascades=True),
    Race("learning.WishlistItem.user", lambda w: wishlist.add(w.student, w.course), erase_student, cascades=True),
    Race("learning.Note.user", note, erase_student, cascades=True),
    Race("assessments.Question.owner", lambda w: ask(w.teacher), erase_teacher, cascades=True),
    Race("assessments.Submission.user", hand_in, erase_student, cascades=True),
    Race("certificates.Certificate.user", lambda w: certificates.issue(w.student.pk, w.course.pk), erase_student, cascades=True),
    Race("payments.Order.user", order, erase_student, cascades=True),
    Race("payments.StripeCustomer.user", lambda w: customers.get_customer_id(w.student), erase_student, cascades=True),
    Race("payments.Coupon.owner", lambda w: coupons.create(w.teacher, code="NEW", percent=10), erase_teacher, cascades=True),
]

WITH_ENROLLMENT = "It is written with an enrollment, or exists only beside one, and that protects the course."
WITH_ORDER = "An order protects its course from deletion."
ORDER_STAYS = "An order is never deleted."
PERSON_STAYS = "The row of a person is never deleted, and this names no person who could be erased later."
ONLY_A_NOTE = "It is a note for people or a place to go on: readers ignore what is gone."

REASONS = {
    "assessments.Allowance.enrollment": "An enrollment is never deleted.",
    "assessments.Attempt.user": "It is stored in one command, and `finish_erasures` deletes what was written while the account was erased.",
    "assessments.Attempt.course": WITH_ENROLLMENT,
    "assessments.Attempt.question_ids": "The attempt keeps its questions, which outlive those of the bank.",
    "assessments.Submission.course": WITH_ENROLLMENT,
    "assessments.Option.identifier": "It names the option itself.",
    "accounts.LoginSession.user": "The session is written first and the person compared after that; nobody authenticates as an inactive person.",
    "accounts.SentMail.user": "It expires, and `finish_erasures` deletes what was written while the account was erased.",
    "accounts.StaffNote.user": "An erased person gets none, and `finish_erasures` deletes what was written meanwhile.",
    "accounts.StaffNote.by": PERSON_STAYS,
    "accounts.Erasure.user": "It is the erasure itself.",
    "accounts.InstructorRequest.decided_by": PERSON_STAYS,
    "courses.StudentChange.course": WITH_ENROLLMENT,
    "certificates.Certificate.course": WITH_ENROLLMENT,
    "courses.Lecture.requires": "Every change of an outline writes to its course first, and what is deleted is removed from it.",
    "learning.AccessChange.course": WITH_ENROLLMENT,
    "learning.AccessChange.user": "It is written in the transaction of an enrollment, which refers to the person.",
    "learning.AccessChange.order": ORDER_STAYS,
    "learning.AccessChange.by": PERSON_STAYS,
    "learning.Grant.order": ORDER_STAYS,
    "learning.Grant.ended_by_staff": PERSON_STAYS,
    "learning.Enrollment.completed_lectures": ONLY_A_NOTE,
    "learning.Enrollment.consumed_lectures": ONLY_A_NOTE,
    "learning.Enrollment.passed_lectures": ONLY_A_NOTE,
    "learning.Enrollment.ever_completed": ONLY_A_NOTE,
    "learning.Enrollment.last_lecture": ONLY_A_NOTE,
    "learning.Note.course": "Deleting a course deletes its lectures, and they delete their notes.",
    "assessments.Grade.attempt": "No attempt is ever deleted.",
    "assessments.Grade.submission": "No submission is ever deleted.",
    "assessments.Grade.question": "It names a question as the attempt keeps it, which outlives the question.",
    "assessments.Grade.by": PERSON_STAYS,
    "payments.Coupon.courses": "The id of a deleted course is never used again, so it allows no course.",
    "payments.Refund.order": ORDER_STAYS,
    "payments.Dispute.order": ORDER_STAYS,
    "payments.StripeEvent.order": ORDER_STAYS,
    "payments.LedgerEntry.order": ORDER_STAYS,
    "payments.LedgerEntry.course": WITH_ORDER,
    "media.PlaybackGrant.user": "It expires, and `finish_erasures` deletes what was written while the account was erased.",
    "media.PlaybackGrant.lecture": ONLY_A_NOTE,
    "media.PlaybackGrant.asset": ONLY_A_NOTE,
    "lms.AuditEntry.by": PERSON_STAYS,
    "lms.AuditEntry.person_id": PERSON_STAYS,
    "lms.Event.object_id": "It says what was done to a row, whatever happens to the row later, and it expires.",
    "admin.LogEntry.user": PERSON_STAYS,
    "admin.LogEntry.content_type": "Django sets it to null; the admin's log shows such an entry without a link.",
    "auth.Permission.content_type": "Both are written by `migrate` alone.",
    "auth.Group_permissions.group": "Django's own: a join leaves out what is gone.",
    "auth.Group_permissions.permission": "Django's own: a join leaves out what is gone.",
    "accounts.User_groups.user": PERSON_STAYS,
    "accounts.User_groups.group": "Django's own: a join leaves out what is gone.",
    "accounts.User_user_permissions.user": PERSON_STAYS,
    "accounts.User_user_permissions.permission": "Django's own: a join leaves out what is gone.",
}
# fmt: on


def is_reference(field: models.Field) -> bool:
    """Return whether a field refers to a row: a foreign key, or a plain id or list of ids."""
    if field.primary_key:
        return False
    if isinstance(field, ArrayField):
        return isinstance(field.base_field, ObjectIdField)
    return bool(field.is_relation or isinstance(field, ObjectIdField))


def list_references() -> dict[str, models.Field]:
    return {
        f"{field.model._meta.app_label}.{field.model.__name__}.{field.name}": field
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if is_reference(field)
    }


REFERENCES = list_references()


def test_every_reference_has_an_entry():
    assert {race.reference for race in RACES} | REASONS.keys() == REFERENCES.keys()
    assert not {race.reference for race in RACES} & REASONS.keys()


def test_what_is_said_never_to_be_deleted_cannot_be_deleted_by_staff(staff):
    request = RequestFactory().get("/")
    request.user = staff
    for name in ("accounts.User", "payments.Order", "learning.Enrollment"):
        assert not admin.site.get_model_admin(apps.get_model(name)).has_delete_permission(request)
    to_orders = [
        field for field in REFERENCES.values() if field.is_relation and field.related_model is Order
    ]
    assert {field.remote_field.on_delete for field in to_orders} == {models.PROTECT}


def build() -> World:
    """Create the rows that are referred to."""
    teacher, student = cast.create("instructor"), cast.create("student")
    course = CourseFactory(instructor=teacher, published=True)
    lecture = LectureFactory(section__course=course, kind="video", body="")
    playing = AssetFactory(owner=teacher)
    world = SimpleNamespace(
        teacher=teacher,
        student=student,
        category=CategoryFactory(),
        course=course,
        section=SectionFactory(course=course),
        lecture=lecture,
        film=LectureFactory(section=lecture.section, kind="video", body="", asset=playing),
        video=AssetFactory(owner=teacher, status=Asset.Status.PROCESSING),
        captions=CaptionsFactory(owner=teacher),
        question=ask(teacher),
        assignment=AssignmentFactory(lecture__section=lecture.section),
        handed_in=HandInFactory(owner=student),
    )
    add_quiz(world)
    return world


def add_quiz(world: World) -> None:
    """Add a course with a quiz and a student; the quiz does not ask the question of the world."""
    items = [{"question": str(ask(world.teacher).pk)}]
    world.quiz = QuizFactory(lecture__section__course__instructor=world.teacher, items=items)
    world.pupil = EnrollmentFactory(course=world.quiz.lecture.course)


rebuild = Kept(build)


@pytest.fixture
def world(transactional_db, settings, sandbox) -> World:
    settings.INSTRUCTOR_APPROVAL = True
    return rebuild()


def dangling(field: models.Field) -> set[ObjectId]:
    """Return the ids that rows refer to by a foreign key and that no row has."""
    rows = connection.get_collection(field.model._meta.db_table)
    wanted = set(rows.distinct(field.column)) - {None}
    plain = Question if field.name == "questions" else Asset  # else captions or files
    target = field.related_model if field.is_relation else plain
    return wanted - set(target.objects.filter(pk__in=wanted).values_list("pk", flat=True))


def names(race: Race) -> str:
    return race.reference


@pytest.mark.parametrize("race", RACES, ids=names)
def test_what_is_deleted_just_before_is_not_referred_to(race, world, watched):
    created, deleted = races.in_between(
        watched,
        late=lambda: races.attempt(lambda: race.create(world)),
        early=lambda: races.attempt(lambda: race.delete(world)),
    )
    assert deleted is None
    assert created is not None
    assert not dangling(REFERENCES[race.reference])


@pytest.mark.parametrize("race", RACES, ids=names)
def test_what_is_referred_to_just_before_is_not_deleted(race, world, watched):
    deleted, created = races.in_between(
        watched,
        late=lambda: races.attempt(lambda: race.delete(world)),
        early=lambda: races.attempt(lambda: race.create(world)),
    )
    assert created is None
    assert race.cascades or deleted is not None
    assert not dangling(REFERENCES[race.reference])


@pytest.mark.parametrize("race", RACES, ids=names)
def test_creating_and_deleting_write_to_one_document(race, world, commands):
    """So MongoDB runs one of two transactions again that overlap, which the embedded server never lets happen."""
    created = races.written_by(commands, races.undone(lambda: race.create(world)))
    deleted = races.written_by(commands, lambda: race.delete(world))
    assert created & deleted


def test_an_overlapping_deletion_waits_for_the_creation_and_is_refused(world, watched):
    created, deleted = races.at_commit(
        watched,
        first=lambda: races.attempt(lambda: order(world)),
        second=lambda: races.attempt(lambda: delete_course(world)),
    )
    assert (created, type(deleted).__name__) == (None, "HasStudents")


def test_a_reference_is_checked_in_a_transaction_only(db):
    with pytest.raises(TransactionManagementError):
        refer_to(User, ObjectId())
