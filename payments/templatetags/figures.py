"""The figures on the staff's first page: what their template shows, with the charts drawn as SVG."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from babel.numbers import format_percent
from django import template
from django.utils.formats import date_format

from lms import currencies
from lms.locales import active, format_number
from lms.periods import PRESETS, Period
from payments.figures import FiguresForm, query_of
from payments.permissions import may_see_figures
from payments.queries.figures import (
    Figure,
    read_courses,
    read_people,
    read_sales,
    step_name,
)

register = template.Library()

WIDTH, HEIGHT = 1000, 100
"""In units of a drawing, which is stretched to the page; the height is that of all bars together."""
MAX_BAR = WIDTH / 12


@register.inclusion_tag("admin/payments/figures.html", takes_context=True)
def show_figures(context: dict[str, Any]) -> dict[str, Any]:
    """Render the figures that the query string asks for, for staff who may see them, and nothing for others."""
    request = context["request"]
    if not may_see_figures(request.user):
        return {"allowed": False}
    form = FiguresForm(request.GET)
    shown = {"allowed": True, "request": request}
    if not form.is_valid():
        links = [_link(str(each.label), {"period": name}) for name, each in PRESETS.items()]
        return shown | {"form": form, "presets": links}
    return shown | _read(form, links_courses=request.user.has_perm("courses.view_course"))


def _read(form: FiguresForm, *, links_courses: bool) -> dict[str, Any]:
    period = form.chosen
    sales = read_sales(period, form.cleaned_data["currency"])
    people = read_people(period)
    money = {figure.name: figure for figure in sales.figures}
    days = {"since": period.first.isoformat(), "until": period.last.isoformat()}
    return {
        "form": FiguresForm(initial=days),
        "presets": [
            _link(str(each.label), {"period": name, "currency": sales.currency}, form.preset == name)
            for name, each in PRESETS.items()
        ],
        "choices": [
            {"label": each.upper(), "query": query_of(form, currency=each), "is_current": each == sales.currency}
            for each in sales.choices
        ],
        "period": period,
        "query": query_of(form, currency=sales.currency),
        "currency": sales.currency,
        "sales": _panel(period, [each for each in sales.figures if each.name != "tax" or each.is_used]),
        "people": _panel(period, people),
        "sales_chart": _chart(period, money["sold"], money["refunded"], money["disputed"]),
        "people_charts": [_chart(period, figure) for figure in people],
        "courses": _course_rows(period, sales.currency),
        "links_courses": links_courses,
    }  # fmt: skip


def _link(label: str, query: dict[str, str], is_current: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002
    return {"label": label, "query": urlencode(query), "is_current": is_current}


def _panel(period: Period, figures: list[Figure]) -> dict[str, Any]:
    """Return the sums of some figures, and the table of their steps, the last first."""
    return {
        "tiles": [
            {
                "label": figure.label,
                "value": _show(figure, figure.series.total),
                "before": _show(figure, figure.series.before),
                "change": _change(figure.series.change),
            }
            for figure in figures
        ],
        "headings": [step_name(period), *(figure.label for figure in figures)],
        "rows": [
            (_day(period, day), [_show(figure, figure.series.steps[step]) for figure in figures])
            for step, day in reversed(period.steps.items())
        ],
        "totals": [_show(figure, figure.series.total) for figure in figures],
    }


def _chart(period: Period, figure: Figure, *taken: Figure) -> dict[str, Any]:
    """Return the drawing of a figure: a bar for each step, and below the base line what was taken back."""
    ups = {step: max(number, 0) for step, number in figure.series.steps.items()}
    downs = {step: max(sum(each.series.steps[step] for each in taken), 0) for step in ups}
    highest, lowest = max(ups.values()), max(downs.values())
    unit = HEIGHT / max(highest + lowest, 1)
    slot = WIDTH / len(ups)
    width = min(slot * 0.7, MAX_BAR)
    base = highest * unit
    bars = [
        {
            "slot": _number(place * slot),
            "x": _number(place * slot + (slot - width) / 2),
            "y": _number(base - ups[step] * unit),
            "up": _number(ups[step] * unit) if ups[step] else "",
            "down": _number(downs[step] * unit) if downs[step] else "",
            "day": _day(period, day),
            "shown": _show(figure, ups[step]),
            "taken": _show(figure, downs[step]) if taken else "",
        }
        for place, (step, day) in enumerate(period.steps.items())
    ]
    return {
        "label": figure.label,
        "bars": bars,
        "slot_width": _number(slot),
        "bar_width": _number(width),
        "base": _number(base),
        "highest": _show(figure, highest),
        "is_empty": not (highest or lowest),
        "total": _show(figure, figure.series.total),
        "first": bars[0]["day"],
        "last": bars[-1]["day"] if len(bars) > 1 else "",
    }


def _course_rows(period: Period, currency: str) -> list[dict[str, Any]]:
    """Return the rows of the courses; `width` is the part of the best course's amount, in percent."""
    rows = read_courses(period, currency)
    best = max((each.sold for each in rows), default=0) or 1
    return [
        {
            "course": each.course,
            "orders": format_number(each.orders),
            "sold": currencies.display(each.sold, currency),
            "width": round(100 * each.sold / best),
        }
        for each in rows
    ]


def _show(figure: Figure, number: int) -> str:
    if figure.is_count:
        return format_number(number)
    return currencies.display(number, figure.currency)


def _change(change: float | None) -> str:
    """Return a change as people write it: `+12%`, `-3 %`; nothing where there is none to name."""
    if change is None:
        return ""
    return f"{'+' if round(change, 2) > 0 else ''}{format_percent(change, locale=active())}"


def _day(period: Period, day: date) -> str:
    return date_format(day, "M Y" if period.is_by_month else "j M Y")


def _number(number: float) -> str:
    """Return a number for the drawing, whatever the language of the page."""
    return f"{number:.2f}"
