"""Events that Stripe sent, and the errors of those that failed."""

from functools import partial

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lms.admin import ModelAdmin, ReadOnly, by_prefix, by_value
from payments import events
from payments.models import StripeEvent
from payments.permissions import may_act_on_money


def process_again(event: StripeEvent) -> None:
    """Process an event, even one that was processed before; raise its error."""
    event.reopen()
    events.process_event(StripeEvent.objects.get(pk=event.pk))


@admin.register(StripeEvent)
class StripeEventAdmin(ReadOnly, ModelAdmin):
    list_display = ("received_at", "type", "status", "attempts", "object_id", "error")
    list_filter = ("status",)
    list_per_page = 50
    search_by = (by_prefix("evt_", "pk"), by_value("object_id"))
    search_help_text = _("The id of an event (evt_), or of the object at Stripe that it is about.")
    ordering = ("-received_at", "-id")
    actions = ("process_again",)

    def has_money_permission(self, request: HttpRequest) -> bool:
        return may_act_on_money(request.user)

    @admin.action(description=_("Process again"), permissions=("money",))
    def process_again(self, request: HttpRequest, queryset: QuerySet[StripeEvent]) -> None:
        for event in queryset:
            process = partial(process_again, event)
            try:
                self.perform(request, event, "process_again", process, is_outside=True)
            except Exception:  # of any kind: it is stored with the event
                messages.error(
                    request,
                    _("{event} failed again. Its page shows the error.").format(event=event),
                )
            else:
                messages.success(request, _("{event} was processed.").format(event=event))
