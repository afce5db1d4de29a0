"""What a person's page in the admin shows of their files and devices."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.panels import MAX_ROWS, Panel, Rows, link
from media.models import Asset, PlaybackGrant


def list_files(user: User) -> Rows:
    for row in Asset.objects.owned_by(user).order_by("-created_at", "-pk")[:MAX_ROWS]:
        yield link(row, row.original_name), row.kind, row.status, row.failure_detail, row.created_at


def list_playbacks(user: User) -> Rows:
    for row in PlaybackGrant.objects.filter(user=user).order_by("-held_until")[:MAX_ROWS]:
        state = _("holds a stream") if row.held_until > timezone.now() else _("ended")
        yield row.device, row.lecture, row.created_at, row.held_until, state


PANELS = (
    Panel(
        "playbacks",
        _("Devices that played"),
        PlaybackGrant,
        "user__id__exact={}",
        (_("device"), _("lecture"), _("since"), _("until"), _("state")),
        list_playbacks,
    ),
    Panel(
        "files",
        _("Files"),
        Asset,
        "owner__id__exact={}",
        (_("file"), _("kind"), _("status"), _("failure"), _("since")),
        list_files,
    ),
)
