"""Why a person may not take, watch or complete a course, as errors with a stable code."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from lms.exceptions import Conflict


class PaymentRequired(Conflict):
    """The course has a price, so it cannot be taken by enrolling alone."""

    default_code = "payment_required"
    default_detail = _("This course is not free. Buy it to enroll.")
    advice = "Start `POST /payments/checkout`."


class OwnCourse(Conflict):
    """Instructors do not enroll in their own courses."""

    default_code = "own_course"
    default_detail = _("This is your own course. You can watch it without enrolling.")


class AlreadyEnrolled(Conflict):
    """The person has access to the course already."""

    default_detail = _("You already have this course.")
    default_code = "already_enrolled"
    advice = "Open the course."


class AccessRevoked(Conflict):
    """Staff have ended the person's access, so that enrolling again does not bring it back."""

    default_code = "access_revoked"
    default_detail = _("Your access to this course was ended. Please contact us.")


class NothingToPlay(Conflict):
    """Playback was asked of a lecture that is no video and no file."""

    default_code = "nothing_to_play"
    default_detail = _("This lecture has no video or file to play.")
    advice = "Show what its `kind` needs: for an article `body_html` of `GET /lectures/{id}`."


class MustBeWatched(Conflict):
    """The course counts a video as completed only when enough of it was watched."""

    default_code = "must_be_watched"
    default_detail = _("Watch {percent} % of the video: that completes it.")
    advice = "Send `watched` ranges with the progress, and no `completed`."

    def __init__(self) -> None:
        super().__init__(percent=settings.COMPLETION_PERCENT)


class MustBePassed(Conflict):
    """A quiz or an assignment is completed by passing it, and not undone once it was passed."""

    default_code = "must_be_passed"
    default_detail = _("This is completed by passing it, and stays completed then.")
    advice = "Offer no box to tick on a quiz or an assignment."


class WishlistFull(Conflict):
    """The wishlist has as many courses as it may have."""

    default_code = "wishlist_full"
    default_detail = _("A wishlist may have at most {max_courses} courses. Remove one first.")
    example: ClassVar[Mapping[str, Any]] = {"max_courses": 500}


class TooManyNotes(Conflict):
    """The person has as many notes in the course as they may have."""

    default_code = "too_many_notes"
    default_detail = _("You may have at most {max_notes} notes in a course. Delete one first.")
    example: ClassVar[Mapping[str, Any]] = {"max_notes": 500}
