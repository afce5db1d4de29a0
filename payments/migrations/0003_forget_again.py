"""Ask once more to forget each erased person who has ordered: Stripe may still have a customer or a page of theirs.

Earlier versions could create these while the account was being erased. `manage.py finish_erasures` does the rest.
Repeatable: a request that is stored already is left alone.
"""

from itertools import batched

from django.db import migrations

PAGE_SIZE = 500


def request_again(apps, schema_editor):
    User, Erasure = apps.get_model('accounts', 'User'), apps.get_model('accounts', 'Erasure')
    erased = User.objects.filter(email__startswith='deleted-', email__endswith='@invalid')
    ids = erased.filter(is_active=False).values_list('pk', flat=True)
    for page in batched(ids.iterator(), PAGE_SIZE, strict=False):
        buyers = {
            user_id
            for name in ('Order', 'StripeCustomer')
            for user_id in apps.get_model('payments', name).objects.filter(user_id__in=page).values_list('user_id', flat=True)
        }
        stored = set(Erasure.objects.filter(user_id__in=page).values_list('user_id', flat=True))
        Erasure.objects.bulk_create(Erasure(user_id=user_id) for user_id in sorted(buyers - stored))


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0002_reconciliation_run'),
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.RunPython(request_again, migrations.RunPython.noop),
    ]
