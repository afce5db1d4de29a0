"""What a candidate is, and how rows are read to find candidates."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, Q, QuerySet

PAGE_SIZE = 100


@dataclass(frozen=True)
class Period:
    """Stripe's lists and our orders are read from `since` on; what changed after `until` is left for the next run."""

    since: datetime
    until: datetime


@dataclass(frozen=True)
class Candidate:
    """Something that may be wrong, named by `subject`.

    `find_problem` reads the present state at each call and returns what is wrong, or an empty string. `repair` is None
    if only people can help.
    """

    subject: str
    find_problem: Callable[[], str]
    repair: Callable[[], object] | None


def pages[Row: Model](rows: QuerySet[Row], by: str = "created_at") -> Iterator[list[Row]]:
    """Read rows ordered by a time and the id, one page after another; rows added to earlier pages are not read."""
    page = list(rows.order_by(by, "pk")[:PAGE_SIZE])
    while page:
        yield page
        at: Any = getattr(page[-1], by)
        # The first condition is a bound of the index, the second one skips rows of the same moment that were read.
        rest = rows.filter(Q(**{f"{by}__gt": at}) | Q(pk__gt=page[-1].pk), **{f"{by}__gte": at})
        page = list(rest.order_by(by, "pk")[:PAGE_SIZE])
