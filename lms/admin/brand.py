"""How the staff's site looks: what unfold asks for, request by request."""

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.translation import gettext as _


def environment(request: HttpRequest) -> list[str]:
    """Return the badge that says whether the money is real: its text and its colour."""
    if settings.DEBUG:
        return [_("Development"), "info"]
    return [_("Live"), "success"] if settings.STRIPE_LIVEMODE else [_("Test mode"), "warning"]


def subheader(request: HttpRequest) -> str:
    return _("Staff")


def icon(request: HttpRequest | None = None) -> str:
    return static("lms/icon.svg")


def styles(request: HttpRequest) -> str:
    return static("lms/staff.css")
