"""What a person's page in the admin shows of their certificates."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.panels import MAX_ROWS, Panel, Rows, link
from certificates.models import Certificate


def list_certificates(user: User) -> Rows:
    for row in Certificate.objects.visible_to(user).order_by("-issued_at", "-pk")[:MAX_ROWS]:
        ended = row.withdrawn_at or row.access_ended_at
        yield link(row, row.code), row.course_title, row.issued_at, ended


PANELS = (
    Panel(
        "certificates",
        _("Certificates"),
        Certificate,
        "user__id__exact={}",
        (_("code"), _("course"), _("issued"), _("ended")),
        list_certificates,
    ),
)
