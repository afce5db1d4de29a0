"""Keep what ended a certificate as two independent facts instead of one reason."""

from django.db import migrations, models
from django.db.models import F


def split(apps, schema_editor):
    """Write each certificate's end as the fact that it was; may be repeated.

    Of a certificate that staff or the person's leaving took back, the old row does not say whether access had ended
    as well: the enrollment does.
    """
    Certificate = apps.get_model("certificates", "Certificate")
    Enrollment = apps.get_model("learning", "Enrollment")
    ended = Certificate.objects.filter(revocation="access_ended")
    ended.update(access_ended_at=F("revoked_at"))
    for certificate in Certificate.objects.filter(revocation__in=["staff", "erased"]).iterator():
        enrolled = Enrollment.objects.filter(
            user_id=certificate.user_id, course_id=certificate.course_id, status="active"
        )
        Certificate.objects.filter(pk=certificate.pk).update(
            withdrawn_at=certificate.revoked_at,
            access_ended_at=None if enrolled.exists() else certificate.revoked_at,
        )


def move_content_type(apps, schema_editor):
    """Let staff's permissions and the admin's log, which name the model's content type, follow it to its new app."""
    ContentType = apps.get_model("contenttypes", "ContentType")
    old = ContentType.objects.filter(app_label="learning", model="certificate")
    if not ContentType.objects.filter(app_label="certificates", model="certificate").exists():
        old.update(app_label="certificates")


class Migration(migrations.Migration):

    dependencies = [
        ('certificates', '0001_initial'),
        ('learning', '0002_certificates_move_out'),
        ('contenttypes', '0001_initial'),
    ]

    operations = [
        migrations.AddField('certificate', 'access_ended_at', models.DateTimeField(blank=True, null=True)),
        migrations.AddField('certificate', 'withdrawn_at', models.DateTimeField(blank=True, null=True)),
        migrations.RunPython(split, migrations.RunPython.noop),
        migrations.RunPython(move_content_type, migrations.RunPython.noop),
        migrations.RemoveField('certificate', 'revoked_at'),
        migrations.RemoveField('certificate', 'revocation'),
    ]
