"""Mark the courses that somebody ordered: they are never deleted. May be repeated."""

from itertools import batched

from django.db import migrations

BATCH = 1000


def mark(apps, schema_editor):
    Order = apps.get_model('payments', 'Order')
    Course = apps.get_model('courses', 'Course')
    rows = schema_editor.connection.get_collection(Order._meta.db_table)
    taken = rows.aggregate([{'$group': {'_id': '$course_id'}}], allowDiskUse=True)
    for group in batched(taken, BATCH):
        Course.objects.filter(pk__in=[row['_id'] for row in group]).update(was_taken=True)


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0003_forget_again'),
        ('courses', '0004_references'),
    ]

    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
