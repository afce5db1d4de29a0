"""A row of a seeded school: its id and its times by its number, the default of each column, and who has what."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zlib import crc32

from bson import ObjectId
from django.db.models import Model
from django.utils import timezone
from django_mongodb_backend.fields import ObjectIdField

from accounts.models import User
from courses.models import Course
from lms.mongodb import connection

SPREAD = timedelta(days=365)
"""The time over which the rows were made, evenly."""

TEACHER = 0
"""The person who teaches a tenth of the courses, up to `MANY`; the other instructors share the rest."""
STUDENT = 3
"""The person who has a tenth of the enrollments and of the orders, up to `MANY`."""
POPULAR = 0
"""The course that a tenth of the people take. It is published, and `TEACHER` teaches it."""
MANY = 1000
NAMES = ("Ada", "Bo", "Cleo", "Dora")

type Row = tuple[type[Model], dict[str, Any]]
"""A model, and a document of its collection."""


@dataclass(frozen=True)
class Sizes:
    """How many courses, enrollments and orders there are; and as many people as of those two that are more."""

    courses: int = 0
    enrollments: int = 0
    orders: int = 0

    @property
    def people(self) -> int:
        return max(self.enrollments, self.orders)

    def __str__(self) -> str:
        return f"{self.courses:,} courses, {self.enrollments:,} enrollments, {self.orders:,} orders"


@dataclass
class Rows:
    """Makes the rows of a school of some sizes: the same in every run, but for the times, which end now."""

    sizes: Sizes = field(default_factory=Sizes)
    now: datetime = field(default_factory=timezone.now)
    dice: random.Random = field(default_factory=lambda: random.Random(1))

    def at(self, number: int) -> datetime:
        """Return a time of the last year."""
        return self.now - SPREAD * self.dice.random() - timedelta(milliseconds=number % 1000)

    def make(self, model: type[Model], number: int, /, **columns: Any) -> Row:
        """Return the row with this number, with these columns and the defaults of all others."""
        defaults = blank(model)
        at = columns.get("created_at") or self.at(number)
        times: dict[str, Any] = {
            name: at for name in ("created_at", "updated_at") if name in defaults
        }
        return model, {"_id": id_of(model, number), **defaults, **times, **columns}

    def buyer_of(self, number: int) -> int:
        """Return who has the enrollment and the order with a number: the person with it, or `STUDENT`."""
        is_many = number % 10 == STUDENT and number // 10 < min(self.sizes.courses, MANY)
        return STUDENT if is_many else number

    def course_of(self, number: int) -> int:
        """Return of which course the enrollment and the order with a number are; nobody has two of one course."""
        if self.buyer_of(number) == STUDENT:
            return number // 10
        return POPULAR if number % 10 == 5 else number * 7919 % self.sizes.courses

    def teacher_of(self, course: int) -> int:
        """Return who teaches a course."""
        if course % 10 == 0 and course < 10 * MANY:
            return TEACHER
        return 50 * (course % -(-self.sizes.people // 50))

    def owner_of(self, number: int) -> dict[str, ObjectId]:
        """Return the columns of what belongs to the enrollment with a number."""
        return {
            "user_id": id_of(User, self.buyer_of(number)),
            "course_id": id_of(Course, self.course_of(number)),
        }


def id_of(model: type[Model], number: int) -> ObjectId:
    """Return the id of the row with this number. The ids of a model are in the order of the numbers."""
    return ObjectId(f"{prefix(model)}{number:016x}")


@cache
def prefix(model: type[Model]) -> str:
    return f"{crc32(model._meta.label.encode()):08x}"


@cache
def blank(model: type[Model]) -> dict[str, Any]:
    """Return a document of a model with the default of each column, but for its id and for ids that must be given."""
    return {
        str(field.column): field.get_db_prep_save(field.get_default(), connection)
        for field in model._meta.concrete_fields
        if not field.primary_key and (field.null or not isinstance(field, ObjectIdField))
    }


def name_of(number: int) -> str:
    """Return the name of a person."""
    return f"{NAMES[number % len(NAMES)]} Person {number}"
