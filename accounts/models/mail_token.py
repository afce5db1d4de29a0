"""The secret in a link that we mail."""

import secrets
from hashlib import sha256

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models.user import User
from lms.mongodb.indexes import TTLIndex


def _digest(token: str) -> str:
    # The token has 256 random bits: there is nothing to guess, so nothing to slow down.
    return sha256(token.encode()).hexdigest()


class MailTokenManager(models.Manager["MailToken"]):
    def issue(self, user: User, purpose: "MailToken.Purpose", email: str) -> str:
        """Make a token that is to be mailed to `email`; the one before it for this purpose dies."""
        token = secrets.token_urlsafe(32)
        self.update_or_create(
            user=user,
            purpose=purpose,
            defaults={
                "digest": _digest(token),
                "email": email,
                "expires_at": timezone.now() + LIFETIMES[purpose],
            },
        )
        return token

    def live(self) -> models.QuerySet["MailToken"]:
        return self.filter(expires_at__gt=timezone.now())

    def find(self, purpose: "MailToken.Purpose", token: str) -> "MailToken | None":
        return self.live().filter(digest=_digest(token), purpose=purpose).first()


class MailToken(models.Model):
    """A link that proves, once and for a while, that somebody reads the mail of an address.

    Only a digest is kept. There is one at most for each person and purpose.
    """

    class Purpose(models.TextChoices):
        VERIFY = "verify"
        RESET = "reset"

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="mail_tokens", db_index=False
    )
    purpose = models.CharField(max_length=6, choices=Purpose.choices)
    digest = models.CharField(max_length=64, unique=True)
    email = models.EmailField()
    expires_at = models.DateTimeField()

    objects = MailTokenManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "purpose"], name="mail_token_one_per_purpose")
        ]
        indexes = [TTLIndex(field="expires_at", name="mail_token_expiry")]

    def __str__(self) -> str:
        return f"{self.purpose} for {self.user_id}"

    def spend(self) -> bool:
        """Use the token up; False if it was used or replaced meanwhile."""
        deleted, _ = MailToken.objects.filter(pk=self.pk, digest=self.digest).delete()
        return deleted == 1


LIFETIMES = {
    MailToken.Purpose.VERIFY: settings.EMAIL_VERIFICATION_LIFETIME,
    MailToken.Purpose.RESET: settings.PASSWORD_RESET_LIFETIME,
}
