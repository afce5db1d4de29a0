"""Keep what was ever completed apart from what was consumed; may be repeated."""

import django_mongodb_backend.fields
from django.db import migrations

from lms.mongodb import connection


def fill(apps, schema_editor):
    """Count what is completed or consumed as completed once: what stands open stays open."""
    enrollments = connection.get_collection(apps.get_model('learning', 'Enrollment')._meta.db_table)
    columns = ('ever_completed', 'completed_lectures', 'consumed_lectures')
    parts = [{'$ifNull': [f'${column}', []]} for column in columns]
    enrollments.update_many({}, [{'$set': {'ever_completed': {'$setUnion': parts}}}])


class Migration(migrations.Migration):

    dependencies = [
        ('learning', '0013_passed_lectures_and_unlocking'),
    ]

    operations = [
        migrations.AddField(
            model_name='enrollment',
            name='ever_completed',
            field=django_mongodb_backend.fields.ArrayField(base_field=django_mongodb_backend.fields.ObjectIdField(), blank=True, default=list),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
