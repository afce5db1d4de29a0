"""Fold the names that were written before they had a key."""

from typing import Any

from django.db import migrations

from lms.folding import fold


def fill(apps: Any, schema_editor: Any) -> None:
    """Fill in what is missing, row by row, so that this can be ended and run again."""
    rows = apps.get_model("accounts", "User").objects
    missing = rows.filter(name_key="").exclude(name="")
    for pk, name in missing.values_list("pk", "name").iterator():
        rows.filter(pk=pk, name=name).update(name_key=fold(name))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_people_by_name")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
