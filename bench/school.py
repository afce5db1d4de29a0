"""The people, courses, enrollments and orders of a seeded school, as unevenly spread as real ones."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from accounts.models import User
from bench.rows import POPULAR, Row, Rows, blank, id_of, name_of
from courses.models import Category, Course, Lecture, Section
from courses.terms import list_terms
from learning.models import Enrollment, Grant
from lms.folding import fold
from payments.models import Order

CATEGORIES = 12
LECTURES = 2
"""How many lectures a course has."""
SUBJECTS = ("Python", "Music", "Maths", "Cooking")
RARE = "Zither"
"""A word in the title of one course of 500. These are also the only courses in Esperanto."""
STATUSES = ("paid", "expired", "refunded", "disputed", "pending", "needs_review")


def list_categories(rows: Rows) -> Iterator[Row]:
    for number in range(CATEGORIES):
        yield rows.make(Category, number, name=f"C{number}", slug=f"c{number}")


def make_person(rows: Rows, number: int) -> Row:
    return rows.make(
        User,
        number,
        email=f"person{number}@school.test",
        name=name_of(number),
        name_key=fold(name_of(number)),
        role="instructor" if number % 50 == 0 else "student",
        password="!",
        is_staff=number % 1000 == 1,
        is_active=number % 100 != 2,
    )


def list_course(rows: Rows, number: int) -> Iterator[Row]:
    """Yield a course with its section and its lectures."""
    dice, is_rare = rows.dice, number % 500 == 7
    subject = RARE if is_rare else dice.choice(SUBJECTS)
    teacher = rows.teacher_of(number)
    title = f"{subject} for everybody {number}"
    texts: dict[str, Any] = {
        "title": title,
        "subtitle": "",
        "description": "What it is about.",
        "tags": [subject.lower(), f"topic {number % 200}"],
    }
    [status] = dice.choices(("published", "draft", "in_review", "archived"), (80, 15, 1, 4))
    is_published = status == "published" or number == POPULAR
    ratings = dice.choice((0, 0, 1, 5, 40))
    yield rows.make(
        Course,
        number,
        **texts,
        slug=f"{subject.lower()}-{number}",
        title_key=fold(title),
        category_id=id_of(Category, number % CATEGORIES),
        instructor_id=id_of(User, teacher),
        status="published" if is_published else status,
        published_at=rows.at(number) if is_published else None,
        level=dice.choice(("beginner", "intermediate", "advanced", "all")),
        language="eo" if is_rare else dice.choice(("en", "en", "de")),
        price_amount=dice.choice((0, 999, 4999)),
        currency="eur" if is_rare else "usd",
        enrolled_count=dice.randrange(1000),
        rating_count=ratings,
        rating_sum=4 * ratings,
        rating_average=4000 if ratings else 0,
        lecture_count=LECTURES,
        was_taken=True,
        terms=list_terms(SimpleNamespace(**texts), name_of(teacher)) if is_published else [],
    )
    course, section = id_of(Course, number), id_of(Section, number)
    yield rows.make(Section, number, course_id=course, title="All", position=1)
    for position in range(LECTURES):
        yield rows.make(
            Lecture,
            LECTURES * number + position,
            course_id=course,
            section_id=section,
            title=f"Lecture {position}",
            kind="article",
            body="Read.",
            body_html="<p>Read.</p>",
            position=position,
        )


def make_enrollment(rows: Rows, number: int) -> Row:
    at = rows.at(number)
    is_bought = number < rows.sizes.orders
    grant = blank(Grant) | {
        "source": "purchase" if is_bought else "free",
        "order": id_of(Order, number) if is_bought else None,
        "since": at,
    }
    return rows.make(
        Enrollment,
        number,
        **rows.owner_of(number),
        grants=[grant],
        enrolled_at=at,
        last_activity_at=at,
        completed_at=at if number % 5 == 0 else None,
    )


def make_order(rows: Rows, number: int) -> Row:
    [status] = rows.dice.choices(STATUSES, (80, 12, 4, 1, 2, 1))
    at = rows.at(number)
    return rows.make(
        Order,
        number,
        created_at=at,
        **rows.owner_of(number),
        status=status,
        list_amount=4999,
        total_amount=4999,
        currency="usd",
        checkout_session_id=f"cs_test_{number}",
        payment_intent_id=f"pi_{number}",
        paid_at=None if status in ("expired", "pending") else at,
        attention="Look at it." if status == "needs_review" else "",
    )
