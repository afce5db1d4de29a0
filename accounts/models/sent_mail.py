"""The log of mails: which were sent to a person and when, without their texts."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from lms.mongodb.indexes import TTLIndex


class SentMail(models.Model):
    """One attempt to send a mail to a person; kept until `expires_at`.

    Neither the text nor the address is stored: a text may contain a secret link, and an address changes.
    """

    class Outcome(models.TextChoices):
        SENT = "sent", _("handed to the mail server")
        FAILED = "failed", _("failed, the task tries again")
        REFUSED = "refused", _("no mail can be sent to the address")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    template = models.CharField(max_length=60)
    subject = models.CharField(max_length=255)
    outcome = models.CharField(max_length=7, choices=Outcome.choices)
    sent_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    class Meta:
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["user", "-sent_at", "-id"], name="sent_mail_user_sent"),
            TTLIndex(field="expires_at", name="sent_mail_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.subject}, {self.sent_at:%Y-%m-%d %H:%M}"

    @classmethod
    def log(cls, user_id: object, template: str, subject: str, outcome: str) -> None:
        """Log an attempt for `settings.MAIL_LOG`."""
        now = timezone.now()
        cls.objects.create(
            user_id=user_id,
            template=template,
            subject=subject[:255],
            outcome=outcome,
            sent_at=now,
            expires_at=now + settings.MAIL_LOG,
        )
