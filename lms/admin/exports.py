"""Lists of staff as CSV files: as filtered, all rows, sent while they are read, and kept in the audit log."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import batched
from typing import Any, ClassVar, cast

from bson import ObjectId
from django.contrib.admin.options import IncorrectLookupParameters, ModelAdmin
from django.contrib.admin.utils import label_for_field, lookup_field
from django.contrib.admin.views.main import SEARCH_VAR
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import (
    HttpRequest,
    HttpResponseBase,
    HttpResponseRedirect,
    QueryDict,
    StreamingHttpResponse,
)
from django.urls import URLPattern, path, reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from lms import audit, currencies, spreadsheets

MAY_EXPORT = "lms.export_lists"
BATCH_SIZE = 500


@dataclass(frozen=True)
class Column:
    """A column of the file: its name, and its value in a row."""

    name: str
    read: Callable[[Any], spreadsheets.Value]


class Exported(ModelAdmin):
    """A list that staff with the permission `lms.export_lists` may download as CSV.

    The columns are the row's id and those of the list. `amounts` maps a column to the attribute that holds its amount in
    minor units: it becomes two columns, the amount in whole units and the currency.
    """

    amounts: ClassVar[dict[str, str]] = {}

    def prepare_rows(self, request: HttpRequest, rows: list[Any]) -> None:
        """Read what the columns of some rows need, for all of them at once."""

    def currency_of(self, row: Any) -> str:
        return str(row.currency)

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/", view, name=name), *super().get_urls()]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist: Any = super().get_changelist_instance(request)
        changelist.result_list = list(changelist.result_list)
        self.prepare_rows(request, changelist.result_list)
        changelist.may_export = request.user.has_perm(MAY_EXPORT)
        return changelist

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """Send all rows of the list as filtered, searched and ordered by the query string."""
        if not (request.user.has_perm(MAY_EXPORT) and self.has_view_or_change_permission(request)):
            raise PermissionDenied
        try:
            rows = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
            return HttpResponseRedirect(reverse(name))
        columns = list(self._columns(request))
        cells = audit.exported(
            cast(ObjectId, request.user.pk),
            self.model,
            self._iter_cells(request, rows, columns),
            query=describe_filter(request.GET),
        )
        lines = spreadsheets.render_csv([column.name for column in columns], cells)
        return StreamingHttpResponse(
            lines,
            content_type="text/csv; charset=utf-8",
            headers={
                "Content-Disposition": f'attachment; filename="{self.opts.model_name}.csv"',
            },
        )

    def _iter_cells(
        self, request: HttpRequest, rows: QuerySet, columns: list[Column]
    ) -> Iterator[list[spreadsheets.Value]]:
        for batch in batched(rows.iterator(BATCH_SIZE), BATCH_SIZE, strict=False):
            self.prepare_rows(request, list(batch))
            for row in batch:
                yield [column.read(row) for column in columns]

    def _columns(self, request: HttpRequest) -> Iterator[Column]:
        yield Column("id", lambda row: str(row.pk))
        for name in self.get_list_display(request):
            label = str(label_for_field(name, self.model, self))
            if name in self.amounts:
                yield Column(label, self._amount_reader(self.amounts[name]))
                yield Column(
                    _("{column}: currency").format(column=label),
                    lambda row: self.currency_of(row).upper(),
                )
            elif label and name != "pk":
                yield Column(label, self._reader(name))

    def _amount_reader(self, name: str) -> Callable[[Any], spreadsheets.Value]:
        def read(row: Any) -> spreadsheets.Value:
            amount = getattr(row, name)
            if amount is None:
                return None
            return Decimal(amount).scaleb(-currencies.digits(self.currency_of(row)))

        return read

    def _reader(self, name: Any) -> Callable[[Any], spreadsheets.Value]:
        return lambda row: _as_cell(lookup_field(name, row, self)[2])


def describe_filter(query: QueryDict) -> str:
    """Return the filter of a list without its search term: that may name a person, and the audit log outlives people."""
    described = query.copy()
    if SEARCH_VAR in described:
        described[SEARCH_VAR] = audit.HIDDEN
    return described.urlencode()


def _as_cell(value: Any) -> spreadsheets.Value:
    """Return a value of a list as that of a cell."""
    match value:
        case None | int() | Decimal() if not isinstance(value, bool):
            return value
        case datetime():
            return value.astimezone(UTC).replace(tzinfo=None)
        case ObjectId() | Model() | bool():
            return str(value)
    return strip_tags(str(value))
