"""A small school in which everybody has something: what the permission matrix walks through."""

from collections.abc import Callable, Iterable
from copy import deepcopy
from types import SimpleNamespace
from typing import Any

from django.utils import timezone
from pymongo.monitoring import CommandStartedEvent

from accounts.models import User
from accounts.services.sessions import open_session
from accounts.tests import cast
from accounts.tests.factories import UserFactory
from assessments.tests import exams
from assessments.tests.factories import (
    AssignmentFactory,
    HandInFactory,
    QuizFactory,
    SubmissionFactory,
    ask,
)
from certificates.models import Certificate
from courses.models import Course, Lecture, Section
from courses.services import reviews
from courses.tests.factories import CategoryFactory, CourseFactory, LectureFactory, SectionFactory
from learning.models import WishlistItem
from learning.services import notes, wishlist
from learning.services.enrollment import enroll
from lms.mongodb import connection
from lms.tests.races import WRITES
from media.models import Asset
from media.tests.factories import AssetFactory
from payments.models import Coupon
from payments.tests.factories import OrderFactory

type Rows = dict[str, list[dict[str, Any]]]

PEOPLE = ["visitor", *cast.CAST]


def build() -> SimpleNamespace:
    """Create the people, and the rows that the paths of the matrix name."""
    people = {"visitor": None} | {part: cast.create(part) for part in cast.CAST}
    teacher, student = people["instructor"], people["student"]
    category = CategoryFactory(slug="everything")
    course = CourseFactory(instructor=teacher, category=category, published=True, slug="course")
    section = SectionFactory(course=course)
    video = AssetFactory(owner=teacher)
    preview = LectureFactory(section=section, is_preview=True)
    lecture = LectureFactory(section=section, body="Only who may watch reads this.")
    film = LectureFactory(
        section=section, kind=Lecture.Kind.VIDEO, asset=video, body="", duration_seconds=60
    )
    free = CourseFactory(
        instructor=teacher, category=category, published=True, slug="free", price_amount=0
    )
    LectureFactory(section=SectionFactory(course=free))
    draft = CourseFactory(
        instructor=teacher, category=category, slug="draft", title="Unfinished course"
    )
    paid = OrderFactory(
        user=student,
        course=course,
        status="paid",
        paid_at=timezone.now(),
        payment_intent_id="pi_none",
    )
    enroll(student.pk, course.pk, source="purchase", order=paid.pk)
    items = [{"question": str(ask(teacher).pk)}]
    quiz = QuizFactory(lecture__section=section, items=items)
    certificate = Certificate.objects.create(
        code="c" * 22,
        user=student,
        course=course,
        person_name=student.name,
        course_title=course.title,
        instructor_name=teacher.name,
        issued_at=timezone.now(),
    )
    question = ask(teacher, prompt="Of which country is this the capital?", tags=["x"])
    exam = LectureFactory(section=section, kind=Lecture.Kind.QUIZ, body="")
    asked = exams.choice(pk=str(question.pk))
    return SimpleNamespace(
        tokens={},  # of the people, made when they first ask
        people=people,
        category=category,
        course=course,
        section=section,
        preview=preview,
        lecture=lecture,
        film=film,
        free=free,
        draft=draft,
        draft_section=SectionFactory(course=draft, title="Unfinished section"),
        draft_lecture=LectureFactory(
            section=section, is_published=False, title="Unfinished lecture", body="Unfinished words"
        ),
        quiz=quiz.lecture,
        order=paid,
        enrollment=course.enrollments.get(user=student),
        review=reviews.write(student, course, rating=4, comment="Good."),
        certificate=certificate,
        coupon=Coupon.objects.create(code="HALF", owner=teacher, percent=50),
        question=question,
        exam=exam,
        attempt=exams.begin(student, QuizFactory(lecture=exam, items=items), asked),
        unasked=ask(teacher, prompt="What asks nobody?"),
        asset=AssetFactory(owner=teacher, kind=Asset.Kind.FILE, public_id="lms/files/unused.pdf"),
        session=open_session(student).session,
        instructor=teacher,
        note=notes.create(student, lecture, body="Only Sam reads this."),
        recluse=build_recluse(course, preview),
        **build_assignment(section, student),
    )


def build_assignment(section: Section, student: User) -> dict[str, Any]:
    """Create an assignment, and what a student handed in for it with a file."""
    assignment = AssignmentFactory(
        lecture__section=section, instructions="Only who may watch knows this task."
    )
    handed_in = HandInFactory(owner=student)
    submission = SubmissionFactory(
        lecture=assignment.lecture,
        user=student,
        status="submitted",
        submitted_at=timezone.now(),
        text="Only Sam and the instructor read this work.",
        files=[handed_in.pk],
    )
    return {"task": assignment.lecture, "handed_in": handed_in, "submission": submission}


def build_recluse(course: Course, preview: Lecture) -> SimpleNamespace:
    """Create a person who only wishes for a course and takes a note: no answer to anybody else names them."""
    person = UserFactory(name="Rachel Recluse", email="recluse@private.test")
    wishlist.add(person, course)
    return SimpleNamespace(
        person=person,
        wish=WishlistItem.objects.get(),
        note=notes.create(person, preview, body="Only Rachel reads this."),
    )


class Kept:
    """What a function builds once in a process: called, it puts the same rows into the empty database in a tenth of the time."""

    def __init__(self, build: Callable[[], SimpleNamespace]) -> None:
        self._build = build
        self._built: SimpleNamespace | None = None
        self._rows: Rows = {}

    def __call__(self) -> SimpleNamespace:
        """Return a copy of what was built, so that a test may change it."""
        if self._built is None:
            self._built, self._rows = self._build(), copy_rows()
        else:
            for name, documents in self._rows.items():
                connection.database[name].insert_many(documents)
        return deepcopy(self._built)


rebuild = Kept(build)


def copy_rows() -> Rows:
    """Return the documents of each collection that is not Django's own."""
    return {
        name: documents
        for name in connection.database.list_collection_names()
        if not name.startswith(("django_", "auth_", "system."))
        and (documents := list(connection.database[name].find()))
    }


def put_back(rows: Rows, sent: Iterable[CommandStartedEvent]) -> None:
    """Undo commands: give each collection that they write to the documents that it had."""
    written = {each.command[each.command_name] for each in sent if each.command_name in WRITES}
    for name in written:
        connection.database[name].delete_many({})
        if name in rows:
            connection.database[name].insert_many(rows[name])


def names(world: SimpleNamespace) -> dict[str, str]:
    """Give the value of each `{name}` of a path: an id, or a certificate's code."""
    rows = {name: row for name, row in vars(world).items() if hasattr(row, "pk")}
    return {name: str(row.pk) for name, row in rows.items()} | {
        "certificate": world.certificate.code
    }
