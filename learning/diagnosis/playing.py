"""What keeps videos and files from playing: the devices that play, and lectures without a ready file."""

from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.panels import link
from courses.models import Course, Lecture
from learning.access import Access
from learning.diagnosis.parts import MAX_LECTURES, Part, Remedy
from media.models import Asset
from media.services import playback

PLAYED = (Lecture.Kind.VIDEO, Lecture.Kind.FILE)


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
    lectures = Lecture.objects.filter(course=course, is_published=True, kind__in=PLAYED)
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
