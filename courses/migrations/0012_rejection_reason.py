from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0011_fill_terms'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='course',
            options={'permissions': [('preview_course', 'Can see a course as its students would')]},
        ),
        migrations.AddField(
            model_name='course',
            name='rejection_reason',
            field=models.CharField(blank=True, editable=False, max_length=500),
        ),
    ]
