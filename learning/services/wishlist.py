"""Put courses on a person's wishlist, and remove them."""

from bson import ObjectId
from django.http import Http404
from django.utils import timezone

from accounts.models import User
from accounts.services.erasure import refer_to_person
from courses.models import Course
from learning.exceptions import WishlistFull
from learning.models import Enrollment, WishlistItem
from lms.mongodb.references import refer_to
from lms.mongodb.transaction import atomic

MAX_WISHES = 500
"""How many courses a wishlist may have, hidden ones too."""


def add(user: User, course: Course) -> None:
    """Put a published course on a person's wishlist, unless it is there already or they have the course.

    Raises 404 for a course that is not published or was just deleted, `WishlistFull`, and `SessionRevoked` if the
    account was just deleted.
    """
    if not course.is_published:
        raise Http404
    try:
        _add(user, course)
    except Course.DoesNotExist:
        raise Http404 from None


def remove(user_id: ObjectId, course_id: ObjectId) -> None:
    """Remove a course from a person's wishlist, if it is there. Also called when they are enrolled."""
    WishlistItem.objects.filter(user=user_id, course=course_id).delete()


@atomic
def _add(user: User, course: Course) -> None:
    """Write to the person, whom a new enrollment writes to as well, so that what is taken now is not wished for."""
    refer_to_person(user.pk)
    enrolled = Enrollment.objects.filter(user=user, course=course)
    # Also to an enrollment that has ended, because a grant may come back at this moment.
    if enrolled.update(updated_at=timezone.now()) and enrolled.active().exists():
        return
    wishes = WishlistItem.objects.filter(user=user)
    if wishes.filter(course=course).exists():
        return
    if wishes.count() >= MAX_WISHES:
        raise WishlistFull(max_courses=MAX_WISHES)
    if not course.was_taken:  # else it is never deleted
        refer_to(Course, course.pk)
    WishlistItem.objects.create(user=user, course=course)
