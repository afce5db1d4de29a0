"""What staff do to a course: the mail by which its instructor learns of it, and the audit log if it is by the API."""

from collections.abc import Callable
from functools import partial
from typing import Literal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services.notices import inform
from courses.models import Course
from courses.services import authoring
from courses.services.authoring import require_complete, set_status
from courses.visibility import teaches
from lms import audit
from lms.locales import Sentence
from lms.mongodb.transaction import atomic

Status = Course.Status

type Action = Literal["publish", "unpublish", "archive"]


def act(by: User, course: Course, action: Action) -> None:
    """Publish, unpublish or archive a course, as its instructor or else as staff. Raises `NotPublishable`."""
    if teaches(by, course):
        if action == "publish":
            authoring.publish(course, by_staff=by.is_staff)
        else:
            {"unpublish": authoring.unpublish, "archive": authoring.archive}[action](course)
    else:
        decide = {"publish": publish, "unpublish": unpublish, "archive": archive}[action]
        audit.perform(by.pk, course, action, partial(decide, course))


def perform(
    by: User, course: Course, action: str, change: Callable[[], None], *, is_outside: bool = False
) -> None:
    """Call `change`; the audit log keeps what somebody else than the instructor changed (see `audit.perform`)."""
    if teaches(by, course):
        change()
    else:
        record = audit.perform_outside if is_outside else audit.perform
        record(by.pk, course, action, change)


def approve(course: Course) -> bool:
    """Publish a course that waits for staff; return False if it does not wait any more. Raises `NotPublishable`."""
    return _publish(course, only_from=Status.IN_REVIEW)


def publish(course: Course) -> bool:
    """Publish a course in any state; return False if it is published already. Raises `NotPublishable`."""
    return _publish(course)


@atomic
def reject(course: Course, *, reason: str) -> bool:
    """Send a course that waits for staff back to its instructor, with a reason; return False if it does not wait."""
    text = _(
        "We have looked at “{title}” and cannot publish it yet: {reason} It is a draft again. Change it, and publish it once "
        "more to send it to us."
    )
    done = set_status(course, Status.DRAFT, only_from=Status.IN_REVIEW, reason=reason)
    return done and _inform(course, _("Your course needs a change"), text, reason=reason)


@atomic
def unpublish(course: Course, *, reason: str = "") -> bool:
    """Make a course a draft; people who are enrolled keep it. Returns False if it is one."""
    text = _("“{title}” is not sold any more and is a draft again.")
    if reason:
        text = _("“{title}” is not sold any more and is a draft again: {reason}")
    done = set_status(course, Status.DRAFT, reason=reason)
    return done and _inform(course, _("Your course is a draft again"), text, reason=reason)


@atomic
def archive(course: Course, *, reason: str = "") -> bool:
    """Take a course from sale; people who are enrolled keep it. Returns False if it is archived."""
    text = _("“{title}” is archived and not sold any more.")
    if reason:
        text = _("“{title}” is archived and not sold any more: {reason}")
    done = set_status(course, Status.ARCHIVED, reason=reason)
    return done and _inform(course, _("Your course is archived"), text, reason=reason)


def _publish(course: Course, *, only_from: str | None = None) -> bool:
    require_complete(course)
    return _publish_complete(course, only_from)


@atomic
def _publish_complete(course: Course, only_from: str | None) -> bool:
    if not set_status(course, Status.PUBLISHED, only_from=only_from):
        return False
    # The first date stays: publishing again must not put a course before newer ones.
    Course.objects.filter(pk=course.pk, published_at=None).update(published_at=timezone.now())
    return _inform(course, _("Your course is published"), _("“{title}” is published."))


def _inform(course: Course, subject: Sentence, text: Sentence, **params: str) -> bool:
    """Write to the instructor if the account is there; return True."""
    if course.instructor.is_active:
        inform(course.instructor, subject, text, title=course.title, **params)
    return True
