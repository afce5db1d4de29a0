"""Cursor pages over an ordering that ends in the id, so that page 1,000 costs what page 1 costs.

DRF's cursor falls back to an offset among equal values, and a catalogue ordered by price is full of equal values. This
one compares the whole ordering key, which an index on that key serves. A view with a queryset uses `CursorPagination`; a
hot read that runs a pipeline uses `Page`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from bson import json_util
from django.core import signing
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from lms.exceptions import invalid
from lms.links import absolute_url

PAGE_SIZE = 20
MAX_PAGE_SIZE = 100
IN_UTC = json_util.JSONOptions(tz_aware=True)


def _wrong_size() -> ValidationError:
    sentence = _("Must be a whole number from {min_value} to {max_value}.")
    return invalid(sentence, attr="page_size", min_value=1, max_value=MAX_PAGE_SIZE)


def _wrong_cursor() -> ValidationError:
    sentence = _("This cursor does not belong to this list. Begin again without it.")
    return invalid(sentence, attr="cursor")


PAGE_ERRORS = (_wrong_size(), _wrong_cursor())
"""What every list refuses, for the OpenAPI document."""


def _page_size(request: Request) -> int:
    raw = request.query_params.get("page_size")
    if raw is None:
        return PAGE_SIZE
    if not (raw.isascii() and raw.isdigit() and len(raw) < 5 and 1 <= int(raw) <= MAX_PAGE_SIZE):
        raise _wrong_size()
    return int(raw)


@dataclass(frozen=True)
class Page:
    """One page of a list: what to match, how to sort, how many rows to fetch, and the links to its neighbours.

    `ordering` holds field names, `-` for descending, none of them nullable, the last one `id`.
    """

    url: str
    ordering: tuple[str, ...]
    size: int
    position: tuple[Any, ...] | None
    backwards: bool

    @classmethod
    def of(cls, request: Request, ordering: Sequence[str]) -> "Page":
        """Read `page_size` and `cursor` from the query string; raise `ValidationError` (400) for bad ones."""
        ordering = tuple(ordering)
        position, backwards = None, False
        if token := request.query_params.get("cursor"):
            try:
                signed = _signer(ordering).unsign_object(token)
                position, backwards = json_util.loads(signed, json_options=IN_UTC)
            except signing.BadSignature:
                raise _wrong_cursor() from None
        url = absolute_url(request.get_full_path(), request)
        return cls(url, ordering, _page_size(request), position and tuple(position), backwards)

    @property
    def limit(self) -> int:
        """Return how many rows to fetch: one more than the page holds, to know whether another page follows."""
        return self.size + 1

    def directed(self) -> list[tuple[str, bool]]:
        """Return each field of the ordering, and whether it descends in the direction of reading."""
        return [
            (name.removeprefix("-"), name.startswith("-") != self.backwards)
            for name in self.ordering
        ]

    def _alternatives(self) -> list[tuple[dict[str, Any], str, str, Any]]:
        """Return the conditions for what lies beyond the position: equal in the first fields, past it in the next."""
        alternatives: list[tuple[dict[str, Any], str, str, Any]] = []
        equal: dict[str, Any] = {}
        for (name, descends), value in zip(self.directed(), self.position or (), strict=False):
            alternatives.append((dict(equal), name, "lt" if descends else "gt", value))
            equal[name] = value
        return alternatives

    def sort(self) -> dict[str, int]:
        """Return the document of a `$sort` stage."""
        return {_column(name): -1 if descends else 1 for name, descends in self.directed()}

    def match(self) -> dict[str, Any]:
        """Return the part of a `$match` stage that skips the pages before this one."""
        if self.position is None:
            return {}
        return {
            "$or": [
                {_column(key): part for key, part in equal.items()}
                | {_column(name): {f"${op}": value}}
                for equal, name, op, value in self._alternatives()
            ]
        }

    def narrow(self, queryset: QuerySet) -> QuerySet:
        """Order a queryset and cut it to this page plus one row."""
        if self.position is not None:
            beyond = [
                Q(**equal, **{f"{name}__{op}": value})
                for equal, name, op, value in self._alternatives()
            ]
            queryset = queryset.filter(reduce(or_, beyond))
        order = [f"-{name}" if descends else name for name, descends in self.directed()]
        return queryset.order_by(*order)[: self.limit]

    def cut(self, rows: list) -> list:
        """Drop the extra row, and put a page that was read backwards into its order."""
        page = rows[: self.size]
        return page[::-1] if self.backwards else page

    def links(self, rows: list) -> dict[str, str | None]:
        """Return the `next` and `previous` URLs; `rows` still has its extra row."""
        page, more = self.cut(rows), len(rows) > self.size
        has_next = bool(page) and (self.backwards or more)
        has_previous = bool(page) and (more if self.backwards else self.position is not None)
        return {
            "next": self._link(page[-1], backwards=False) if has_next else None,
            "previous": self._link(page[0], backwards=True) if has_previous else None,
        }

    def render(self, rows: list, render_row: Callable[[Any], Any]) -> dict[str, Any]:
        """Return the body of the response: the links, and the page's rows, each through `render_row`.

        A row that is rendered as None is left out, and so the page is shorter.
        """
        results = [result for row in self.cut(rows) if (result := render_row(row)) is not None]
        return {**self.links(rows), "results": results}

    def _link(self, row: Any, *, backwards: bool) -> str:
        position = [_value(row, name.removeprefix("-")) for name in self.ordering]
        token = _signer(self.ordering).sign_object(json_util.dumps([position, backwards]))
        return replace_query_param(self.url, "cursor", token)


def _signer(ordering: tuple[str, ...]) -> signing.Signer:
    """Return what signs cursors of an ordering, without a time: the ETag of a page changes only with its rows."""
    return signing.Signer(salt="lms.pagination:" + ",".join(ordering))


def _column(name: str) -> str:
    return "_id" if name in {"id", "pk"} else name


def _value(row: Any, name: str) -> Any:
    return row[_column(name)] if isinstance(row, Mapping) else getattr(row, name)


class CursorPagination(BasePagination):
    """Pagination of a queryset by the view's `ordering`, or else by the queryset's own."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list:
        ordering = getattr(view, "ordering", None) or queryset.query.order_by
        self.page = Page.of(request, ordering)
        self.rows = list(self.page.narrow(queryset))
        return self.page.cut(self.rows)

    def get_paginated_response(self, data: list) -> Response:
        return Response({**self.page.links(self.rows), "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        following = {**link, "description": "The URL of the next page; null on the last."}
        previous = {**link, "description": "The URL of the page before; null on the first."}
        return {
            "type": "object",
            "description": "A page of a list.",
            "required": ["next", "previous", "results"],
            "properties": {"next": following, "previous": previous, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            {
                "name": "cursor",
                "in": "query",
                "required": False,
                "description": "Where the page begins: take it from `next` or `previous`.",
                "schema": {"type": "string"},
            },
            {
                "name": "page_size",
                "in": "query",
                "required": False,
                "description": "How many results a page holds at most.",
                "schema": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": MAX_PAGE_SIZE,
                    "default": PAGE_SIZE,
                },
            },
        ]
