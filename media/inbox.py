"""What waits for staff about files."""

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from lms.inbox import InboxItem, count_rows
from media.models import Asset

FAILED = Asset.Status.FAILED

ITEMS = (
    InboxItem(
        _("Failed uploads"),
        lambda: count_rows(Asset.objects.filter(status=FAILED)),
        reverse_lazy("admin:media_asset_changelist", query={"status__exact": FAILED}),
        "media.view_asset",
    ),
)
