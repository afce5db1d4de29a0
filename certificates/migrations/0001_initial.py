"""Take over the collection of certificates from `learning`, which made it."""

import django.db.models.deletion
import django_mongodb_backend.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('courses', '0001_initial'),
        ('learning', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='Certificate',
                    fields=[
                        ('id', django_mongodb_backend.fields.ObjectIdAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                        ('code', models.CharField(max_length=32, unique=True)),
                        ('person_name', models.CharField(max_length=100)),
                        ('course_title', models.CharField(max_length=120)),
                        ('instructor_name', models.CharField(max_length=100)),
                        ('issued_at', models.DateTimeField()),
                        ('revoked_at', models.DateTimeField(blank=True, null=True)),
                        ('revocation', models.CharField(blank=True, choices=[('access_ended', 'Access Ended'), ('staff', 'Staff'), ('erased', 'Erased')], max_length=12)),
                        ('course', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='certificates', to='courses.course')),
                        ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'db_table': 'learning_certificate',
                        'indexes': [models.Index(fields=['user', '-issued_at', '-id'], name='certificate_user_issued')],
                        'constraints': [models.UniqueConstraint(fields=('user', 'course'), name='certificate_one_per_course')],
                    },
                ),
            ],
        ),
    ]
