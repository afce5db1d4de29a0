"""Permissions by role, for every app."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request


class IsInstructor(BasePermission):
    message = _("Only instructors may do this.")

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(request.user.is_authenticated and request.user.is_instructor)


class IsStaff(BasePermission):
    message = _("Only staff may do this.")

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(request.user.is_authenticated and request.user.is_staff)
