"""Refusals on the staff's site: pages with a sentence and a way on, where the API answers with JSON."""

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException

TITLES = {
    400: _("This request cannot be read"),
    403: _("You may not do this"),
    404: _("There is no such page"),
    411: _("This request cannot be read"),
    413: _("This is too large"),
    429: _("Please wait"),
    500: _("Something went wrong here"),
    503: _("Please wait"),
}
SENTENCES = {
    "csrf_failed": _(
        "This form was open for too long, or you signed in again meanwhile. Open the page again, and send it once more."
    ),
    403: _("Your account has no right to it. An owner can give you the right."),
    404: _("The address is wrong, or what was here has been deleted."),
    413: _("What you sent is larger than this page accepts. Send less at once."),
    500: _("Nothing is lost that was saved before. Try again; if it happens again, tell the operators when it happened."),
}  # fmt: skip


def render_refusal(error: APIException) -> HttpResponse:
    """Return the page of an error. It reads nothing about the person: the database may be what failed."""
    status = error.status_code
    code = getattr(error.detail, "code", "")
    context = {
        "title": TITLES.get(status, TITLES[400]),
        "sentence": SENTENCES.get(code) or SENTENCES.get(status) or error.detail,
        "site_title": settings.SITE_NAME,
        "styles": [static("lms/staff.css")],
        "site_favicons": [{"rel": "icon", "href": static("lms/icon.svg")}],
    }
    wait = getattr(error, "wait", None)
    headers = {"Retry-After": str(wait)} if wait else {}
    page = render_to_string("lms/staff/refusal.html", context)
    return HttpResponse(page, status=status, headers=headers)
