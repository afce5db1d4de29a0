"""The staff's page of reviews: reported ones come first."""

from collections.abc import Iterable
from functools import partial
from typing import ClassVar, override

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from courses.admin.people import by_person_or_course
from courses.models import Review
from courses.services import reviews
from lms.admin import FactFilter, ModelAdmin, asks_reason, by_id
from lms.mongodb.indexes import EPOCH


class ReviewFilter(FactFilter):
    title = _("which reviews")
    facts: ClassVar = {
        "reported": (_("reported"), Q(reported_at__gt=EPOCH)),
        "hidden": (_("hidden"), Q(hidden_at__gt=EPOCH)),
    }


@admin.register(Review)
class ReviewAdmin(ModelAdmin):
    list_display = (
        "course_title",
        "author",
        "rating",
        "comment",
        "reply",
        "reported_at",
        "report_reason",
        "hidden_at",
        "access_ended_at",
    )
    list_display_links = None
    list_prefetch_related = ("course", "user")
    readonly_fields = (
        "course",
        "user",
        "rating",
        "comment",
        "reply",
        "reported_at",
        "report_reason",
        "hidden_at",
        "access_ended_at",
    )
    list_filter = (ReviewFilter,)
    search_by = (by_id("pk", "user", "course"), by_person_or_course)
    search_help_text = _(
        "The beginning of the author's e-mail address or name or of the course's title, or an id."
    )
    ordering = ("-reported_at", "-id")
    actions = ("hide", "unhide", "delete_replies", "dismiss")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=_("course"))
    def course_title(self, review: Review) -> str:
        return review.course.title

    @admin.display(description=_("author"))
    def author(self, review: Review) -> str:
        return review.user.name

    @override
    def delete_queryset(self, request: HttpRequest, queryset: Iterable[Review]) -> None:
        for review in queryset:
            self.perform(request, review, "delete", partial(reviews.discard, review))

    @admin.action(description=_("Hide: do not list and do not count"), permissions=["change"])
    @asks_reason()
    def hide(self, request: HttpRequest, queryset: QuerySet[Review], reason: str) -> None:
        hidden = self.perform_all(request, queryset, "hide", reviews.hide, reason=reason)
        self.message_user(request, _("{count} hidden.").format(count=hidden))

    @admin.action(description=_("Show again"), permissions=["change"])
    def unhide(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        shown = self.perform_all(request, queryset, "unhide", reviews.unhide)
        self.message_user(request, _("{count} shown again.").format(count=shown))

    @admin.action(description=_("Delete the instructor's reply"), permissions=["change"])
    @asks_reason()
    def delete_replies(self, request: HttpRequest, queryset: QuerySet[Review], reason: str) -> None:
        deleted = self.perform_all(
            request, queryset, "delete_reply", reviews.remove_reply, reason=reason
        )
        self.message_user(
            request,
            ngettext("{count} reply deleted.", "{count} replies deleted.", deleted).format(
                count=deleted
            ),
        )

    @admin.action(description=_("Dismiss the report"), permissions=["change"])
    def dismiss(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        dismissed = self.perform_all(request, queryset, "dismiss", reviews.dismiss)
        self.message_user(
            request,
            ngettext("{count} report dismissed.", "{count} reports dismissed.", dismissed).format(
                count=dismissed
            ),
        )
