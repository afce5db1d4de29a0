from typing import Any

import factory
from bson import ObjectId

from accounts.models import User
from accounts.tests.factories import UserFactory
from courses.models import Course
from courses.tests.factories import CourseFactory
from learning.models import Enrollment
from learning.services.enrollment import enroll


class EnrollmentFactory(factory.Factory):
    """A person enrolled by `enroll`, so that the course's count is right; other fields are set afterwards."""

    class Meta:
        model = Enrollment

    user = factory.SubFactory(UserFactory)
    course = factory.SubFactory(CourseFactory)
    source = "free"
    order = None
    reason = ""

    @classmethod
    def _create(
        cls,
        model_class: type[Enrollment],
        *,
        user: User,
        course: Course,
        source: str,
        order: ObjectId | None,
        reason: str,
        **fields: Any,
    ) -> Enrollment:
        enroll(user.pk, course.pk, source=source, order=order, reason=reason)
        enrollments = Enrollment.objects.filter(user=user, course=course)
        if fields:
            enrollments.update(**fields)
        return enrollments.get()
