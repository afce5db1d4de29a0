"""Let owners see the events, where their role is still there."""

from importlib import import_module

from django.db import migrations


def give(apps, schema_editor):
    get_permission = import_module("payments.migrations.0008_roles").get_permission
    for group in apps.get_model("auth", "Group").objects.filter(name="Owner"):
        group.permissions.add(get_permission(apps, "lms.event", "view"))


class Migration(migrations.Migration):
    dependencies = [
        ("lms", "0004_events"),
        ("payments", "0013_receipt_of_dispute"),
    ]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
