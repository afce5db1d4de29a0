"""Keep on each grant who ended it. For grants that have ended, the audit trail says it.

Repeatable: only grants without the new fields are filled, each enrollment by compare-and-set.
"""

from typing import Any

import django_mongodb_backend.fields
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from lms.mongodb import connection

UNFILLED = {"active": False, "ended_by_settlement": {"$exists": False}}


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    enrollments = connection.get_collection(apps.get_model("learning", "Enrollment")._meta.db_table)
    changes = connection.get_collection(apps.get_model("learning", "AccessChange")._meta.db_table)
    columns = ["user_id", "course_id", "grants"]
    for row in enrollments.find({"grants": {"$elemMatch": UNFILLED}}, columns):
        filled = [_with_end(changes, row, grant) for grant in row["grants"]]
        enrollments.update_one(
            {"_id": row["_id"], "grants": row["grants"]}, {"$set": {"grants": filled}}
        )


def _with_end(changes: Any, row: dict[str, Any], grant: dict[str, Any]) -> dict[str, Any]:
    """Return a grant with who ended it: the member of staff of its last change, else a settlement."""
    if grant["active"] or "ended_by_settlement" in grant:
        return grant
    match = {
        "user_id": row["user_id"],
        "course_id": row["course_id"],
        "order": grant["order"],
        "source": grant["source"],
    }
    last = changes.find_one(match, sort=[("created_at", -1)]) or {}
    by = last.get("by")
    return grant | {"ended_by_staff": by, "ended_by_settlement": by is None}


class Migration(migrations.Migration):

    dependencies = [
        ('learning', '0004_fill_consumed'),
    ]

    operations = [
        migrations.AddField(
            model_name='grant',
            name='ended_by_settlement',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='grant',
            name='ended_by_staff',
            field=django_mongodb_backend.fields.ObjectIdField(null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
