"""The tasks of the queue: which wait, which failed and why; never what they are about."""

from collections.abc import Iterable
from functools import partial

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.admin.pages import ModelAdmin, ReadOnly
from lms.admin.search import by_id
from lms.models import QueuedTask
from lms.tasks import queue


@admin.register(QueuedTask)
class QueuedTaskAdmin(ReadOnly, ModelAdmin):
    list_display = ("__str__", "status", "created_at", "starts", "error", "message")
    list_filter = ("status",)
    list_per_page = 50
    search_by = (by_id("pk"),)
    search_help_text = gettext_lazy("The id of a task.")
    ordering = ("-pk",)
    fields = (
        ("name", "status"),
        ("created_at", "due_at"),
        ("started_at", "ended_at"),
        ("starts", "errors"),
        ("error", "place"),
        "message",
        "request_id",
    )
    actions = ("try_again", "discard")

    def has_repeat_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("lms.change_queuedtask")

    def has_discard_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("lms.delete_queuedtask")

    @admin.action(description=gettext_lazy("Try again"), permissions=("repeat",))
    def try_again(self, request: HttpRequest, queryset: QuerySet[QueuedTask]) -> None:
        act = self.perform
        done = [
            row for row in queryset if act(request, row, "try_again", partial(queue.try_again, row))
        ]
        self._report(request, queryset, done, _("{number} tasks are queued."))

    @admin.action(description=gettext_lazy("Discard"), permissions=("discard",))
    def discard(self, request: HttpRequest, queryset: QuerySet[QueuedTask]) -> None:
        rows = list(queryset)
        act = self.perform
        done = [row for row in rows if act(request, row, "discard", partial(queue.discard, row))]
        self._report(request, rows, done, _("{number} tasks are discarded."))

    def _report(
        self,
        request: HttpRequest,
        chosen: Iterable[QueuedTask],
        done: list[QueuedTask],
        sentence: str,
    ) -> None:
        messages.success(request, sentence.format(number=len(done)))
        if len(done) < len(list(chosen)):
            messages.warning(request, _("Only tasks that have failed are changed."))
