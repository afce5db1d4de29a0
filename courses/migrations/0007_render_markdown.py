"""Render the Markdown that was written before its HTML was kept."""

from typing import Any

from django.db import migrations

from courses.markdown import render


def fill(apps: Any, schema_editor: Any) -> None:
    """Fill in what is missing, row by row, so that this can be ended and run again."""
    fill_column(apps.get_model("courses", "Course"), "description")
    fill_column(apps.get_model("courses", "Lecture"), "body")


def fill_column(model: Any, source: str) -> None:
    """Render a column of all rows whose HTML is missing, unless the text has just changed."""
    missing = model.objects.filter(**{f"{source}_html": ""}).exclude(**{source: ""})
    for pk, text in missing.values_list("pk", source).iterator():
        rows = model.objects.filter(**{"pk": pk, source: text})
        rows.update(**{f"{source}_html": render(text)})


class Migration(migrations.Migration):
    dependencies = [("courses", "0006_html_columns")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
