"""What waits for staff about people."""

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import InstructorRequest
from lms.inbox import InboxItem, count_rows

PENDING = InstructorRequest.Status.PENDING

ITEMS = (
    InboxItem(
        _("Requests to become an instructor"),
        lambda: count_rows(InstructorRequest.objects.filter(status=PENDING)),
        reverse_lazy(
            "admin:accounts_instructorrequest_changelist", query={"status__exact": PENDING}
        ),
        "accounts.view_instructorrequest",
    ),
)
