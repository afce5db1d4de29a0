"""Small tables on staff pages."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst

from lms.locales import Sentence


def render_table(headings: Iterable[Sentence], rows: Iterable[Iterable[Any]]) -> str:
    """Return an HTML table, "" without rows; texts are escaped, and times are shown to the minute."""
    body = format_html_join("", "<tr>{}</tr>", ((_render_cells(row),) for row in rows))
    if not body:
        return ""
    head = format_html_join("", "<th>{}</th>", ((capfirst(each),) for each in headings))
    return format_html("<table><tr>{}</tr>{}</table>", head, body)


def _render_cells(row: Iterable[Any]) -> str:
    return format_html_join("", "<td>{}</td>", ((_show(value),) for value in row))


def _show(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return "" if value is None else value
