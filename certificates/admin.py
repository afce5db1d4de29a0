"""The staff's pages of certificates: find, withdraw and reinstate them."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from certificates import services
from certificates.models import Certificate
from certificates.queries import find_certificate, page_url
from courses.admin import OfPersonAndCourse, by_person_or_course
from lms.admin import FactFilter, asks_reason, by_id
from lms.mongodb.indexes import EPOCH


def by_code(term: str) -> Q | None:
    """Find a certificate by its code, as people type it."""
    certificate = find_certificate(term)
    return Q(pk=certificate.pk) if certificate else None


class EndedFilter(FactFilter):
    title = _("which certificates")
    facts: ClassVar = {
        "withdrawn": (_("withdrawn"), Q(withdrawn_at__gt=EPOCH)),
        "ended": (_("access ended"), Q(access_ended_at__gt=EPOCH)),
    }


@admin.register(Certificate)
class CertificateAdmin(OfPersonAndCourse):
    list_display = (
        "code",
        "person",
        "course_title",
        "issued_at",
        "access_ended_at",
        "withdrawn_at",
    )
    list_filter = (EndedFilter,)
    search_by = (by_id("pk", "user", "course"), by_code, by_person_or_course)
    search_help_text = _(
        "A code, the beginning of the person's e-mail address or name or of the course's title, or an id."
    )
    actions = ("withdraw", "reinstate")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [field.name for field in Certificate._meta.fields if field.name != "id"]

    def view_on_site(self, obj: Certificate) -> str:
        return page_url(obj)

    @admin.action(description=_("Withdraw"), permissions=["change"])
    @asks_reason()
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Certificate], reason: str) -> None:
        done = self.perform_all(request, queryset, "withdraw", services.withdraw, reason=reason)
        self.message_user(request, _("{count} withdrawn.").format(count=done))

    @admin.action(description=_("Reinstate what staff withdrew"), permissions=["change"])
    def reinstate(self, request: HttpRequest, queryset: QuerySet[Certificate]) -> None:
        done = self.perform_all(request, queryset, "reinstate", services.reinstate)
        self.message_user(request, _("{count} reinstated.").format(count=done))
