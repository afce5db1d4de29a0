"""The people of the tests: one cast for all apps, each with the password of `UserFactory`."""

from typing import Any

from accounts.models import User
from accounts.tests.factories import UserFactory

CAST: dict[str, dict[str, Any]] = {
    "student": {"name": "Sam Student", "email": "sam@example.test"},
    "other_student": {"name": "Olga Other", "email": "olga@example.test"},
    "instructor": {"name": "Ina Instructor", "email": "ina@example.test", "role": "instructor"},
    "other_instructor": {
        "name": "Otto Instructor",
        "email": "otto@example.test",
        "role": "instructor",
    },
    "staff": {
        "name": "Steve Staff",
        "email": "steve@example.test",
        "is_staff": True,
        "is_superuser": True,
    },
}


def create(part: str) -> User:
    """Create the person who plays a part."""
    person: User = UserFactory.create(**CAST[part])
    return person
