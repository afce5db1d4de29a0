"""The figures of the staff's first page: money, people and courses of a period, in one currency."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.queries import count_new_people
from learning.queries.figures import count_completions, count_enrollments
from lms import currencies
from lms.locales import Sentence
from lms.periods import Period, Series
from lms.spreadsheets import Value
from payments.ledger.figures import CourseSales, list_top_courses, no_money, read_money

MAX_COURSES = 10
"""How many courses the page names."""
MAX_EXPORTED_COURSES = 1000

MONEY: dict[str, Sentence] = {
    "orders": gettext_lazy("Orders"),
    "sold": gettext_lazy("Sold"),
    "refunded": gettext_lazy("Refunded"),
    "disputed": gettext_lazy("Disputed"),
    "tax": gettext_lazy("Tax"),
    "instructors": gettext_lazy("Instructors' share"),
    "house": gettext_lazy("House's share"),
    "fees": gettext_lazy("Stripe's fees"),
}
PEOPLE: dict[str, Sentence] = {
    "people": gettext_lazy("New people"),
    "enrollments": gettext_lazy("Enrollments"),
    "completions": gettext_lazy("Completions"),
}
COUNTS = {"orders", *PEOPLE}
"""The figures that are no amounts."""

COUNTERS: dict[str, Callable[[Period], Series]] = {
    "people": count_new_people,
    "enrollments": count_enrollments,
    "completions": count_completions,
}


@dataclass(frozen=True)
class Figure:
    """One figure of a period: a series of numbers, or of amounts in minor units."""

    name: str
    label: Sentence
    series: Series
    currency: str

    @property
    def is_used(self) -> bool:
        return bool(any(self.series.steps.values()) or self.series.before)

    @property
    def is_count(self) -> bool:
        return self.name in COUNTS


@dataclass(frozen=True)
class Sales:
    """What was sold in a period in one currency, and the currencies to choose from."""

    currency: str
    choices: list[str]
    figures: list[Figure]


@dataclass(frozen=True)
class Sheet:
    """A table of figures for spreadsheets, with amounts in whole units."""

    columns: list[str]
    rows: list[list[Value]]


def read_sales(period: Period, currency: str) -> Sales:
    """Return the figures about money; without a currency, in the first of `CURRENCIES` that has an entry; one command."""
    by_currency = read_money(period)
    if not currency:
        usual = [each for each in settings.CURRENCIES if each in by_currency]
        currency = next(iter([*usual, *by_currency]), settings.CURRENCIES[0])
    money = by_currency.get(currency) or no_money(period)
    figures = [Figure(name, label, money[name], currency) for name, label in MONEY.items()]
    return Sales(currency, sorted({*by_currency, currency}), figures)


def read_people(period: Period) -> list[Figure]:
    """Return the figures about people; a command for each."""
    return [Figure(name, label, COUNTERS[name](period), "") for name, label in PEOPLE.items()]


def read_courses(period: Period, currency: str) -> list[CourseSales]:
    return list_top_courses(period, currency, MAX_COURSES)


# --- For spreadsheets ---------------------------------------------------------------------------------------


def sheet_of_sales(period: Period, currency: str) -> Sheet:
    sales = read_sales(period, currency)
    return _sheet(period, sales.figures, sales.currency)


def sheet_of_people(period: Period, _currency: str) -> Sheet:
    return _sheet(period, read_people(period), "")


def sheet_of_courses(period: Period, currency: str) -> Sheet:
    currency = currency or read_sales(period, "").currency
    columns = [_("id"), _("Course"), _("Orders"), _("Sold"), _("Currency")]
    rows: list[list[Value]] = [
        [
            str(each.course.pk),
            each.course.title,
            each.orders,
            _whole(each.sold, currency),
            currency.upper(),
        ]
        for each in list_top_courses(period, currency, MAX_EXPORTED_COURSES)
    ]
    return Sheet(columns, rows)


SHEETS: dict[str, Callable[[Period, str], Sheet]] = {
    "sales": sheet_of_sales,
    "people": sheet_of_people,
    "courses": sheet_of_courses,
}


def _sheet(period: Period, figures: list[Figure], currency: str) -> Sheet:
    """Return a row for each step; amounts have a column for their currency."""
    of_money = [_("Currency")] if currency else []
    columns = [step_name(period), *(str(figure.label) for figure in figures), *of_money]

    def cells(step: str) -> Iterator[Value]:
        yield step
        for figure in figures:
            number = figure.series.steps[step]
            yield number if figure.is_count else _whole(number, currency)
        if currency:
            yield currency.upper()

    return Sheet(columns, [list(cells(step)) for step in period.steps])


def step_name(period: Period) -> str:
    return _("Month") if period.is_by_month else _("Day")


def _whole(amount: int, currency: str) -> Decimal:
    return Decimal(amount).scaleb(-currencies.digits(currency))
