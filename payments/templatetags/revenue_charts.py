"""The revenue charts on the staff's first page, drawn as SVG."""

from typing import Any

from django import template

from lms import currencies
from payments.ledger import revenue
from payments.permissions import may_see_figures

register = template.Library()

DAYS = 30
DAY_WIDTH, BAR_WIDTH, HEIGHT = 24, 16, 140
"""In units of the drawing; the height is that of the bars above and below the base line together."""


@register.inclusion_tag("admin/payments/revenue.html", takes_context=True)
def revenue_charts(context: dict[str, Any]) -> dict[str, Any]:
    """Render one chart per currency for staff who may see the figures, and nothing for others."""
    request = context["request"]
    allowed = may_see_figures(request.user)
    charts = [_chart(sales) for sales in revenue.read_revenue(DAYS)] if allowed else []
    return {"allowed": allowed, "charts": charts, "days": DAYS, "request": request}


def _chart(sales: revenue.Revenue) -> dict[str, Any]:
    """Return what the template draws for one currency: above the base line what was sold, below it what was returned."""
    highest = max(day.sold for day in sales.days)
    lowest = max(0, *(day.returned for day in sales.days))
    unit = HEIGHT / max(highest + lowest, 1)
    base = round(highest * unit, 1)
    return {
        "currency": sales.currency.upper(),
        "sold": currencies.display(sales.sold, sales.currency),
        "returned": currencies.display(sales.returned, sales.currency),
        "net": currencies.display(sales.sold - sales.returned, sales.currency),
        "highest": currencies.display(highest, sales.currency),
        "width": DAY_WIDTH * len(sales.days),
        "bottom": HEIGHT,
        "base": base,
        "bar_width": BAR_WIDTH,
        "bars": [
            {
                "x": DAY_WIDTH * place + (DAY_WIDTH - BAR_WIDTH) // 2,
                "y": round(base - day.sold * unit, 1),
                "up": round(day.sold * unit, 1),
                "down": round(max(day.returned, 0) * unit, 1),
                "date": day.date,
                "sold": currencies.display(day.sold, sales.currency),
                "returned": currencies.display(day.returned, sales.currency),
            }
            for place, day in enumerate(sales.days)
        ],
        "courses": _course_rows(sales),
    }


def _course_rows(sales: revenue.Revenue) -> list[dict[str, Any]]:
    """Return the rows of the table; `percent` is the share of the best course's net amount."""
    best = max([1, *(each.net for each in sales.courses)])
    return [
        {
            "course": each.course,
            "sales": each.sales,
            "net": currencies.display(each.net, sales.currency),
            "percent": max(0, round(100 * each.net / best)),
        }
        for each in sales.courses
    ]
