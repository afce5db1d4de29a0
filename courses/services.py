"""What changes a course as a whole."""

from bson import ObjectId
from django.db.models import F

from .models import Course


def count_student(course_id: ObjectId, *, by: int) -> None:
    """Add `by` (1 or -1) to the course's students, together with the change of the enrollment that it counts."""
    Course.objects.filter(pk=course_id).update(enrolled_count=F("enrolled_count") + by)
