"""Count how many people gave each number of stars. May be repeated."""

from typing import Any

from django.db import migrations

from courses.services import ratings


def fill(apps: Any, schema_editor: Any) -> None:
    ratings.recount_all()


class Migration(migrations.Migration):
    dependencies = [("courses", "0008_replies_and_rating_counts")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
