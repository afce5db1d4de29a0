"""Count as consumed what students have completed or watched; may be repeated."""

from django.conf import settings
from django.db import migrations

from learning import marks
from lms.mongodb import connection


def fill(apps, schema_editor):
    """Fill both columns from what is completed and watched now, one command per course. Both only grow."""
    Lecture = apps.get_model('courses', 'Lecture')
    Enrollment = apps.get_model('learning', 'Enrollment')
    enrollments = connection.get_collection(Enrollment._meta.db_table)
    for course in apps.get_model('courses', 'Course').objects.values_list('pk', flat=True).iterator():
        lectures = Lecture.objects.filter(course=course, is_published=True)
        published = list(lectures.values_list('pk', flat=True))
        enrollments.update_many({'course_id': course}, consume(published))


def consume(published):
    """Return the stages that fill the columns of an enrollment in a course with these published lectures."""
    is_watched = marks.is_watched('$mark.v', percent=settings.COMPLETION_PERCENT)
    held = {'$objectToArray': {'$ifNull': ['$positions', {'$literal': {}}]}}
    watched = {'$filter': {'input': held, 'as': 'mark', 'cond': is_watched}}
    parts = [
        {'$ifNull': ['$consumed_lectures', []]},
        {'$ifNull': ['$completed_lectures', []]},
        {'$map': {'input': watched, 'in': {'$toObjectId': '$$this.k'}}},
    ]
    count = {'$size': {'$setIntersection': ['$consumed_lectures', published]}}
    share = {'$toInt': {'$divide': [{'$multiply': [count, 100]}, max(len(published), 1)]}}
    return [
        {'$set': {'consumed_lectures': {'$setUnion': parts}}},
        {'$set': {'consumed_percent': {'$max': ['$consumed_percent', share]}}},
    ]


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0001_initial'),
        ('learning', '0003_consumed'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
