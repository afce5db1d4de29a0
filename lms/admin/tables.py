"""Small tables on staff pages."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.html import format_html, format_html_join

from lms.locales import Sentence


def render_table(headings: Iterable[Sentence], rows: Iterable[Iterable[Any]]) -> str:
    """Return an HTML table; texts are escaped, and times are shown to the minute."""
    head = format_html_join("", "<th>{}</th>", ((heading,) for heading in headings))
    body = format_html_join("", "<tr>{}</tr>", ((_render_cells(row),) for row in rows))
    return format_html("<table><tr>{}</tr>{}</table>", head, body)


def _render_cells(row: Iterable[Any]) -> str:
    return format_html_join("", "<td>{}</td>", ((_show(value),) for value in row))


def _show(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return "" if value is None else value
