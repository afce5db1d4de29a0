"""Remove the reason and time that the two facts replace."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [('certificates', '0003_fill_two_facts')]

    operations = [
        migrations.RemoveField('certificate', 'revoked_at'),
        migrations.RemoveField('certificate', 'revocation'),
    ]
