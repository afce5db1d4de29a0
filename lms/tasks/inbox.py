"""What waits for staff of the tasks."""

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from lms.inbox import InboxItem, count_rows
from lms.models import QueuedTask

FAILED = QueuedTask.Status.FAILED

ITEMS = (
    InboxItem(
        _("Failed tasks"),
        lambda: count_rows(QueuedTask.objects.filter(status=FAILED)),
        reverse_lazy("admin:lms_queuedtask_changelist", query={"status__exact": FAILED}),
        "lms.view_queuedtask",
    ),
)
