"""What an instructor may do with a course."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from courses.models import Course
from courses.visibility import teaches


class Teaches(BasePermission):
    """Only for the course's instructor."""

    message = _("Only the course's instructor may do this.")

    def has_object_permission(self, request: Request, view: Any, course: Course) -> bool:
        return teaches(request.user, course)
