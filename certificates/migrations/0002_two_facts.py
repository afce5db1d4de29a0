"""Add the two facts that end a certificate; the next migrations fill them and remove the reason that they replace.

MongoDB applies no migration in one piece. One that is killed is run again from its beginning, where AddField empties
the fields: so that nothing is lost, each of the three steps is a migration of its own.
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('certificates', '0001_initial'),
        ('learning', '0002_certificates_move_out'),
    ]

    operations = [
        migrations.AddField('certificate', 'access_ended_at', models.DateTimeField(blank=True, null=True)),
        migrations.AddField('certificate', 'withdrawn_at', models.DateTimeField(blank=True, null=True)),
    ]
