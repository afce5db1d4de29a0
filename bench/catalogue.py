"""Compare a far page of the catalogue with the first one, and time searches: `python -m bench.catalogue --courses 100000`.

Fills a database of its own on `MONGODB_URI`, requests page 1 and page 1,000 of each ordering, and prints the milliseconds
of both and their ratio; then those of searches for common words, rare words and beginnings, and of the facets. The database is dropped at the end. Without `MONGODB_URI` it uses the embedded MongoDB, which
sorts in Python: its times mean nothing.
"""

import argparse
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter
from types import SimpleNamespace
from typing import Any

from bench.database import own_database

PAGE_SIZE, FAR_PAGE = 20, 1000
BATCH_SIZE = 2000
READS = (
    "courses?search=course",  # in every title
    "courses?search=python",  # in every fourth one
    "courses?search=pyth",
    "courses?search=python 17",
    "courses?search=nowhere",
    "courses/facets",
    "courses/facets?search=python",
    "courses/suggestions?q=pyt",
)
"""What is asked beside the orderings."""


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.catalogue", description=__doc__)
    parser.add_argument("--courses", type=int, default=100_000)
    parser.add_argument(
        "--page", type=int, default=FAR_PAGE, help="the page to compare with page 1"
    )
    parser.add_argument("--times", type=int, default=9, help="requests per page")
    return parser.parse_args(arguments)


def courses(count: int, categories: list[Any], instructors: list[Any]) -> Iterator[dict[str, Any]]:
    """Yield published courses, with values as unevenly spread as real ones: many are free, few are rated."""
    from courses.models import Course
    from courses.terms import list_terms

    dice = random.Random(1)
    defaults: dict[str, Any] = {
        str(field.column): field.get_default()
        for field in Course._meta.fields
        if not field.primary_key and not field.is_relation
    }
    now = datetime.now(UTC)
    for number in range(count):
        ratings = dice.choice([0, 0, 0, 1, 5, 40])
        stars = ratings * dice.randint(3, 5)
        course = defaults | {
            "slug": f"course-{number}",
            "title": f"Course {number} of {dice.choice(['python', 'music', 'maths', 'cooking'])}",
            "description": "What it is about.",
            "category_id": dice.choice(categories),
            "instructor_id": dice.choice(instructors),
            "status": "published",
            "published_at": now - timedelta(seconds=dice.randrange(10**8)),
            "created_at": now,
            "updated_at": now,
            "price_amount": dice.choice([0, 0, 0, 999, 1999, 4999, 9999]),
            "enrolled_count": dice.choice([0, 0, 3, dice.randrange(1000)]),
            "rating_sum": stars,
            "rating_count": ratings,
            "rating_average": 1000 * stars // ratings if ratings else 0,
        }
        yield course | {"terms": list_terms(SimpleNamespace(**course), "Instructor")}


def seed(count: int) -> None:
    """Insert courses, past the ORM."""
    from itertools import batched

    from accounts.models import User
    from courses.models import Category, Course
    from lms.mongodb import connection

    categories = [Category.objects.create(name=f"C{n}", slug=f"c{n}").pk for n in range(12)]
    instructors = [
        User.objects.create(email=f"i{n}@example.test", name=f"Instructor {n}").pk
        for n in range(50)
    ]
    collection = connection.get_collection(Course._meta.db_table)
    for batch in batched(courses(count, categories, instructors), BATCH_SIZE, strict=False):
        collection.insert_many(batch, ordered=False)


def far_link(url: str, ordering: str, page: int) -> str:
    """Return the URL of a far page, as the `next` of the page before it."""
    from django.test import RequestFactory
    from rest_framework.request import Request

    from courses.models import Course
    from courses.queries.catalogue import ORDERINGS
    from lms.mongodb import connection
    from lms.pagination import Page

    first = Page.of(Request(RequestFactory().get(url)), ORDERINGS[ordering])
    last_before = (
        connection.get_collection(Course._meta.db_table)
        .find({"status": "published"})
        .sort(list(first.sort().items()))
        .skip((page - 1) * PAGE_SIZE - 1)
        .limit(1)
    )
    url_of_next: str | None = first.links([next(last_before)] * first.limit)["next"]
    assert url_of_next is not None
    return url_of_next


def milliseconds(url: str, times: int) -> float:
    """Request a page `times` times and return the median of the milliseconds."""
    from django.test import Client

    client, durations = Client(), []
    for _ in range(times):
        begun = perf_counter()
        response = client.get(url)
        durations.append((perf_counter() - begun) * 1000)
        assert response.status_code == 200, response.content
    return median(durations)


def measure(page: int, times: int) -> Iterator[tuple[str, float, float]]:
    """Yield each ordering with the milliseconds of its first page and of the far one."""
    from courses.queries.catalogue import ORDERINGS

    for ordering in ORDERINGS:
        url = f"/api/v1/courses?ordering={ordering}"
        far = far_link(url, ordering, page)
        milliseconds(url, 1)  # what only the first request costs
        yield ordering, milliseconds(url, times), milliseconds(far, times)


def measure_reads(times: int) -> Iterator[tuple[str, float]]:
    """Yield each of `READS` with its milliseconds."""
    for read in READS:
        url = f"/api/v1/{read}"
        milliseconds(url, 1)
        yield read, milliseconds(url, times)


def main(arguments: list[str] | None = None) -> None:
    options = parse(arguments)
    if options.courses < options.page * PAGE_SIZE:
        raise SystemExit(f"Page {options.page} needs {options.page * PAGE_SIZE} courses or more.")
    with own_database("catalogue"):
        from lms.mongodb import connection

        seed(options.courses)
        print(
            f"{options.courses:,} courses, MongoDB {connection.connection.server_info()['version']}"
        )
        print(f"{'ordering':15}{'page 1':>10}{f'page {options.page:,}':>14}{'ratio':>8}")
        for ordering, first, far in measure(options.page, options.times):
            print(f"{ordering:15}{first:7.1f} ms{far:11.1f} ms{far / first:8.2f}")
        for read, duration in measure_reads(options.times):
            print(f"{read:40}{duration:9.1f} ms")


if __name__ == "__main__":
    main()
