"""Call a run of the reconciler what it is; its collection keeps the name that it was made with."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [('payments', '0001_initial')]

    operations = [
        migrations.AlterModelTable('DriftReport', 'payments_driftreport'),
        migrations.RenameModel('DriftReport', 'ReconciliationRun'),
    ]
