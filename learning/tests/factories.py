from typing import Any

import factory

from accounts.tests.factories import UserFactory
from courses.tests.factories import CourseFactory
from learning.models import Enrollment
from learning.services.enrollment import grant


class EnrollmentFactory(factory.Factory):
    """A person enrolled by `grant`, so that the course's count is right; other fields are set afterwards."""

    class Meta:
        model = Enrollment

    user = factory.SubFactory(UserFactory)
    course = factory.SubFactory(CourseFactory)
    source = "free"
    order = None

    @classmethod
    def _create(
        cls, model_class: Any, *, user: Any, course: Any, source: str, order: Any, **fields: Any
    ) -> Enrollment:
        grant(user.pk, course.pk, source=source, order=order)
        enrollments = Enrollment.objects.filter(user=user, course=course)
        if fields:
            enrollments.update(**fields)
        return enrollments.get()
