"""Review a course as its student."""

from django.utils import timezone

from accounts.models import User
from courses.exceptions import EnrollmentRequired
from courses.models import Course, Review
from courses.services import reviews
from learning.models import Enrollment
from lms.mongodb.transaction import atomic


@atomic
def write(user: User, course: Course, *, rating: int, comment: str = "") -> Review:
    """Create a student's one review of a course, or change it. Raise `EnrollmentRequired` for anybody else.

    The enrollment is changed in the same transaction, so that access which ends at the same moment ends the review too.
    """
    enrolled = Enrollment.objects.active().filter(user=user, course=course)
    if not enrolled.update(updated_at=timezone.now()):
        raise EnrollmentRequired
    return reviews.write(user, course, rating=rating, comment=comment)
