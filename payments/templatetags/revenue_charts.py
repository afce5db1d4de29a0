"""The charts of the staff's first page: what was sold and given back, drawn as SVG."""

from typing import Any

from django import template

from lms import currencies
from payments.ledger import revenue

register = template.Library()

DAYS = 30
STEP, BAR, HEIGHT = 24, 16, 140
"""A day's width, its bar's, and the height of the bars up and down together: in units of the drawing."""


@register.inclusion_tag("admin/payments/revenue.html", takes_context=True)
def revenue_charts(context: dict[str, Any]) -> dict[str, Any]:
    """Draw a chart a currency, for staff who may see orders; nothing for the others."""
    allowed = context["request"].user.has_perm("payments.view_order")
    charts = [_chart(each) for each in revenue.of_last(DAYS)] if allowed else []
    return {"allowed": allowed, "charts": charts, "days": DAYS, "request": context["request"]}


def _chart(told: revenue.Revenue) -> dict[str, Any]:
    """Lay one currency's days and courses out: bars up from the base are sales, down what went back."""
    highest = max(day.sold for day in told.days)
    lowest = max(0, *(day.returned for day in told.days))
    unit = HEIGHT / max(highest + lowest, 1)
    base = round(highest * unit, 1)
    return {
        "currency": told.currency.upper(),
        "sold": _shown(told, told.sold),
        "returned": _shown(told, told.returned),
        "net": _shown(told, told.sold - told.returned),
        "highest": _shown(told, highest),
        "width": STEP * len(told.days),
        "bottom": HEIGHT,
        "base": base,
        "bar": BAR,
        "bars": [
            {
                "x": STEP * place + (STEP - BAR) // 2,
                "y": round(base - day.sold * unit, 1),
                "up": round(day.sold * unit, 1),
                "down": round(max(day.returned, 0) * unit, 1),
                "date": day.date,
                "sold": _shown(told, day.sold),
                "returned": _shown(told, day.returned),
            }
            for place, day in enumerate(told.days)
        ],
        "courses": _courses(told),
    }


def _courses(told: revenue.Revenue) -> list[dict[str, Any]]:
    most = max([1, *(each.net for each in told.courses)])
    return [
        {
            "course": each.course,
            "sales": each.sales,
            "net": _shown(told, each.net),
            "percent": max(0, round(100 * each.net / most)),
        }
        for each in told.courses
    ]


def _shown(told: revenue.Revenue, amount: int) -> str:
    return currencies.display(amount, told.currency)
