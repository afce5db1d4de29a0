"""The sections and lectures of a course, on the course's page."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from courses.models import Course, Lecture, Section
from lms.admin import TabularInline


class Inline(TabularInline):
    """Rows that staff correct; only instructors add and remove them."""

    extra = 0
    can_delete = False
    ordering: ClassVar[tuple[str, ...]] = ("position", "id")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SectionInline(Inline):
    model = Section
    fields = ("title", "position", "opening")
    readonly_fields = ("position", "opening")

    @admin.display(description=_("opens"))
    def opening(self, section: Section) -> str:
        return str(section.opens or "")


class LectureInline(Inline):
    model = Lecture
    fields = (
        "title",
        "section_title",
        "position",
        "kind",
        "duration_seconds",
        "is_preview",
        "is_published",
    )
    readonly_fields = ("section_title", "position", "kind", "duration_seconds")
    ordering = ("section", "position", "id")

    def get_formset(self, request: HttpRequest, obj: Course | None = None, **kwargs: Any) -> Any:
        # One query for all titles: `lecture.section` would send one per row.
        self.sections = dict(Section.objects.filter(course=obj).values_list("pk", "title"))
        return super().get_formset(request, obj, **kwargs)

    @admin.display(description=_("section"))
    def section_title(self, lecture: Lecture) -> str:
        return self.sections.get(lecture.section_id, "")
