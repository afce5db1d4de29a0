"""Rename DriftReport to ReconciliationRun; the collection keeps its name."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [('payments', '0001_initial')]

    operations = [
        migrations.AlterModelTable('DriftReport', 'payments_driftreport'),
        migrations.RenameModel('DriftReport', 'ReconciliationRun'),
    ]
