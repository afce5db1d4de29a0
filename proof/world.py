"""The world of one batch: an instructor, courses, coupons, students, and Stripe's stand-in."""

from typing import Any

from django.core import mail
from django.core.cache import cache

from accounts.models import User
from accounts.services.sessions import open_session
from accounts.tests.factories import UserFactory
from courses.models import Category, Course
from courses.tests.factories import CategoryFactory, CourseFactory, LectureFactory, SectionFactory
from lms.mongodb import connection
from payments.models import Coupon
from payments.tests.factories import CouponFactory
from proof import api
from sandbox.client import SandboxClient

KEPT_COLLECTIONS = {"django_migrations", "django_content_type", "auth_permission"}
PRICES = (
    ("usd", 4999),
    ("usd", 1001),
    ("eur", 2000),
    ("jpy", 1200),
    ("kwd", 12340),
    ("usd", 0),
)
COUPONS: dict[str, dict[str, Any]] = {
    "HALF": {"percent": 50},
    "RARE": {"percent": 20, "max_redemptions": 3},
    "FIVE": {"amount": 500, "currency": "usd", "percent": None},
    "GIFT": {"percent": 100, "max_redemptions": 4},
    "ONCE": {"percent": 10, "max_per_person": 1},
    "HOUSE": {"percent": 40, "owner": None},
}


class World:
    """People and courses of their own for one batch; `clear` empties the databases for the next."""

    def __init__(self, sandbox: SandboxClient) -> None:
        self.sandbox = sandbox
        instructor: User = UserFactory.create(role="instructor")
        self.instructor = api.client(Authorization=f"Bearer {open_session(instructor).access}")
        self.staff: User = UserFactory.create(is_staff=True)
        category: Category = CategoryFactory.create()
        self.spare_category: Category = CategoryFactory.create()
        self.courses: list[Course] = [
            CourseFactory.create(
                instructor=instructor,
                category=category,
                published=True,
                price_amount=amount,
                currency=currency,
            )
            for currency, amount in PRICES
        ]
        for course in self.courses:
            LectureFactory.create(section=SectionFactory.create(course=course))
        self.coupons: list[Coupon] = [
            CouponFactory.create(code=code, **({"owner": instructor} | terms))
            for code, terms in COUPONS.items()
        ]

    def create_student(self, number: int) -> tuple[User, str]:
        """Return a new person and the access token that signs them in."""
        user: User = UserFactory.create(email=f"s{number}@proof.test", password=None)
        return user, open_session(user).access

    def clear(self) -> None:
        clear(self.sandbox)


def clear(sandbox: SandboxClient) -> None:
    """Delete every document of the application, every thing of Stripe's, the cache and the mails."""
    sandbox.control("reset")
    for name in sorted({*connection.database.list_collection_names()} - KEPT_COLLECTIONS):
        connection.database[name].delete_many({})
    cache.clear()
    mail.outbox.clear()
