"""What Stripe told us, and what went wrong with it."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from lms.admin import ModelAdmin, ReadOnly, by_prefix, by_value
from payments import events
from payments.models import StripeEvent
from payments.permissions import may_touch_money


@admin.register(StripeEvent)
class StripeEventAdmin(ReadOnly, ModelAdmin):
    list_display = ["received_at", "type", "status", "attempts", "object_id", "error"]
    list_filter = ["status"]
    list_per_page = 50
    search_by = (by_prefix("evt_", "pk"), by_value("object_id"))
    search_help_text = "An id: of an event (evt_) or of what it is about."
    ordering = ["-received_at", "-id"]
    actions = ["process_again"]

    def has_money_permission(self, request: HttpRequest) -> bool:
        return may_touch_money(request)

    @admin.action(description="Process again", permissions=["money"])
    def process_again(self, request: HttpRequest, queryset: QuerySet) -> None:
        for event in queryset:
            event.reopen()
            try:
                events.process(StripeEvent.objects.get(pk=event.pk))
            except Exception:  # kept with the event, whatever it was
                messages.error(request, f"{event} failed again.")
            else:
                messages.success(request, f"{event} was processed.")
                self.log_change(request, event, "Processed again.")
