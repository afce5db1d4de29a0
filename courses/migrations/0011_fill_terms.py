"""Fill in the terms of the courses that were published before they had terms."""

from typing import Any

from django.db import migrations

from courses.terms import list_terms


def fill(apps: Any, schema_editor: Any) -> None:
    """Fill in what is missing, course by course, so that this can be ended and run again."""
    courses = apps.get_model("courses", "Course").objects.filter(status="published")
    people = apps.get_model("accounts", "User").objects
    missing = courses.filter(terms=[])
    for course in missing.iterator():
        name = people.values_list("name", flat=True).filter(pk=course.instructor_id).first() or ""
        rows = courses.filter(pk=course.pk, updated_at=course.updated_at)
        rows.update(terms=list_terms(course, name))


class Migration(migrations.Migration):
    dependencies = [("courses", "0010_terms")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
