"""A read that is measured, and the reads of the API: lists at their first page and deep, and all else that is read often."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.test import Client
from rest_framework.utils.urls import replace_query_param

from accounts.models import User
from accounts.services.sessions import open_session
from bench.rows import POPULAR, STUDENT, TEACHER, id_of
from bench.school import LECTURES, RARE
from courses.models import Course, Lecture
from lms.pagination import PAGE_SIZE
from payments.models import Order

API = "/api/v1"
EXPORTED = 1000
"""How many rows of an export are read."""
STRIDE = 50
"""How many rows a page has on the way to a deep one."""
DEEP = 1000
"""After how many rows a deep page of a list begins, if it is not said otherwise."""


@dataclass(frozen=True)
class Read:
    """A request of somebody, by a name; of a file that is streamed, the first rows are read."""

    name: str
    client: Client
    path: str

    def send(self) -> Any:
        """Send the request and return its answer; raise AssertionError unless it succeeds."""
        answer: Any = self.client.get(self.path)
        assert answer.status_code == 200, (self.path, answer.status_code, answer.content[:300])
        if answer.streaming:
            lines = iter(answer.streaming_content)
            for _ in zip(range(EXPORTED), lines, strict=False):
                pass
            answer.close()
        return answer


VISITOR_LISTS = (
    "courses",
    "courses?ordering=price",
    "courses?ordering=-price",
    "courses?ordering=-rating",
    "courses?ordering=-enrolled",
    "courses?category=c0",
    "courses?category=c0&ordering=price",
    "courses?level=beginner&free=true",
    "courses?tag=python",
    "courses?search=everybody",
    "courses/{course}/reviews",
)
"""Lists; of a search the word is in every title."""
VISITOR = (
    "courses?language=eo",
    "courses?currency=eur",
    "courses?price_min=998&price_max=999",
    "courses?search=python",
    "courses?search=pyth",
    "courses?search={rare}",
    "courses?search=python everybody",
    "courses?search=nowhere",
    "courses?search=everybody&category=c0",
    "courses/suggestions?q=pyt",
    "courses/suggestions?q=ada",
    "courses/facets",
    "courses/facets?category=c0&tag=python",
    "courses/facets?search=everybody",
    "courses/{slug}",
    "courses/{course}/related",
    "courses/{course}/ratings",
    "instructors/{teacher}",
    "categories",
)
STUDENT_LISTS = ("enrollments", "payments/orders")
STUDENT_READS = (
    "users/me",
    "wishlist",
    "certificates",
    "auth/sessions",
    "courses/{slug}?",
    "courses/{course}/access",
    "courses/{course}/lectures",
    "courses/{course}/progress",
    "courses/{course}/purchase",
    "courses/{course}/reviews/mine",
    "courses/{course}/grades",
    "lectures/{lecture}",
    "lectures/{lecture}/notes",
    "payments/orders/{order}",
)
TEACHER_LISTS = ("courses/mine", "courses/{course}/students", "questions")
TEACHER_READS = (
    "courses/{course}/students/csv",
    "courses/{course}/statistics",
    "courses/{course}/gradebook",
    "media/assets",
    "payments/coupons",
    "payments/earnings",
    "teaching/overview",
)


def sample() -> dict[str, Any]:
    """Return what the paths name: those who have the most."""
    course = Course.objects.get(pk=id_of(Course, POPULAR))
    return {
        "course": course.pk,
        "slug": course.slug,
        "lecture": id_of(Lecture, LECTURES * POPULAR),
        "teacher": id_of(User, TEACHER),
        "order": id_of(Order, STUDENT),
        "rare": RARE.lower(),
    }


def list_api_reads(is_wanted: Callable[[str], bool] = bool, *, deep: int = DEEP) -> Iterator[Read]:
    """Yield the reads of visitors, and of a student and an instructor who have much, if their names are wanted.

    A deep page of a list begins after so many rows, or else is the last one.
    """
    for client, paths, lists in (
        (Client(), VISITOR, VISITOR_LISTS),
        (sign_in(STUDENT), STUDENT_READS, STUDENT_LISTS),
        (sign_in(TEACHER), TEACHER_READS, TEACHER_LISTS),
    ):
        ids = sample()
        for path in (*lists, *paths):
            read = Read(f"GET {path}", client, f"{API}/{path.format(**ids)}")
            if is_wanted(read.name):
                yield read
            name = f"{read.name}: deep"
            if path in lists and is_wanted(name) and (far := find_deep_page(read, deep)):
                yield Read(name, client, far)


def sign_in(number: int) -> Client:
    """Return the client of a person."""
    session = open_session(User.objects.get(pk=id_of(User, number)))
    return Client(headers={"authorization": f"Bearer {session.access}"})


def find_deep_page(first: Read, rows: int) -> str | None:
    """Follow the links of a list in larger pages; return the page after so many rows, or the last; None if there is one."""
    url = replace_query_param(first.path, "page_size", str(STRIDE))
    found = None
    for _ in range(rows // STRIDE):
        following = first.client.get(url).json()["next"]
        if following is None:
            break
        found = url = following
    return found and replace_query_param(found, "page_size", str(PAGE_SIZE))
