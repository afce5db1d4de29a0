"""Fold the titles that were written before they had a key."""

from typing import Any

from django.db import migrations

from lms.folding import fold


def fill(apps: Any, schema_editor: Any) -> None:
    """Fill in what is missing, row by row, so that this can be ended and run again."""
    rows = apps.get_model("courses", "Course").objects
    missing = rows.filter(title_key="").exclude(title="")
    for pk, title in missing.values_list("pk", "title").iterator():
        rows.filter(pk=pk, title=title).update(title_key=fold(title))


class Migration(migrations.Migration):
    dependencies = [("courses", "0013_lists_of_staff")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
