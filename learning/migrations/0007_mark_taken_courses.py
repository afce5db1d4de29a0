"""Mark the courses that somebody enrolled in: they are never deleted. May be repeated."""

from itertools import batched

from django.db import migrations

BATCH = 1000


def mark(apps, schema_editor):
    Enrollment = apps.get_model('learning', 'Enrollment')
    Course = apps.get_model('courses', 'Course')
    rows = schema_editor.connection.get_collection(Enrollment._meta.db_table)
    taken = rows.aggregate([{'$group': {'_id': '$course_id'}}], allowDiskUse=True)
    for group in batched(taken, BATCH):
        Course.objects.filter(pk__in=[row['_id'] for row in group]).update(was_taken=True)


class Migration(migrations.Migration):

    dependencies = [
        ('learning', '0006_end_reviews'),
        ('courses', '0004_references'),
    ]

    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
