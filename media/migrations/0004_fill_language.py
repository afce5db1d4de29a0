"""Give captions the language at the end of their names."""

from typing import Any

from django.db import migrations

from lms import languages


def fill(apps: Any, schema_editor: Any) -> None:
    """Fill in what is missing; what has a language keeps it, so that this can run again."""
    asset = apps.get_model("media", "Asset")
    captions = asset.objects.filter(kind="captions", language=None)
    for pk, name in captions.values_list("pk", "original_name").iterator():
        if language := languages.of_filename(name):
            asset.objects.filter(pk=pk, language=None).update(language=language)


class Migration(migrations.Migration):
    dependencies = [("media", "0003_language_and_failure_detail")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
