"""Add, change and remove sections."""

from typing import Any

from bson import ObjectId
from django.utils.translation import gettext_lazy as _

from courses.exceptions import OutlineFull
from courses.models import Opening, Section
from courses.services.lectures import delete_lectures
from courses.services.outline import (
    lectures_in_order,
    lock_outline,
    moved,
    number,
    recount,
    save_changes,
    sections_in_order,
)
from lms.mongodb.transaction import atomic

MAX_SECTIONS = 200


@atomic
def add_section(
    course_id: ObjectId, *, title: str, position: int | None = None, opens: Opening | None = None
) -> Section:
    """Add a section at a position, by default at the end; raise `OutlineFull` beyond `MAX_SECTIONS`."""
    lock_outline(course_id)
    order = sections_in_order(course_id)
    if len(order) >= MAX_SECTIONS:
        raise OutlineFull(
            _("A course may have at most {max_sections} sections. Delete one first."),
            max_sections=MAX_SECTIONS,
        )
    section = Section.objects.create(
        course_id=course_id, title=title, position=len(order), opens=opens
    )
    number(Section, moved(order, section.pk, position))
    section.refresh_from_db(fields=["position"])
    return section


@atomic
def change_section(section: Section, *, position: int | None = None, **changes: Any) -> None:
    """Save the changes of a section, and move it if a position is given."""
    lock_outline(section.course_id)
    save_changes(section, changes)
    if position is not None:
        number(Section, moved(sections_in_order(section.course_id), section.pk, position))


@atomic
def remove_section(section: Section) -> None:
    """Delete a section with its lectures; their files stay in the instructor's library. Raises `HasAttempts`."""
    lock_outline(section.course_id)
    delete_lectures(section.course_id, lectures_in_order(section.pk))
    Section.objects.filter(pk=section.pk).delete()
    number(Section, sections_in_order(section.course_id))
    recount(section.course_id)
