"""Stop listing and counting the reviews of people without access; may be repeated."""

from django.db import migrations
from django.utils import timezone

from lms.mongodb import connection
from lms.mongodb.transaction import atomic


def end(apps, schema_editor):
    """Mark the reviews, then count the ratings of every course that has a marked one."""
    Review = apps.get_model('courses', 'Review')
    Enrollment = apps.get_model('learning', 'Enrollment')
    for review in Review.objects.filter(access_ended_at=None).iterator():
        enrolled = Enrollment.objects.filter(
            user_id=review.user_id, course_id=review.course_id, status='active'
        )
        if not enrolled.exists():
            Review.objects.filter(pk=review.pk).update(access_ended_at=timezone.now())
    ended = Review.objects.exclude(access_ended_at=None)
    for course_id in set(ended.values_list('course_id', flat=True).iterator()):
        count_ratings(apps, course_id)


@atomic
def count_ratings(apps, course_id):
    """Count the ratings of a course. A review that is written meanwhile writes the course too, and this runs again."""
    reviews = connection.get_collection(apps.get_model('courses', 'Review')._meta.db_table)
    courses = connection.get_collection(apps.get_model('courses', 'Course')._meta.db_table)
    listed = {'course_id': course_id, 'hidden_at': None, 'access_ended_at': None}
    ratings = [row['rating'] for row in reviews.find(listed, {'rating': 1}, session=connection.session)]
    total, count = sum(ratings), len(ratings)
    columns = {
        'rating_sum': total,
        'rating_count': count,
        'rating_average': round(total * 1000 / count) if count else 0,
    }
    courses.update_one({'_id': course_id}, {'$set': columns}, session=connection.session)


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0002_review_access_ended_at'),
        ('learning', '0005_who_ended_a_grant'),
    ]

    operations = [
        migrations.RunPython(end, migrations.RunPython.noop),
    ]
