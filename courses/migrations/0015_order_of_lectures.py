from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0014_fill_title_keys'),
        ('media', '0007_lists_of_staff'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='lecture',
            name='lecture_section',
        ),
        migrations.AddIndex(
            model_name='lecture',
            index=models.Index(fields=['section', 'position', 'id'], name='lecture_section_position'),
        ),
    ]
