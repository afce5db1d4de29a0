"""What waits for staff about money."""

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from lms.inbox import InboxItem, count_rows
from payments.models import Dispute, Order, StripeEvent

UNANSWERED = Dispute.objects.filter(status__in=Dispute.ANSWERABLE)
FAILED = StripeEvent.Status.FAILED

ITEMS = (
    InboxItem(
        _("Orders that need attention"),
        lambda: count_rows(Order.objects.needing_attention().order_by("-created_at", "-id")),
        reverse_lazy("admin:payments_order_changelist", query={"is": "attention"}),
        "payments.view_order",
    ),
    InboxItem(
        _("Disputes to answer"),
        lambda: count_rows(
            UNANSWERED.all().order_by("evidence_due_at", "id"), due="evidence_due_at"
        ),
        reverse_lazy(
            "admin:payments_dispute_changelist", query={"status__in": ",".join(Dispute.ANSWERABLE)}
        ),
        "payments.view_dispute",
    ),
    InboxItem(
        _("Events of Stripe that failed"),
        lambda: count_rows(StripeEvent.objects.filter(status=FAILED)),
        reverse_lazy("admin:payments_stripeevent_changelist", query={"status__exact": FAILED}),
        "payments.view_stripeevent",
    ),
)
