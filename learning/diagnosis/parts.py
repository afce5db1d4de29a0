"""What the answer consists of, and the registry of those who add to it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from courses.models import Course
from learning.access import Access
from lms.locales import Sentence
from lms.registry import Registry

MAX_LECTURES = 20
"""How many lectures a part names."""

type Act = Callable[[User, str], object]
"""A call with the member of staff and the reason. It raises `APIException` with a sentence if it cannot be done."""


@dataclass(frozen=True)
class Remedy:
    """What would mend it, for those with a permission: an act with a reason, or the page where it is done."""

    label: Sentence
    permission: str
    name: str = ""
    act: Act | None = None
    url: str = ""
    is_outside: bool = False  # `act` asks Stripe, so that it runs in no transaction


@dataclass(frozen=True)
class Part:
    """One thing that the answer follows from: sentences, a table, and what would mend it.

    Without a `permission`, all who may see enrollments see it.
    """

    title: Sentence
    permission: str = ""
    sentences: Iterable[Sentence] = ()
    headings: tuple[Sentence, ...] = ()
    rows: Iterable[tuple[Any, ...]] = ()
    remedies: Iterable[Remedy] = ()


type Examiner = Callable[[User, Course, Access], Part]

examiners: Registry[Examiner] = Registry()
"""Functions that return a part about a person and a course; `payments` adds the orders."""
