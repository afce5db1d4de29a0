"""Periods of whole days in the site's time zone, and how many rows fall into each part of one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from bson import ObjectId
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from pymongo.collection import Collection

from lms.locales import Sentence
from lms.mongodb import connection

DAY = timedelta(days=1)
MAX_DAYS = 3 * 366
MAX_DAYS_BY_DAY = 92
"""A longer period is divided into months."""
EARLIEST = date(2000, 1, 1)
BEFORE = "before"


@dataclass(frozen=True)
class Period:
    """The days from `first` to `last`, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first) // DAY + 1

    @property
    def since(self) -> datetime:
        return _midnight(self.first)

    @property
    def until(self) -> datetime:
        """The first moment after the period."""
        return _midnight(self.last + DAY)

    @property
    def before(self) -> "Period":
        """Return as many days, directly before this period."""
        return Period(self.first - self.days * DAY, self.first - DAY)

    @property
    def is_by_month(self) -> bool:
        return self.days > MAX_DAYS_BY_DAY

    @property
    def format(self) -> str:
        return "%Y-%m" if self.is_by_month else "%Y-%m-%d"

    @property
    def steps(self) -> dict[str, date]:
        """Return the first day of each step, a day or a month, by its name: `2026-11-28`, `2026-11`."""
        steps: dict[str, date] = {}
        for number in range(self.days):
            day = self.first + number * DAY
            steps.setdefault(day.strftime(self.format), day)
        return steps

    def step_of(self, moment: Any) -> dict[str, Any]:
        """Return MongoDB's expression for the step that a moment belongs to, `BEFORE` for one before the period."""
        name = {
            "date": moment,
            "format": self.format,
            "timezone": timezone.get_current_timezone_name(),
        }
        return {"$cond": [{"$lt": [moment, self.since]}, BEFORE, {"$dateToString": name}]}

    def series(self, sums: Mapping[str, int]) -> "Series":
        """Return what was summed by `step_of`, with a 0 for each step that has none."""
        return Series({step: sums.get(step, 0) for step in self.steps}, sums.get(BEFORE, 0))


@dataclass(frozen=True)
class Series:
    """A number for each step of a period, in their order, and their sum in the period before."""

    steps: dict[str, int] = field(default_factory=dict)
    before: int = 0

    @property
    def total(self) -> int:
        return sum(self.steps.values())

    @property
    def change(self) -> float | None:
        """Return by which part it grew: 0.12 for 12 percent; None if that means nothing."""
        return self.total / self.before - 1 if self.before > 0 and self.total >= 0 else None


def count_rows(rows: Collection, name: str, period: Period) -> Series:
    """Count the rows with a time in a period, and in the one before; `_id` is the time when a row was made."""
    bounds: dict[str, Any] = {"$gte": period.before.since, "$lt": period.until}
    moment: Any = f"${name}"
    if name == "_id":
        bounds = {each: ObjectId.from_datetime(at) for each, at in bounds.items()}
        moment = {"$toDate": moment}
    group = {"_id": period.step_of(moment), "count": {"$sum": 1}}
    found = rows.aggregate(
        [{"$match": {name: bounds}}, {"$group": group}],
        session=connection.session,
        batchSize=MAX_DAYS,
    )
    return period.series({row["_id"]: row["count"] for row in found})


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_current_timezone())


def _last_days(days: int) -> Callable[[date], Period]:
    return lambda today: Period(today - (days - 1) * DAY, today)


def _last_month(today: date) -> Period:
    last = today.replace(day=1) - DAY
    return Period(last.replace(day=1), last)


@dataclass(frozen=True)
class Preset:
    """A period that is known by a name; `of` returns it for the day that is today."""

    label: Sentence
    of: Callable[[date], Period]


PRESETS = {
    "today": Preset(_("Today"), _last_days(1)),
    "7d": Preset(_("7 days"), _last_days(7)),
    "30d": Preset(_("30 days"), _last_days(30)),
    "90d": Preset(_("90 days"), _last_days(90)),
    "month": Preset(_("This month"), lambda today: Period(today.replace(day=1), today)),
    "last_month": Preset(_("Last month"), _last_month),
    "year": Preset(_("This year"), lambda today: Period(today.replace(month=1, day=1), today)),
}
USUAL = "30d"
