"""Lists of staff whose cost is that of one page, however many rows there are."""

from typing import Any, cast, override

from django.contrib.admin import ShowFacets
from django.contrib.admin.options import ModelAdmin as DjangoModelAdmin
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from lms.admin.search import SearchRule
from lms.inbox import MAX_COUNTED, count_first


class BoundedPaginator(Paginator):
    """Pages of the first `MAX_COUNTED` rows: what is further back is found by a filter, a search, or in the CSV file."""

    template_name = "lms/staff/pagination.html"

    @cached_property
    def count(self) -> int:
        """How many rows there are, at most one more than can be paged."""
        return count_first(cast("QuerySet", self.object_list))

    @property
    def is_more(self) -> bool:
        return self.count > MAX_COUNTED

    @property
    def max_counted(self) -> int:
        return MAX_COUNTED


class BoundedLists(DjangoModelAdmin):
    """The list of a ModelAdmin: never counted whole, in the order of an index, cut and found by others.

    `list_prefetch_related` names what the rows of a page refer to; it is fetched in one query for all rows. Django
    would join it, and MongoDB would join every row before it cuts the page.

    `search_by` lists the rules of the search. The first rule that applies to a term decides. If none applies, nothing is
    found: Django's own search (`search_fields`) compares every row, and is for collections that stay small.

    Columns are not sortable: each order would need an index of its own under each filter.
    """

    list_select_related = ()
    list_prefetch_related: tuple[str, ...] = ()
    search_by: tuple[SearchRule, ...] = ()
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    sortable_by = ()
    list_disable_select_all = True

    @override
    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Allow what `list_filter` offers, and an exact value of a field that leads an index."""
        offered: Any = {getattr(each, "parameter_name", each) for each in self.list_filter}
        name = lookup.removesuffix("__exact").removesuffix("__id").removesuffix("__in")
        return name in {*offered, *_leading_fields(self.model)}

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related(*self.list_prefetch_related)

    def get_search_fields(self, request: HttpRequest) -> Any:
        """Return the fields of Django's own search. Without any, Django hides the search box: name the key then."""
        return super().get_search_fields(request) or (("pk",) if self.search_by else ())

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        for rule in self.search_by:
            condition = rule(term)
            if condition is not None:
                return queryset.filter(condition), False
        if self.search_by:
            return queryset.none(), False
        return super().get_search_results(request, queryset, search_term)


def _leading_fields(model: type[Model]) -> set[str]:
    """Return the fields of a model that begin an index of all its rows."""
    options = model._meta
    led = {index.fields[0] for index in options.indexes if index.fields and not index.condition}
    fields: Any = options.fields
    unique = {field.name for field in fields if field.unique or field.db_index}
    return {name.removeprefix("-") for name in led} | unique
