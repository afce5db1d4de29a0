"""Let Finance and owners see the figures and export lists, where these roles are still there."""

from importlib import import_module

from django.db import migrations

GIVEN = {"payments.ledgerentry": "view_figures", "lms.auditentry": "export_lists"}


def give(apps, schema_editor):
    get_permission = import_module("payments.migrations.0008_roles").get_permission
    for group in apps.get_model("auth", "Group").objects.filter(name__in=["Finance", "Owner"]):
        group.permissions.add(*(get_permission(apps, *each) for each in GIVEN.items()))


class Migration(migrations.Migration):
    dependencies = [
        ("lms", "0003_export_of_lists"),
        ("payments", "0010_lists_of_staff"),
    ]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
