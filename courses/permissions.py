from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from courses.models import Course
from courses.visibility import teaches


class Teaches(BasePermission):
    message = "Only the course's instructor may do this."

    def has_object_permission(self, request: Request, view: Any, course: Course) -> bool:
        return teaches(request.user, course)
