"""The inbox on the staff's first page: what waits for somebody, each kind a number and a link to its list."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.db.models import QuerySet

from lms.locales import Sentence
from lms.registry import Registry

logger = logging.getLogger(__name__)

MAX_COUNTED = 1000
"""Nobody needs a larger number of waiting things; "more than 1,000" is enough."""


@dataclass(frozen=True)
class Count:
    """How many things wait, at most one more than `MAX_COUNTED`, and when the first is due, if it is."""

    number: int
    due: datetime | None = None

    @property
    def is_more(self) -> bool:
        return self.number > MAX_COUNTED


@dataclass(frozen=True)
class InboxItem:
    """A kind of thing that waits for staff.

    `count` is bounded and served by an index (`count_rows`); `url` is the filtered list, as of `reverse_lazy`;
    `permission` is that of the list, such as `payments.view_order`.
    """

    label: Sentence
    count: Callable[[], Count]
    url: Sentence
    permission: str


@dataclass(frozen=True)
class Waiting:
    """An item with its count; None if it could not be counted."""

    item: InboxItem
    count: Count | None


items: Registry[InboxItem] = Registry()
"""Every kind of thing that may wait; each app adds its own in `AppConfig.ready()`."""


def count_rows(rows: QuerySet, due: str = "") -> Count:
    """Count rows as they are ordered, `MAX_COUNTED` and one more at most; `due` names the field of the first one's date.

    The order must be that of the index that serves the filter, so that no more rows are read than are counted.
    """
    number = count_first(rows)
    return Count(number, rows.values_list(due, flat=True)[0] if due and number else None)


def count_first(rows: QuerySet) -> int:
    """Count at most `MAX_COUNTED` rows and one more, in their order."""
    return rows[: MAX_COUNTED + 1].count()


def list_waiting(user: AbstractUser | AnonymousUser) -> Iterator[Waiting]:
    """Yield what waits, and what cannot be counted, of the kinds whose lists the user may see."""
    for item in items:
        if user.has_perm(item.permission):
            count = _count(item)
            if count is None or count.number:
                yield Waiting(item, count)


def _count(item: InboxItem) -> Count | None:
    try:
        return item.count()
    except Exception:  # of any kind: the other items, and the rest of the page, do not depend on it
        logger.exception("The inbox could not count: %s", item.label)
        return None
