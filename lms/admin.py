"""What the staff's pages of several apps share."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest


class ModelAdmin(admin.ModelAdmin):
    """Lists that cost what one page of them costs.

    What the rows of a page refer to is fetched at once, by `list_prefetch_related`: Django would join it, and MongoDB
    would do so for every row before it cuts the page.
    """

    list_select_related = ()
    list_prefetch_related: tuple[str, ...] = ()
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related(*self.list_prefetch_related)


class ReadOnly:
    """For a ModelAdmin or an inline: nothing is added, changed or deleted here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
