"""The base of the staff's pages whose rows belong to a person and a course."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from courses.models import Course
from lms.admin import ModelAdmin, SearchRule

MAX_FOUND = 200
"""How many people, and how many courses, a search compares."""


def by_person_or_course(term: str) -> Q:
    """Find rows by a part of the person's e-mail address or of the course's title."""
    people = User.objects.filter(email__icontains=term).values_list("pk", flat=True)
    courses = Course.objects.filter(title__icontains=term).values_list("pk", flat=True)
    return Q(user__in=list(people[:MAX_FOUND])) | Q(course__in=list(courses[:MAX_FOUND]))


class OfPersonAndCourse(ModelAdmin):
    """A page of rows with a person and a course: found by either, never deleted."""

    search_by: tuple[SearchRule, ...] = (by_person_or_course,)
    search_help_text = _("Part of the person's e-mail address or of the course's title.")
    ordering = ("-id",)
    list_prefetch_related = ("user", "course")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("person"))
    def person(self, row: Any) -> str:
        return str(row.user)
