"""What people leave behind: reviews, bookings, events, mails, sessions, notes, attempts and the like.

What belongs to an enrollment or an order has its number.
"""

from collections.abc import Iterator

from accounts.models import InstructorRequest, LoginSession, SentMail, StaffNote, User
from assessments.models import Attempt, Grade, Question, Submission
from bench.rows import SPREAD, STUDENT, TEACHER, Row, Rows, id_of, name_of
from bench.school import LECTURES
from certificates.models import Certificate
from courses.models import Course, Lecture, Review
from learning.models import AccessChange, Note, WishlistItem
from lms.models import AuditEntry, Event, QueuedTask
from media.models import Asset, PlaybackGrant
from payments.ledger.bookings import instructor_account
from payments.models import (
    Coupon,
    Dispute,
    LedgerEntry,
    Order,
    Refund,
    StripeCustomer,
    StripeEvent,
)
from payments.models.ledger import BALANCE


def list_of_enrollment(rows: Rows, number: int) -> Iterator[Row]:
    """Yield what belongs to an enrollment."""
    at, whose = rows.at(number), rows.owner_of(number)
    yield rows.make(AccessChange, number, **whose, action="granted", source="purchase")
    if number % 5 == 0 or number == STUDENT:
        is_reported, is_hidden = number % 100 == 0, number % 200 == 0
        yield rows.make(
            Review,
            number,
            **whose,
            rating=1 + number % 3,
            reported_at=at if is_reported else None,
            hidden_at=at if is_hidden else None,
        )
    if number % 10 == 5:
        yield from list_of_study(rows, number)


def list_of_order(rows: Rows, number: int) -> Iterator[Row]:
    """Yield what belongs to an order."""
    yield from list_of_sale(rows, number)
    if number % 10 == 0:
        yield from list_of_quarrel(rows, number)


def list_of_sale(rows: Rows, number: int) -> Iterator[Row]:
    """Yield the lines of the ledger and the events of an order."""
    at, order, course = rows.at(number), id_of(Order, number), rows.course_of(number)
    teacher = instructor_account(id_of(User, rows.teacher_of(course)))
    lines = {BALANCE: 4700, "stripe_fees": 299, teacher: -3499, "platform_revenue": -1500}
    for position, (account, amount) in enumerate(lines.items()):
        yield rows.make(
            LedgerEntry,
            len(lines) * number + position,
            order_id=order,
            course=id_of(Course, course),
            source=str(order),
            kind="sale",
            account=account,
            amount=amount,
            currency="usd",
            created_at=at,
        )
    yield rows.make(
        Event,
        number,
        type="order.paid",
        object_id=order,
        number=1,
        created_at=at,
        expires_at=rows.now + SPREAD,
    )
    if number % 2 == 0:
        yield rows.make(
            StripeEvent,
            number,
            _id=f"evt_{number}",
            type="checkout.session.completed",
            object_id=f"cs_test_{number}",
            order_id=order,
            status="failed" if number % 500 == 0 else "processed",
            created_at=at,
            received_at=at,
        )


def list_of_person(rows: Rows, number: int) -> Iterator[Row]:
    """Yield what belongs to a person: one of ten has all of it, the others nothing."""
    if number % 10:
        return
    at, later = rows.at(number), rows.now + SPREAD
    user, course = id_of(User, number), id_of(Course, number % rows.sizes.courses)
    yield rows.make(
        LoginSession,
        number,
        user_id=user,
        jti=f"jti-{number}",
        created_at=at,
        expires_at=later,
    )
    yield rows.make(
        SentMail,
        number,
        user_id=user,
        template="hello",
        subject="Hello",
        outcome="sent",
        sent_at=at,
        expires_at=later,
    )
    yield rows.make(StaffNote, number, user_id=user, text="A note.", by=id_of(User, TEACHER))
    yield rows.make(
        Asset,
        number,
        owner_id=user,
        kind="video",
        status="failed" if number % 1000 == 0 else "ready",
        public_id=f"video-{number}",
        original_name="video.mp4",
    )
    yield rows.make(
        PlaybackGrant,
        number,
        user_id=user,
        device="a",
        lecture=id_of(Lecture, 0),
        asset=id_of(Asset, number),
        held_until=later,
        expires_at=later,
    )
    yield rows.make(
        AuditEntry,
        number,
        by=id_of(User, TEACHER),
        at=at,
        action="change",
        model="accounts.user",
        object_id=str(user),
        person_id=user,
    )
    yield rows.make(
        QueuedTask,
        number,
        name="send",
        status="failed" if number % 1000 == 0 else "done",
        expires_at=later,
    )
    yield rows.make(
        InstructorRequest,
        number,
        user_id=user,
        status="pending" if number % 500 == 0 else "approved",
    )
    yield rows.make(WishlistItem, number, user_id=user, course_id=course)
    yield rows.make(
        Question,
        number,
        owner_id=id_of(User, TEACHER if number % 100 == 0 else number),
        kind="true_false",
        prompt=f"Is {number} a number?",
    )
    yield rows.make(
        StripeCustomer,
        number,
        user_id=user,
        customer_id=f"cus_{number}",
        email="a@school.test",
    )
    yield rows.make(
        Coupon,
        number,
        code=f"CODE{number}",
        percent=10,
        owner_id=user if number % 100 else None,
    )


def list_of_quarrel(rows: Rows, number: int) -> Iterator[Row]:
    """Yield a refund and a dispute of an order."""
    order = id_of(Order, number)
    yield rows.make(
        Refund,
        number,
        order_id=order,
        amount=100,
        status="succeeded",
        stripe_refund_id=f"re_{number}",
    )
    yield rows.make(
        Dispute,
        number,
        order_id=order,
        stripe_dispute_id=f"dp_{number}",
        status="needs_response" if number % 100 == 0 else "lost",
        amount=4999,
        evidence_due_at=rows.now + SPREAD,
    )


def list_of_study(rows: Rows, number: int) -> Iterator[Row]:
    """Yield what one enrollment of ten has, which are those in the popular course."""
    at, whose = rows.at(number), rows.owner_of(number)
    about = {**whose, "lecture_id": id_of(Lecture, LECTURES * rows.course_of(number))}
    yield rows.make(
        Certificate,
        number,
        **whose,
        code=f"CODE-{number}",
        person_name=name_of(number),
        course_title="Python for everybody",
        instructor_name=name_of(TEACHER),
        issued_at=at,
        withdrawn_at=at if number % 100 == 5 else None,
    )
    yield rows.make(Note, number, **about, body="A note.", place=-1)
    yield rows.make(
        Attempt,
        number,
        **about,
        number=1,
        status="graded",
        started_at=at,
        submitted_at=at,
        graded_at=at,
        passing_percent=50,
        score=100,
        max_score=100,
        percentage=100,
        passed=True,
    )
    yield rows.make(
        Submission,
        number,
        **about,
        status="submitted",
        submitted_at=at,
        text="My essay.",
    )
    yield rows.make(
        Grade,
        number,
        submission_id=id_of(Submission, number),
        number=1,
        score=100,
        max_score=100,
        source="manual",
        created_at=at,
    )
