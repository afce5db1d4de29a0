"""Why a person can or cannot watch a course, and what would mend it: this app's parts, and the registry of others'.

Nothing here decides: `access.decide` and `courses.visibility.may_see` do. The parts show what they decided from.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from bson import ObjectId
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.panels import link
from courses.models import Course, Lecture
from courses.visibility import Reason, may_see
from learning.access import Access, GrantDocument, decide
from learning.models import Source
from learning.services.enrollment import enroll, restore
from lms.locales import Sentence
from lms.registry import Registry
from media.models import Asset
from media.services import playback

MAX_LECTURES = 20
"""How many lectures that cannot be played are named."""

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

type Act = Callable[[User, str], object]
"""A call with the member of staff and the reason. It raises `APIException` with a sentence if it cannot be done."""


@dataclass(frozen=True)
class Remedy:
    """What would mend it, for those with a permission: an act with a reason, or the page where it is done."""

    label: Sentence
    permission: str
    name: str = ""
    act: Act | None = None
    url: str = ""
    is_outside: bool = False  # `act` asks Stripe, so that it runs in no transaction


@dataclass(frozen=True)
class Part:
    """One thing that the answer follows from: sentences, a table, and what would mend it.

    Without a `permission`, all who may see enrollments see it.
    """

    title: Sentence
    permission: str = ""
    sentences: Iterable[Sentence] = ()
    headings: tuple[Sentence, ...] = ()
    rows: Iterable[tuple[Any, ...]] = ()
    remedies: Iterable[Remedy] = ()


type Examiner = Callable[[User, Course, Access], Part]

examiners: Registry[Examiner] = Registry()
"""Functions that return a part about a person and a course; `payments` adds the orders."""


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


def examine_streams(user: User, course: Course, access: Access) -> Part:
    """Show on how many devices the person plays; each may be ended."""
    streams = playback.list_streams(user.pk)
    used = _("{used} of {allowed} streams are in use.").format(
        used=len(streams), allowed=settings.PLAYBACK_STREAMS
    )
    is_full = len(streams) >= settings.PLAYBACK_STREAMS
    full = (_("On another device they cannot play until one of these ends."),) if is_full else ()
    remedies = (
        Remedy(
            _("End the stream on {device}").format(device=device),
            "learning.change_enrollment",
            f"end stream {device}",
            partial(_end_stream, user, device),
        )
        for device in streams
    )
    return Part(
        gettext_lazy("Devices that play"),
        sentences=(used, *full),
        headings=(_("device"), _("until")),
        rows=streams.items(),
        remedies=remedies,
    )


def _end_stream(user: User, device: str, by: User, reason: str) -> None:
    playback.end_stream(user.pk, device)


def examine_course(user: User, course: Course, access: Access) -> Part:
    """Show the state of the course and the lectures that nobody can play."""
    lectures = Lecture.objects.filter(course=course, is_published=True).exclude(kind="article")
    shown = list(lectures.only("title", "asset_id", "kind").order_by("section", "position", "pk"))
    assets = Asset.objects.in_bulk({each.asset_id for each in shown if each.asset_id})
    broken = []
    for lecture in shown:
        asset = assets.get(lecture.asset_id)
        if asset is None:
            broken.append((lecture.title, _("no file"), "", ""))
        elif not asset.is_ready:
            broken.append((lecture.title, asset.status, asset.failure_detail, link(asset)))
    state = _("The course is {status}; {count} of its published lectures cannot be played.")
    pages = (
        Remedy(
            _("Open the course"),
            "courses.view_course",
            url=reverse("admin:courses_course_change", args=[course.pk]),
        ),
        Remedy(
            _("Open the instructor's page"),
            "accounts.view_user",
            url=reverse("admin:accounts_user_change", args=[course.instructor_id]),
        ),
    )
    return Part(
        gettext_lazy("Course and files"),
        sentences=(state.format(status=course.get_status_display().lower(), count=len(broken)),),
        headings=(_("lecture"), _("state"), _("failure"), _("file")),
        rows=broken[:MAX_LECTURES],
        remedies=pages,
    )


OWN: tuple[Examiner, ...] = (examine_grants, examine_account, examine_streams, examine_course)
