"""Many rows of everything that staff list, as unevenly spread as real ones; written in batches, past every service."""

import random
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import batched
from types import SimpleNamespace
from typing import Any

from bson import ObjectId
from django.core.management import call_command
from django.db.models import Model
from django.utils import timezone

from accounts.models import InstructorRequest, LoginSession, SentMail, StaffNote, User
from certificates.models import Certificate
from courses.models import Category, Course, Review
from courses.terms import list_terms
from learning.models import AccessChange, Enrollment, Grant
from lms.models import AuditEntry, QueuedTask
from lms.mongodb import connection
from media.models import Asset, PlaybackGrant
from payments.models import (
    Coupon,
    Dispute,
    LedgerEntry,
    Order,
    Refund,
    StripeCustomer,
    StripeEvent,
)

BATCH_SIZE = 2000
SPREAD = timedelta(days=365)
"""The time over which the rows were made, evenly."""


class Seed:
    """Rows number `first` to `last` of each kind, and those that they refer to, of which some were written before.

    One person, order and enrollment has each number; of other kinds there is one for several numbers.
    """

    def __init__(self, categories: list[ObjectId]) -> None:
        self.categories = categories
        self.people: list[ObjectId] = []
        self.courses: list[ObjectId] = []
        self.orders: list[ObjectId] = []
        self.dice = random.Random(1)

    def grow(self, rows: int) -> int:
        """Write what is missing to `rows` people, orders and enrollments; return how many rows were written.

        Indexes are made again afterwards, at once: that is much quicker than row by row.
        """
        numbers = range(len(self.people), rows)
        self.now = timezone.now()
        drop_indexes()
        # One after another: each refers to those before.
        made = [
            *self._keep(self.people, self._list_people(numbers)),
            *self._keep(self.courses, self._list_courses(numbers)),
            *self._keep(self.orders, self._list_orders(numbers)),
        ]
        others = write(row for number in numbers for row in self._list_others(number))
        call_command("ensure_indexes", verbosity=0)
        return sum(made) + others

    def _keep(self, ids: list[ObjectId], rows: Iterable[Any]) -> Iterator[int]:
        """Write rows and add their ids to a list; yield how many they are."""
        ours = list(rows)
        ids.extend(row.pk for row in ours)
        yield write(ours)

    def at(self, number: int) -> Any:
        """Return a time of the last year, a different one for each number."""
        return self.now - SPREAD * self.dice.random() - timedelta(microseconds=number * 1000)

    def _list_people(self, numbers: Iterable[int]) -> Iterator[User]:
        for number in numbers:
            yield User(
                id=ObjectId(),
                email=f"person{number}@example.test",
                name=f"{self.dice.choice(('Ada', 'Bo', 'Cleo', 'Dora'))} Person {number}",
                role="instructor" if number % 50 == 0 else "student",
                password="!",
                is_staff=number % 1000 == 1,
                is_active=number % 100 != 2,
            )

    def _list_courses(self, numbers: Iterable[int]) -> Iterator[Course]:
        for number in numbers:
            if number % 10:
                continue
            subject = self.dice.choice(("Python", "Music", "Maths", "Cooking"))
            status = self.dice.choices(
                ("published", "draft", "in_review", "archived"), (80, 15, 1, 4)
            )[0]
            course = Course(
                id=ObjectId(),
                slug=f"course-{number}",
                title=f"{subject} for everybody {number}",
                description="What it is about.",
                category_id=self.dice.choice(self.categories),
                instructor_id=self.people[number - number % 50],
                status=status,
                published_at=self.at(number) if status == "published" else None,
                price_amount=self.dice.choice((0, 999, 4999)),
                enrolled_count=self.dice.randrange(1000),
            )
            words = SimpleNamespace(**vars(course))
            course.terms = list_terms(words, "Person") if status == "published" else []
            yield course

    def _list_orders(self, numbers: Iterable[int]) -> Iterator[Order]:
        for number in numbers:
            statuses = ("paid", "expired", "refunded", "disputed", "pending", "needs_review")
            status = self.dice.choices(statuses, (80, 12, 4, 1, 2, 1))[0]
            at = self.at(number)
            yield Order(
                id=ObjectId(),
                user_id=self.people[number],
                course_id=self.dice.choice(self.courses),
                status=status,
                list_amount=4999,
                total_amount=4999,
                currency="usd",
                checkout_session_id=f"cs_test_{number}",
                payment_intent_id=f"pi_{number}",
                paid_at=at if status != "expired" else None,
                attention="Look at it." if status == "needs_review" else "",
            )

    def _list_others(self, number: int) -> Iterator[Model]:
        """Yield what one person, who has one order, has besides."""
        at, later = self.at(number), self.now + SPREAD
        user, order = self.people[number], self.orders[number]
        course = self.courses[number % len(self.courses)]
        yield Enrollment(
            user_id=user,
            course_id=course,
            grants=[Grant(source="purchase", order=order, since=at)],
            enrolled_at=at,
            last_activity_at=at,
            completed_at=at if number % 5 == 0 else None,
        )
        yield AccessChange(
            user_id=user, course_id=course, action="granted", source="purchase", created_at=at
        )
        for account, amount in (
            ("stripe_balance", 4999),
            ("stripe_fees", -999),
            ("platform_revenue", -4000),
        ):
            yield LedgerEntry(
                order_id=order,
                course=course,
                source=str(order),
                kind="sale",
                account=account,
                amount=amount,
                currency="usd",
                created_at=at,
            )
        if number % 2 == 0:
            yield StripeEvent(
                id=f"evt_{number}",
                type="checkout.session.completed",
                object_id=f"cs_test_{number}",
                order_id=order,
                status="failed" if number % 500 == 0 else "processed",
                created_at=at,
                received_at=at,
            )
        if number % 5 == 0:
            yield Review(
                user_id=user,
                course_id=course,
                rating=1 + number % 3,
                reported_at=at if number % 100 == 0 else None,
                hidden_at=at if number % 200 == 0 else None,
            )
        if number % 10 == 0:
            yield from self._list_rarer(number, user, course, order, at, later)

    def _list_rarer(
        self, number: int, user: ObjectId, course: ObjectId, *when: Any
    ) -> Iterator[Model]:
        """Yield what one person of ten has."""
        order, at, later = when
        names = {"person_name": "A", "course_title": "B", "instructor_name": "C"}
        yield LoginSession(user_id=user, expires_at=later, created_at=at)
        yield SentMail(
            user_id=user, template="hello", subject="Hello", outcome="sent", expires_at=later
        )
        yield StaffNote(user_id=user, text="A note.", by=self.people[0], created_at=at)
        yield Asset(
            owner_id=user,
            kind="video",
            status="failed" if number % 1000 == 0 else "ready",
            public_id=f"video-{number}",
            original_name="video.mp4",
        )
        yield PlaybackGrant(
            user_id=user,
            device="a",
            lecture=course,
            asset=course,
            held_until=later,
            expires_at=later,
        )
        yield Certificate(
            code=f"CODE-{number}",
            user_id=user,
            course_id=course,
            issued_at=at,
            withdrawn_at=at if number % 100 == 0 else None,
            **names,
        )
        yield StripeCustomer(user_id=user, customer_id=f"cus_{number}", email="a@example.test")
        yield Coupon(code=f"CODE{number}", percent=10, owner_id=user if number % 100 else None)
        yield AuditEntry(
            by=self.people[0],
            at=at,
            action="change",
            model="accounts.user",
            object_id=str(user),
            person_id=user,
        )
        yield QueuedTask(
            name="send", status="failed" if number % 1000 == 0 else "done", expires_at=later
        )
        yield InstructorRequest(user_id=user, status="pending" if number % 500 == 0 else "approved")
        yield Refund(
            order_id=order,
            amount=100,
            status="succeeded",
            stripe_refund_id=f"re_{number}",
        )
        yield Dispute(
            order_id=order,
            stripe_dispute_id=f"dp_{number}",
            status="needs_response" if number % 100 == 0 else "lost",
            amount=4999,
            evidence_due_at=later,
        )


def make_categories(count: int = 12) -> list[ObjectId]:
    """Create categories and return their ids."""
    return [Category.objects.create(name=f"C{n}", slug=f"c{n}").pk for n in range(count)]


def drop_indexes() -> None:
    """Drop every index that is not unique."""
    for name in connection.database.list_collection_names():
        collection = connection.get_collection(name)
        for index, about in collection.index_information().items():
            if index != "_id_" and not about.get("unique"):
                collection.drop_index(index)


def write(rows: Iterable[Model]) -> int:
    """Write rows in batches of one model each; return how many they were."""
    count = 0
    for many in batched(rows, BATCH_SIZE * 5, strict=False):
        by_model: dict[type[Model], list[Model]] = {}
        for row in many:
            by_model.setdefault(type(row), []).append(row)
        for model, ours in by_model.items():
            model._base_manager.bulk_create(ours, batch_size=BATCH_SIZE)
        count += len(many)
    return count
