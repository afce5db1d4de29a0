"""Write what ended a certificate as two independent facts instead of one reason; may be repeated."""

from django.db import migrations
from django.db.models import F


def split(apps, schema_editor):
    """Write the reason and time of each certificate's end as facts.

    If staff withdrew it or the person was erased, the row does not say whether access had ended too. The enrollment
    does.
    """
    Certificate = apps.get_model('certificates', 'Certificate')
    Enrollment = apps.get_model('learning', 'Enrollment')
    Certificate.objects.filter(revocation='access_ended').update(access_ended_at=F('revoked_at'))
    for certificate in Certificate.objects.filter(revocation__in=['staff', 'erased']).iterator():
        enrolled = Enrollment.objects.filter(
            user_id=certificate.user_id, course_id=certificate.course_id, status='active'
        )
        Certificate.objects.filter(pk=certificate.pk).update(
            withdrawn_at=certificate.revoked_at,
            access_ended_at=None if enrolled.exists() else certificate.revoked_at,
        )


def join(apps, schema_editor):
    """Undo `split`: one reason and time. A withdrawal outweighs ended access."""
    certificates = apps.get_model('certificates', 'Certificate').objects
    certificates.update(revoked_at=F('access_ended_at'), revocation='')
    certificates.exclude(access_ended_at=None).update(revocation='access_ended')
    withdrawn = certificates.exclude(withdrawn_at=None)
    withdrawn.update(revoked_at=F('withdrawn_at'), revocation='staff')
    withdrawn.filter(person_name='').update(revocation='erased')


def move_content_type(apps, old_app, new_app):
    """Let the model's content type, to which permissions and the admin's log refer, follow the model to its app.

    If `migrate` stopped between the two apps, it created a content type for the new one, to which nothing refers yet.
    """
    ContentType = apps.get_model('contenttypes', 'ContentType')
    Permission = apps.get_model('auth', 'Permission')
    moved = ContentType.objects.filter(app_label=old_app, model='certificate')
    if moved.exists():
        unused = ContentType.objects.filter(app_label=new_app, model='certificate')
        Permission.objects.filter(content_type__in=list(unused.values_list('pk', flat=True))).delete()
        unused.delete()
        moved.update(app_label=new_app)


def to_certificates(apps, schema_editor):
    move_content_type(apps, 'learning', 'certificates')


def to_learning(apps, schema_editor):
    move_content_type(apps, 'certificates', 'learning')


class Migration(migrations.Migration):

    dependencies = [
        ('certificates', '0002_two_facts'),
        ('contenttypes', '0001_initial'),
        ('auth', '0001_initial'),
    ]

    operations = [
        migrations.RunPython(split, join),
        migrations.RunPython(to_certificates, to_learning),
    ]
