"""What waits for staff of the jobs."""

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from lms.clock import runs
from lms.inbox import Count, InboxItem

ITEMS = (
    InboxItem(
        _("Jobs that are late or failed"),
        lambda: Count(len(runs.troubles())),
        reverse_lazy("admin:lms_jobrun_changelist"),
        "lms.view_jobrun",
    ),
)
