"""The decision itself, the account, and the grants."""

from collections.abc import Iterator
from functools import partial

from bson import ObjectId
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from courses.models import Course
from courses.visibility import Reason, may_see
from learning.access import Access, GrantDocument, decide
from learning.diagnosis.parts import Part, Remedy
from learning.models import Source
from learning.services.enrollment import enroll, restore
from lms.locales import Sentence

SENTENCES = {
    Reason.ENROLLED: gettext_lazy("They can watch: at least one grant of theirs is active."),
    Reason.INSTRUCTOR: gettext_lazy("They can watch: they teach the course."),
    Reason.STAFF: gettext_lazy("They can watch: staff watch every course."),
    Reason.NOT_ENROLLED: gettext_lazy(
        "They cannot watch: they never got the course by a purchase, for free or from staff."
    ),
    Reason.REVOKED: gettext_lazy("They cannot watch: every grant that they had has ended."),
    Reason.NOT_PUBLISHED: gettext_lazy(
        "They cannot watch: the course is not published, and they have no grant of it."
    ),
}


def explain(user: User, course: Course) -> tuple[Access, list[Sentence]]:
    """Return the decision about the course, and what it means for this person in sentences."""
    access = decide(user, course)
    sentences: list[Sentence] = [SENTENCES[access.reason]]
    if not user.is_active:
        sentences.insert(0, _("They cannot sign in: the account is disabled or erased."))
    if not may_see(user, course, can_watch=access.can_watch):
        sentences.append(_("They do not even see the course's page."))
    return access, sentences


def examine_account(user: User, course: Course, access: Access) -> Part:
    """Show whether the person can sign in."""
    verified = _("Yes") if user.email_verified else _("No (they can watch all the same)")
    rows = (
        (_("Account"), _("active") if user.is_active else _("disabled or erased")),
        (_("Address verified"), verified),
        (_("Last sign-in in the admin"), user.last_login),
    )
    page = Remedy(
        _("Open the person's page"),
        "accounts.view_user",
        url=reverse("admin:accounts_user_change", args=[user.pk]),
    )
    return Part(gettext_lazy("Account"), rows=rows, remedies=(page,))


def examine_grants(user: User, course: Course, access: Access) -> Part:
    """Show every grant with who ended it. Staff restore what staff ended, or give access without a purchase."""
    ended_by = {grant.get("ended_by_staff") for grant in access.grants} - {None}
    staff = User.objects.in_bulk(ended_by)
    rows = [
        (
            grant["source"],
            grant["order"],
            _("active") if grant["active"] else _("ended"),
            grant["since"],
            _describe_end(grant, staff),
            grant["reason"],
        )
        for grant in access.grants
    ]
    headings = (_("source"), _("order"), _("state"), _("since"), _("ended by"), _("reason"))
    return Part(
        gettext_lazy("Grants"),
        sentences=() if rows else (_("There are none and never were."),),
        headings=headings,
        rows=rows,
        remedies=_mend_grants(user, course, access),
    )


def _describe_end(grant: GrantDocument, staff: dict[ObjectId, User]) -> str:
    enders = []
    if by := grant.get("ended_by_staff"):
        enders.append(str(staff.get(by) or by))
    if grant.get("ended_by_settlement"):
        enders.append(_("its order (refund, dispute or failed payment)"))
    return ", ".join(enders)


def _mend_grants(user: User, course: Course, access: Access) -> Iterator[Remedy]:
    for grant in access.grants:
        if grant.get("ended_by_staff"):
            yield Remedy(
                _("Restore the grant: {source}").format(source=grant["source"]),
                "learning.change_enrollment",
                f"restore {grant['source']} {grant['order']}",
                partial(_restore, user, course, grant),
            )
    if not access.can_watch:
        yield Remedy(
            _("Give access without a purchase"),
            "learning.add_enrollment",
            "give",
            partial(_give, user, course),
        )


def _restore(user: User, course: Course, grant: GrantDocument, by: User, reason: str) -> None:
    restore(
        user.pk,
        course.pk,
        order=grant["order"],
        source=grant["source"],
        reason=reason,
        by=by.pk,
    )


def _give(user: User, course: Course, by: User, reason: str) -> None:
    enroll(user.pk, course.pk, source=Source.STAFF, reason=reason, by=by.pk)
