"""Instructors: how a student becomes one."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.exceptions import RequestDeclined
from accounts.models import InstructorRequest, User
from accounts.services.erasure import refer_to_person
from accounts.services.notices import inform
from lms.mongodb.transaction import atomic

APPROVED = (
    _("You are now an instructor"),
    _("Your request was approved. Sign in and create your first course."),
)
DECLINED = (
    _("Your request to become an instructor"),
    _("Your request was declined. You can go on learning with your account."),
)


def become_instructor(user: User) -> bool:
    """Make the user an instructor, or ask staff to approve it; return whether the user is one now.

    Raises `RequestDeclined`, and `SessionRevoked` if the account was just deleted.
    """
    if user.is_instructor:
        return True
    if not settings.INSTRUCTOR_APPROVAL:
        User.objects.filter(pk=user.pk).update(role=User.Role.INSTRUCTOR)
        user.role = User.Role.INSTRUCTOR
        return True
    request = _find_or_create_request(user)
    if request.status == InstructorRequest.Status.DECLINED:
        raise RequestDeclined
    return False


@atomic
def _find_or_create_request(user: User) -> InstructorRequest:
    refer_to_person(
        user.pk
    )  # a write: of two requests at once, the second one finds the row of the first
    request, __ = InstructorRequest.objects.get_or_create(user=user)
    return request


def decide_request(request: InstructorRequest, decided_by: User, *, approve: bool) -> bool:
    """Approve or decline a request and inform the person; return False if it was decided already."""
    if not (request.approve(decided_by) if approve else request.decline(decided_by)):
        return False
    subject, text = APPROVED if approve else DECLINED
    inform(request.user, subject, text)
    return True
